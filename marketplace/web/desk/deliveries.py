"""The station: what arrives, what is fetched, and what the household says about it."""
import re
import unicodedata

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length, Optional

from marketplace.core import images
from marketplace.market.deliveries import queries, service, thanks
from marketplace.market.deliveries.rules import SHELF_MOST
from marketplace.people.accounts.permissions import may
from marketplace.web import words
from marketplace.web.forms import REQUIRED, Form, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.public.wishes import serve_picture

desk_deliveries = Blueprint("desk_deliveries", __name__, url_prefix="/desk/deliveries")
VERBS = {"send_back": "delivery.resolve", "resolve": "delivery.resolve",
         "lose": "delivery.lose", "ask_code": "delivery.arrive"}


def _as_printed(typed: str | None) -> str:
    """A code or a card's number, however it was typed: a card's sixteen digits in fours, as they were made."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed or ""))
    return "-".join(re.findall("....", digits)) if len(digits) == 16 else digits


class ProofForm(Form):
    proof = text(_l("The household's code, or the number on its card"), 24, render_kw={"autocomplete": "off"},
                 filters=[_as_printed])
    photo = FileField(_l("Photo of the goods, without faces (optional)"))


class ForForm(Form):
    reason = TextAreaField(_l("Why does the household not confirm itself?"), [REQUIRED, Length(max=300)])


class ShelfForm(Form):
    shelf = text(_l("Place on the shelves"), SHELF_MOST, required=False)
    last_leg = SelectField(_l("How does it get to the household?"), [Optional()], default="household",
                           choices=choices(words.runs.LAST_LEGS.items()))


@desk_deliveries.get("/")
@allowed("delivery.arrive")
def listed():
    state = request.args.get("state", "")
    states = (state,) if state in words.DELIVERY_STATES else queries.MOVING
    return render_template("desk/deliveries/list.html", items=queries.moving(current_user, states), state=state,
                           counts=queries.counts(current_user), form=Form())


@desk_deliveries.route("/<int:delivery_id>", methods=["GET", "POST"])
@allowed("delivery.arrive")
def one(delivery_id: int):
    """One delivery; the form hands it over."""
    delivery = queries.one(current_user, "delivery.read", delivery_id)
    form = ProofForm()
    if form.validate_on_submit():
        with form.refusals():
            service.hand_over(delivery, form.proof.data, by=current_user,
                              photo=form.photo.data.read() if form.photo.data else b"")
            flash(_("Handed over. Now the household confirms."))
            return redirect(url_for(".one", delivery_id=delivery_id))
    return render_template("desk/deliveries/one.html", item=queries.item(delivery), form=form, for_form=ForForm(),
                           shelf_form=ShelfForm(), station=queries.station(delivery),
                           thanked=queries.thanked([delivery.id]),
                           may_confirm=may(current_user, "delivery.confirm_for", delivery)), \
        422 if form.errors else 200


@desk_deliveries.get("/<int:delivery_id>/photo")
@allowed("delivery.arrive")
def photo(delivery_id: int):
    """The picture taken at the hand-over, for when it is disputed."""
    delivery = queries.one(current_user, "delivery.read", delivery_id)
    if not delivery.proof_photo:
        return redirect(url_for(".one", delivery_id=delivery_id))
    return serve_picture(f"{delivery.proof_photo}-{images.WIDTHS[0]}.webp")


@desk_deliveries.post("/<int:delivery_id>/arrive")
@allowed("delivery.arrive")
def arrive(delivery_id: int):
    """It is here, on this shelf, and gets to the household in this way."""
    delivery = queries.one(current_user, "delivery.arrive", delivery_id)
    form = ShelfForm()
    if form.validate_on_submit():
        last_leg = "" if delivery.kind == "service" else form.last_leg.data
        attempt(lambda: service.arrive(delivery, current_user, form.shelf.data or "", last_leg), _("Done."))
    return redirect(url_for(".one", delivery_id=delivery_id))


@desk_deliveries.post("/<int:delivery_id>/<any(send_back, resolve, lose, ask_code):verb>")
@allowed("delivery.arrive")
def act(delivery_id: int, verb: str):
    delivery = queries.one(current_user, VERBS[verb], delivery_id)
    if Form().validate_on_submit():
        done = _("A new code is on its way to the household.") if verb == "ask_code" else _("Done.")
        attempt(lambda: getattr(service, verb)(delivery, by=current_user), done)
    return redirect(url_for(".one", delivery_id=delivery_id))


@desk_deliveries.post("/<int:delivery_id>/confirm")
@allowed("delivery.confirm_for")
def confirm_for(delivery_id: int):
    delivery = queries.one(current_user, "delivery.confirm_for", delivery_id)
    form = ForForm()
    if form.validate_on_submit():
        attempt(lambda: service.confirm_for(delivery, form.reason.data, by=current_user), _("Receipt is confirmed."))
    return redirect(url_for(".one", delivery_id=delivery_id))


@desk_deliveries.post("/thanks/<int:thanks_id>/<any(approve, decline):verb>")
@allowed("thanks.moderate")
def moderate(thanks_id: int, verb: str):
    found = queries.thanks(current_user, thanks_id)
    if Form().validate_on_submit():
        attempt(lambda: getattr(thanks, verb)(found, by=current_user), _("Done."))
    return redirect(url_for("desk.board"))
