"""How the payer's pages are made: templates, language, and a policy that lets them load nothing from elsewhere."""
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.wrappers import Request, Response

from marketplace.standin.stripe.words import rhythm, words

HERE = Path(__file__).parent
CHINA = timezone(timedelta(hours=8))
SAID = {"insufficient_funds", "expired_card", "incorrect_cvc", "processing_error"}
STYLE = (HERE / "static" / "checkout.css").read_text()
TEMPLATES = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
                        trim_blocks=True, lstrip_blocks=True)


def page(request: Request, locale: str | None, template: str, status: int = 200, leads_to: str | None = None,
         recurring: dict | None = None, **facts) -> Response:
    """A page in the payer's language. `leads_to`: where its form may end; `recurring`: how often it is paid."""
    lang = _language(request, locale)
    html = TEMPLATES.get_template(template).render(
        t=words(lang), lang=lang, each=rhythm(lang, recurring) if recurring else "", **facts)
    return Response(html, status, mimetype="text/html", headers={"Content-Security-Policy": policy(leads_to)})


def end(request: Request, locale: str | None, how: str, status: int = 200, onwards: str | None = None,
        amount: str = "") -> Response:
    """A page on which nothing is left to do."""
    return page(request, locale, "end.html", status, how=how, onwards=onwards, amount=amount)


def policy(leads_to: str | None = None) -> str:
    """A browser asks it of the redirects after a form too."""
    parts = urlsplit(leads_to or "")
    plain = parts.netloc and not set(parts.netloc) & set(";,' ")
    return ("default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
            "form-action 'self'" + (f" {parts.scheme}://{parts.netloc}" if plain else ""))


def problem(intent: dict | None) -> str | None:
    """The name of the words for the last attempt's trouble."""
    error = (intent or {}).get("last_payment_error")
    if not error:
        return None
    if error["code"] in ("payment_intent_authentication_failure", "payment_intent_payment_attempt_failed"):
        return "refused"
    said = error.get("decline_code") or error["code"]
    return said if said in SAID else "declined"


def time(moment: int) -> str:
    return datetime.fromtimestamp(moment, CHINA).strftime("%Y-%m-%d %H:%M")


def _language(request: Request, locale: str | None) -> str:
    if locale in (None, "auto"):
        return request.accept_languages.best_match(["zh", "en"], "zh")
    return "zh" if str(locale).startswith("zh") else "en"
