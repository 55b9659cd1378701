"""Which language a visitor reads: as asked for in the address, then as remembered, then Chinese."""
from datetime import date, datetime

from flask import g, request, session
from flask_babel import format_date, get_locale

from marketplace.core import clock

LANGUAGES = ("zh", "en")


def chosen() -> str:
    """ "zh" or "en"; outside of a request whatever the job says, else Chinese."""
    if not request:
        return getattr(g, "language", "zh") if g else "zh"
    asked = request.args.get("lang", "")
    if asked in LANGUAGES and session.get("lang") != asked:
        session["lang"] = asked
    return asked if asked in LANGUAGES else session.get("lang", "zh")


def large_type() -> bool:
    """Whether the visitor reads in large type; remembered."""
    asked = request.args.get("type", "")
    if asked in ("large", "normal"):
        session["large"] = asked == "large"
    return bool(session.get("large"))


def lang() -> str:
    """The language of this answer: "zh" or "en"."""
    return str(get_locale())[:2]


def day(value: date | datetime) -> str:
    """2026年7月1日, 1 July 2026; of a moment, the day in the city."""
    if isinstance(value, datetime):
        value = value.astimezone(clock.CITY).date()
    return format_date(value, "y年M月d日" if lang() == "zh" else "d MMMM y")


def yuan(fen: int) -> str:
    """¥1,234.50; whole yuan without a fraction."""
    whole, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{whole:,}" + (f".{rest:02}" if rest else "")
