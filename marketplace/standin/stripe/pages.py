"""What a payer sees: the hosted Checkout page, the bank's or the wallet's question, the receipt."""
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from marketplace.standin.stripe import cards, outcomes, params, sessions
from marketplace.standin.stripe.form import CardForm
from marketplace.standin.stripe.store import Store, Transaction
from marketplace.standin.stripe.words import words

HERE = Path(__file__).parent
CHINA = timezone(timedelta(hours=8))
URLS = Map([
    Rule("/c/pay/<ident>", endpoint="pay"), Rule("/c/check/<secret>", endpoint="check"),
    Rule("/receipts/<ident>", endpoint="receipt"), Rule("/static/checkout.css", endpoint="style")])
SAID = {"insufficient_funds", "expired_card", "incorrect_cvc", "processing_error"}


class Pages:
    """Everything that is not the API."""

    def __init__(self, store: Store):
        self.store = store
        self._templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True,
                                      undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        self._style = (HERE / "static" / "checkout.css").read_text()

    def respond(self, request: Request) -> Response:
        """The page, under a policy that lets it load nothing from elsewhere and run no script."""
        ways: dict[str, Callable] = {"pay": self._pay, "check": self._check, "receipt": self._receipt, "style": self._css}
        try:
            endpoint, values = URLS.bind_to_environ(request.environ).match()
            answer = ways[endpoint](request, **values)
        except NotFound:
            answer = self._end(request, None, "missing", 404)
        except HTTPException as error:
            answer = Response(f"{error.code} {error.name}\n", error.code, mimetype="text/plain")
        answer.headers.setdefault("Content-Security-Policy", _policy())
        answer.headers.update({"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
                               "Referrer-Policy": "no-referrer"})
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    def _css(self, request: Request) -> Response:
        return Response(self._style, mimetype="text/css", headers={"Cache-Control": "max-age=300"})

    def _pay(self, request: Request, ident: str) -> Response:
        if request.method == "POST":
            return self._pay_with(request, ident)
        with self.store.read() as tx:
            session = _session(tx, ident)
            if session["status"] != "open":
                return self._over(request, session)
            intent = sessions.intent_of(tx, session)
            return self._form(request, tx, session, CardForm({}), _mend(intent))

    def _pay_with(self, request: Request, ident: str) -> Response:
        kind, form = request.form.get("method", "card"), CardForm(request.form)
        with self.store.write() as tx:
            session = _session(tx, ident)
            if session["status"] == "open" and session["expires_at"] <= tx.now:
                sessions.close(tx, session)
            if session["status"] != "open":
                return self._over(request, session, paid=True)
            if kind not in session["payment_method_types"]:
                raise MethodNotAllowed
            if kind == "card" and not form.fits(datetime.fromtimestamp(tx.now, UTC)):
                return self._form(request, tx, session, form, None, 422)
            intent = sessions.pay(tx, session, cards.WALLETS[kind] if kind != "card" else cards.by_number(form.number))
            if intent["status"] == "requires_action":
                return redirect(intent["next_action"]["redirect_to_url"]["url"], 303)
            if intent["status"] == "succeeded":
                return redirect(_success(session), 303)
            return self._form(request, tx, session, CardForm({}), _mend(intent), 402)

    def _check(self, request: Request, secret: str) -> Response:
        with (self.store.write if request.method == "POST" else self.store.read)() as tx:
            intent = tx.find("payment_intent", secret.split("_secret_")[0])
            if intent is None or not hmac.compare_digest(intent["client_secret"].encode(), secret.encode()):
                raise NotFound
            session = tx.find("checkout.session", intent["_session"])
            if request.method == "POST":
                intent = outcomes.answer(tx, intent, request.form.get("answer") == "yes")
                session = tx.find("checkout.session", intent["_session"])
            if intent["status"] != "requires_action":
                return self._onwards(request, tx, session, intent)
            kind = tx.get("payment_method", intent["payment_method"])["type"]
            return self._page(request, session, "check.html", kind=kind, back=None, targets=_targets(session, intent),
                              merchant=tx.setting("merchant"), amount=params.money(intent["amount"], intent["currency"]))

    def _onwards(self, request: Request, tx: Transaction, session: dict | None, intent: dict) -> Response:
        """Where the payer goes once the bank or the wallet has its answer."""
        if session:
            paid = session["status"] == "complete"
            return redirect(_success(session) if paid else f"{tx.setting('public_url')}/c/pay/{session['id']}", 303)
        back = intent.get("_return_url")
        if not back:
            return self._end(request, None, "complete" if intent["status"] == "succeeded" else "expired", amount="")
        facts = urlencode({"payment_intent": intent["id"], "payment_intent_client_secret": intent["client_secret"],
                           "redirect_status": "succeeded" if intent["status"] == "succeeded" else "failed"})
        return redirect(f"{back}{'&' if '?' in back else '?'}{facts}", 303)

    def _receipt(self, request: Request, ident: str) -> Response:
        with self.store.read() as tx:
            charge = tx.find("charge", ident)
            if charge is None:
                raise NotFound
            intent = tx.get("payment_intent", charge["payment_intent"])
            session = tx.find("checkout.session", intent["_session"])
            back = charge["amount_refunded"]
            return self._page(
                request, session, "receipt.html", merchant=tx.setting("merchant"), paid=charge["paid"],
                amount=params.money(charge["amount"], charge["currency"]), number=charge["id"],
                refunded=params.money(back, charge["currency"]) if back else "", at=_time(charge["created"]))

    def _form(self, request: Request, tx: Transaction, session: dict, form: CardForm, problem: str | None,
              status: int = 200) -> Response:
        items = [(item["description"], item["quantity"], params.money(item["amount_total"], item["currency"]))
                 for item in session["_line_items"]["data"]]
        return self._page(
            request, session, "pay.html", status, form=form, problem=problem, items=items, targets=_targets(session),
            kinds=session["payment_method_types"], back=session["cancel_url"], merchant=tx.setting("merchant"),
            amount=params.money(session["amount_total"], session["currency"]), until=_time(session["expires_at"]))

    def _over(self, request: Request, session: dict, paid: bool = False) -> Response:
        """A session that can be paid no more; who has just paid it goes on."""
        if session["status"] == "expired":
            return self._end(request, session, "expired", 410, session["cancel_url"])
        if paid:
            return redirect(_success(session), 303)
        return self._end(request, session, "complete", 200, _success(session),
                         params.money(session["amount_total"], session["currency"]))

    def _end(self, request: Request, session: dict | None, how: str, status: int = 200, onwards: str | None = None,
             amount: str = "") -> Response:
        return self._page(request, session, "end.html", status, how=how, onwards=onwards, amount=amount)

    def _page(self, request: Request, session: dict | None, template: str, status: int = 200, targets=(),
              **facts) -> Response:
        lang = _language(request, session)
        html = self._templates.get_template(template).render(t=words(lang), lang=lang, **facts)
        return Response(html, status, mimetype="text/html", headers={"Content-Security-Policy": _policy(targets)})


