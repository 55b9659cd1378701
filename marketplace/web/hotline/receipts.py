"""Callers who say what came of a hand-over: found by the digits of their message or by their card, then called back."""
import re
import unicodedata

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import Length

from marketplace.extensions import limiter
from marketplace.market.deliveries import calls, queries
from marketplace.market.deliveries.calls import Call
from marketplace.web import lists
from marketplace.web import words_of_deliveries as said
from marketplace.web.forms import REQUIRED, Form, attempt, choices, text
from marketplace.web.guard import allowed

hotline_receipts = Blueprint("hotline_receipts", __name__, url_prefix="/hotline/receipts")
TRIES = "30 per minute; 300 per hour"


def _typed(value: str | None) -> str:
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", value or ""))
    return "-".join(re.findall("....", digits)) if len(digits) == 16 else digits


class FindForm(Form):
    proof = text(_l("The five digits from the message, or the number on the card"), 24, filters=[_typed],
                 render_kw={"autocomplete": "off"})


class CallForm(Form):
    proof = HiddenField(filters=[_typed])
    well = RadioField(_l("What does the caller say?"), [REQUIRED], choices=choices([
        ("yes", _l("They have it, and all is well")), ("no", _l("Something is wrong"))]))
    callback = RadioField(_l("Did you call back?"), [REQUIRED], choices=choices([
        ("called", _l("Yes, the number on record, and they said it again")),
        ("no_phone", _l("There is no number on record"))]))
    satisfaction = RadioField(
        _l("How content are they? (only if they want to say)"), default="0",
        choices=choices([("0", _l("Not said")), *((str(n), label) for n, label in said.MARKS.items())]))
    words = TextAreaField(_l("Who called, and what did they say?"), [REQUIRED, Length(max=300)])

    def call(self) -> Call:
        return Call(self.well.data == "yes", self.words.data, self.callback.data, int(self.satisfaction.data))


def _account() -> str:
    """Whose tries are counted: the account's, as a whole office may share an address."""
    return f"account:{current_user.get_id()}"


@hotline_receipts.route("/", methods=["GET", "POST"])
@allowed("delivery.take_call")
@limiter.limit(TRIES, methods=["POST"], key_func=_account)
def find():
    """The search; what is found stands on the same page, so that no digits stand in an address."""
    form = FindForm()
    found = None
    if form.validate_on_submit():
        with form.refusals():
            found = calls.find(form.proof.data, by=current_user)
    page = render_template("hotline/receipts.html", form=form, found=found, call_form=None)
    return lists.private(page), 422 if form.errors else 200


def _meant(form: CallForm, delivery_id: int) -> list[calls.Meant]:
    """The hand-over, proven again. Raises what the search raises."""
    meant = [m for m in calls.find(form.proof.data, by=current_user) if m.item.delivery.id == delivery_id]
    if not meant:
        raise calls.NotProven
    return meant


@hotline_receipts.post("/<int:delivery_id>")
@allowed("delivery.take_call")
@limiter.limit(TRIES, key_func=_account)
def take(delivery_id: int):
    """The page of one hand-over, and what the caller says of it."""
    delivery = queries.one(current_user, "delivery.take_call", delivery_id)
    form = CallForm()
    if request.form.get("said") and form.validate_on_submit():
        with form.refusals():
            calls.take(delivery, form.proof.data, form.call(), by=current_user)
            flash(_("Receipt is confirmed.") if form.well.data == "yes" else _("Written down. A worker looks into it."))
            return redirect(url_for(".find"))
    meant: list[calls.Meant] = []
    if not attempt(lambda: meant.extend(_meant(form, delivery_id))):
        return redirect(url_for(".find"))
    return lists.private(render_template("hotline/receipts.html", form=FindForm(formdata=None), found=meant,
                                         call_form=form)), 422 if form.errors else 200
