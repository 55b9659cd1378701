"""Happiness lists as answers: a page that nobody keeps, a file to print, a text to send."""
from collections.abc import Callable

from flask import Response, abort, make_response

from marketplace.assistance.policies import benefits, pdf
from marketplace.assistance.policies.benefits import Opened
from marketplace.assistance.policies.happiness import HappinessList
from marketplace.assistance.policies.letter import Letter
from marketplace.catalogue.contract import Breached
from marketplace.catalogue.program import OutOfRange
from marketplace.people.notices import service as notices
from marketplace.web.locale import lang


def opened(make: Callable[[], Opened]) -> Opened:
    """The list; where the catalogue in force has no answer for this day or this record, the page of trouble."""
    try:
        return make()
    except (OutOfRange, Breached):
        abort(503)


def private(page: str | bytes) -> Response:
    """An answer that no browser and no proxy keeps."""
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def printed(letter: Letter) -> Response:
    """The letter as a file to print; its name tells nobody whose it is."""
    answer = private(pdf.render(letter))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="happiness-list-{letter.as_of}.pdf"'
    return answer


def message(found: HappinessList) -> str:
    """A list as it is sent to a phone, in the reader's language."""
    return notices.post.words("benefits", benefits.told(found), lang())
