"""What templates may use: money, days, places and words, in the visitor's language."""
from datetime import date, datetime

from flask import Flask, current_app, g
from flask_babel import format_date, format_datetime, get_locale, gettext, ngettext
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from marketplace.core import clock, places
from marketplace.market.wishes import goods
from marketplace.people.accounts.permissions import may
from marketplace.web import locale, words


def lang() -> str:
    """ "zh" or "en"."""
    return str(get_locale())[:2]


def yuan(fen: int) -> str:
    """¥1,234.50; whole yuan without a fraction."""
    whole, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{whole:,}" + (f".{rest:02}" if rest else "")


def day(value: date | datetime) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(clock.CITY).date()
    return format_date(value, "y年M月d日" if lang() == "zh" else "d MMMM y")


def moment(value: datetime) -> str:
    return format_datetime(value, "M月d日 HH:mm" if lang() == "zh" else "d MMM, HH:mm")


def waited(since: datetime) -> str:
    """How long something has waited, in days."""
    days = (clock.today() - since.astimezone(clock.CITY).date()).days
    return gettext("since today") if days <= 0 else ngettext("%(num)d day", "%(num)d days", days)


def place(code: str) -> str:
    return places.full_name(code, lang())


def category(code: str) -> str:
    found = goods.categories().get(code)
    return getattr(found, lang()) if found else ""


def amount(units: int, need) -> str:
    """Units as a person says them: ¥80, or 2 条."""
    return yuan(units) if need.kind == "money" else f"{units} {need.unit}".strip()


def install(app: Flask) -> None:
    app.jinja_env.filters.update(yuan=yuan, day=day, moment=moment, waited=waited, place=place, category=category)
    app.jinja_env.globals.update(may=may, amount=amount, words=words.Words(), ENGLISH="en", CHINESE="zh")

    @app.context_processor
    def each_page() -> dict:
        settings = current_app.config["SETTINGS"]
        if "page" not in g:
            g.page = {"lang": lang(), "large": locale.large_type(), "demo": settings.demo, "csrf_token": generate_csrf,
                      "may_use": current_user.is_authenticated}
        return g.page
