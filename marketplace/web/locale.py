"""Which language a visitor reads: as asked for in the address, then as remembered, then Chinese."""
from flask import g, request, session

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
