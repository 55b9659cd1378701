"""What templates may use: money, days, places and words, in the visitor's language."""
from datetime import date, datetime
from urllib.parse import urlencode

from flask import Flask, current_app, g, request, session, url_for
from flask_babel import format_date, format_datetime, gettext, ngettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from marketplace.core import clock, places
from marketplace.market.wishes import goods
from marketplace.people.accounts.permissions import may
from marketplace.web import locale, sessions, words
from marketplace.web.locale import day, lang, yuan


def month(value: date) -> str:
    return format_date(value, "y年M月" if lang() == "zh" else "MMMM y")


def moment(value: datetime) -> str:
    """Day and time in the city; with the year when it is another one."""
    if value.astimezone(clock.CITY).year != clock.today().year:
        return format_datetime(value, "y年M月d日 HH:mm" if lang() == "zh" else "d MMM y, HH:mm")
    return format_datetime(value, "M月d日 HH:mm" if lang() == "zh" else "d MMM, HH:mm")


def waited(since: datetime) -> str:
    """How long something has waited, in days."""
    days = (clock.today() - since.astimezone(clock.CITY).date()).days
    return gettext("since today") if days <= 0 else ngettext("%(num)d day", "%(num)d days", days)


def place(code: str) -> str:
    return places.full_name(code, lang())


def town(code: str) -> str:
    """The last part of a place's name alone."""
    return places.name(code, lang())


def category(code: str) -> str:
    found = goods.categories().get(code)
    return getattr(found, lang()) if found else ""


def amount(units: int, need) -> str:
    """Units as a person says them: ¥80, or 2 条."""
    return yuan(units) if need.kind == "money" else f"{units} {need.unit}".strip()


def here(**changes: str) -> str:
    """The address of this page with some of its arguments changed or, by "", taken out. Never leads off the site."""
    query = "?" + urlencode({k: v for k, v in {**request.args.to_dict(), **changes}.items() if v != ""})
    sent_only = request.url_rule is not None and "GET" not in (request.url_rule.methods or ())
    return url_for("public.front") + query if sent_only else query


def home_of(role: str) -> str:
    """The endpoint where somebody of this role begins."""
    return sessions.HOME.get(role, "public.front")


def demo_accounts() -> list[dict]:
    """The made-up people of the demo city who may be tried out, with their passwords; none where nobody is made up."""
    from marketplace.demo import accounts

    return accounts.listed()


def install(app: Flask) -> None:
    app.jinja_env.filters.update(yuan=yuan, day=day, month=month, moment=moment, waited=waited, place=place, town=town,
                                 category=category, goods_size=words.goods.size)
    app.jinja_env.globals.update(may=may, amount=amount, words=words.Words(), here=here, home_of=home_of,
                                 demo_accounts=demo_accounts)

    @app.context_processor
    def each_page() -> dict:
        settings = current_app.config["SETTINGS"]
        if "page" not in g:
            g.page = {"lang": lang(), "large": locale.large_type(), "demo": settings.demo, "csrf_token": generate_csrf,
                      "may_use": current_user.is_authenticated,
                      "in_basket": len(session.get("basket", {}))}
        return g.page