def _policy(targets=()) -> str:
    """`targets`: origins to which a form may lead on, as a browser asks it of redirects too."""
    return ("default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
            + " ".join(["form-action 'self'", *targets]))


def _targets(session: dict | None, intent: dict | None = None) -> list[str]:
    url = session["success_url"] if session else (intent or {}).get("_return_url")
    parts = urlsplit(url or "")
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc and not set(parts.netloc) & set(";,' ") else []


def _language(request: Request, session: dict | None) -> str:
    locale = (session or {}).get("locale")
    if locale in (None, "auto"):
        return request.accept_languages.best_match(["zh", "en"], "zh")
    return "zh" if locale.startswith("zh") else "en"


def _session(tx: Transaction, ident: str) -> dict:
    session = tx.find("checkout.session", ident)
    if session is None:
        raise NotFound
    return session


def _success(session: dict) -> str:
    return session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])


def _mend(intent: dict | None) -> str | None:
    """The name of the words for the last attempt's trouble."""
    error = (intent or {}).get("last_payment_error")
    if not error:
        return None
    if error["code"] in ("payment_intent_authentication_failure", "payment_intent_payment_attempt_failed"):
        return "refused"
    said = error.get("decline_code") or error["code"]
    return said if said in SAID else "declined"


def _time(moment: int) -> str:
    return datetime.fromtimestamp(moment, CHINA).strftime("%Y-%m-%d %H:%M")
