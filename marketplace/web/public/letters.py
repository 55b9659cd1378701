"""Letters of thanks: for a gift by its secret link, for a year when one is signed in; and where their codes lead."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.extensions import limiter
from marketplace.market.letters import public, queries, service
from marketplace.people.organisations import queries as organisations
from marketplace.web.forms import Form, attempt
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.papers import letter as letter_paper
from marketplace.web.papers import paper
from marketplace.web.public.receipts import TRIES

letters = Blueprint("letters", __name__)


@letters.get("/gifts/<secret>/letter.pdf")
@allowed(PUBLIC)
@limiter.limit("30 per minute")
def of_gift(secret: str):
    """Once the money has settled, or the household has confirmed."""
    thanked = queries.of_gift(secret)
    if thanked is None:
        abort(404)
    language = paper.asked_language(request.args.get("in", ""))
    content = letter_paper.for_gift(thanked.receipt, thanked.payer.reveal() if thanked.payer else "", language)
    return paper.sent(content, f"thanks-{thanked.receipt.number}")


@letters.post("/gifts/years/<int:year>/letters/<int:organisation_id>")
@allowed("letter.write")
def write(year: int, organisation_id: int):
    """Have the letter of a charity for a year written."""
    if Form().validate_on_submit():
        attempt(lambda: service.write(year, organisation_id, by=current_user), _("The letter is ready."))
    else:
        flash(_("The page was open too long. Please send it again."), "error")
    return redirect(url_for("years.one", year=year))


@letters.get("/gifts/letters/<int:letter_id>.pdf")
@allowed("letter.read")
@limiter.limit("30 per minute")
def of_year(letter_id: int):
    """The letter for a year; as long as nothing went back that it thanks for."""
    letter, name = queries.one(current_user, letter_id)
    if not public.stands(letter):
        abort(404)
    language = paper.asked_language(request.args.get("in", ""))
    return paper.sent(letter_paper.for_year(letter, name.reveal() if name else "", language), f"thanks-{letter.number}")


@letters.get("/letters/<number>")
@allowed(PUBLIC)
@limiter.limit(TRIES)
def one(number: str):
    """What the letter of this number says, and whether it still holds."""
    found = public.one(number)
    if found is None:
        return render_template("public/letter_unknown.html"), 404
    return render_template("public/letter.html", found=found, letter=found.letter,
                           charity=organisations.one(found.letter.organisation_id))
