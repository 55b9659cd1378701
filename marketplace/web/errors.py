"""When something is not there, not allowed, too much or broken: a page with one way on, never a trace."""
import logging

from flask import Flask, render_template
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import HTTPException

from marketplace.core.errors import Refused
from marketplace.extensions import db
from marketplace.web import words

log = logging.getLogger(__name__)


def _texts(code: int) -> tuple[str, str]:
    known = {
        400: (_("That did not work"), _("The page was open too long, or something was missing. Go back, reload it and "
                                        "try again.")),
        403: (_("This is not for you"), _("Your account cannot open this page. If you need it, ask your administrator.")),
        404: (_("There is nothing here"), _("The page is gone, or the address is not right.")),
        405: (_("That did not work"), _("Go back, reload the page and try again.")),
        410: (_("This wish is not shown any more"), _("Other families are waiting. Have a look at their wishes.")),
        413: (_("That is too large"), _("Choose a smaller picture, at most 12 MB.")),
        429: (_("A little slower, please"), _("Too many tries in a short time. Wait a minute and try again.")),
        503: (_("One moment, please"), _("A part of the site does not answer. Nothing is lost. Try again in a minute.")),
    }
    return known.get(code, (_("Something went wrong"), _("It is our fault, and nothing is lost. Try again in a minute.")))


def page(code: int, text: str = ""):
    """The error page of a status code."""
    title, way = _texts(code)
    return render_template("errors/error.html", code=code, title=title, text=text or way), code


def install(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def known(error: HTTPException):
        return page(error.code or 500)

    @app.errorhandler(NoResultFound)
    def missing(error: NoResultFound):
        return page(404)

    @app.errorhandler(CSRFError)
    def stale(error: CSRFError):
        return page(400)

    @app.errorhandler(Refused)
    def refused(error: Refused):
        db.session.rollback()
        return page(403 if type(error).__name__ == "NotAllowed" else 409, words.refusal(error))

    @app.errorhandler(Exception)
    def broken(error: Exception):
        db.session.rollback()
        log.error("a request broke", extra={"error": type(error).__name__}, exc_info=not isinstance(error, OSError))
        if app.testing:
            raise error
        return page(500)
