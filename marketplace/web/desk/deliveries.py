"""The station: what arrives, what is fetched, and what the household says about it."""
import re
import unicodedata

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import Length, Optional

from marketplace.core import images
from marketplace.market.deliveries import (
    handing_over,
    pictures,
    problems,
    queries,
    receiving,
    service,
    standing,
    thanks,
    unwanted,
    witnesses,
)
from marketplace.market.deliveries.rules import SHELF_MOST
from marketplace.people.accounts.permissions import may
from marketplace.web import words
from marketplace.web import words_of_deliveries as said
from marketplace.web.desk import proof_photos
from marketplace.web.forms import REQUIRED, Form, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.public.wishes import serve_picture

desk_deliveries = Blueprint("desk_deliveries", __name__, url_prefix="/desk/deliveries")


def _as_printed(typed: str | None) -> str:
    """A code or a card's number, however it was typed: a card's sixteen digits in fours, as they were made."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed or ""))
    return "-".join(re.findall("....", digits)) if len(digits) == 16 else digits


class ProofForm(Form):
    proof = text(_l("The household's code, or the number on its card"), 24, render_kw={"autocomplete": "off"},
                 filters=[_as_printed])
    photo = FileField(_l("Photo of the goods, without faces (optional)"))
    clean = BooleanField(_l("There is no face and no address on it"))


class PutRightForm(Form):
    reason = TextAreaField(_l("How was it put right?"), [REQUIRED, Length(max=300)])


class GoOnForm(Form):
    reason = TextAreaField(_l("Why is it handed over all the same?"), [REQUIRED, Length(max=300)])


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
    after = request.args.get("after", "")
    found = queries.listed(current_user, states, after)
    return render_template("desk/deliveries/list.html", items=found.rows, more=found.after, after=after, state=state,
                           counts=queries.counts(current_user))


@desk_deliveries.route("/<int:delivery_id>", methods=["GET", "POST"])
@allowed("delivery.arrive")
def one(delivery_id: int):
    """One delivery; the form hands it over."""
    delivery = queries.one(current_user, "delivery.read", delivery_id)
    form = ProofForm()
    if form.validate_on_submit():
        with form.refusals():
            if not proof_photos.took(form, delivery):
                service.hand_over(delivery, form.proof.data, current_user, proof_photos.chosen(form, delivery))
                flash(_("Handed over. Now the household confirms."))
                return redirect(url_for(".one", delivery_id=delivery_id))
    return render_template("desk/deliveries/one.html", item=queries.item(delivery), form=form, for_form=ForForm(),
                           shelf_form=ShelfForm(), right_form=PutRightForm(), go_on_form=GoOnForm(),
                           station=queries.station(delivery), over=standing.over(delivery), held=standing.held(delivery),
                           witness=witnesses.asked(delivery, current_user), apart=not witnesses.saw(delivery, current_user),
                           returns=problems.to_fetch(delivery.id), wish_over=unwanted.over(delivery.wish_id),
                           thanked=queries.thanked([delivery.id]), problems=problems.of(delivery.id),
                           waiting=pictures.waiting(delivery.id, current_user.id), witnessed=witnesses.of(delivery.id),
                           said=receiving.said(delivery.id),
                           may_confirm=may(current_user, "delivery.confirm_for", delivery)
                           and not witnesses.saw(delivery, current_user)), 422 if form.errors else 200


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


@desk_deliveries.post("/<int:delivery_id>/ask_code")
@allowed("delivery.arrive")
def ask_code(delivery_id: int):
    delivery = queries.one(current_user, "delivery.arrive", delivery_id)
    if Form().validate_on_submit():
        attempt(lambda: service.ask_code(delivery, by=current_user), _("A new code is on its way to the household."))
    return redirect(url_for(".one", delivery_id=delivery_id))


@desk_deliveries.post("/<int:delivery_id>/resolve")
@allowed("delivery.resolve")
def resolve(delivery_id: int):
    delivery = queries.one(current_user, "delivery.resolve", delivery_id)
    form = PutRightForm()
    if form.validate_on_submit():
        attempt(lambda: service.resolve(delivery, form.reason.data, by=current_user), _("Done."))
    return redirect(url_for(".one", delivery_id=delivery_id))


@desk_deliveries.post("/<int:delivery_id>/go-on")
@allowed("delivery.go_on")
def go_on(delivery_id: int):
    """Its wish ended on the way; it is handed over all the same."""
    delivery = queries.one(current_user, "delivery.go_on", delivery_id)
    form = GoOnForm()
    if form.validate_on_submit():
        attempt(lambda: standing.go_on(delivery, form.reason.data, by=current_user),
                _("Written down. It can be handed over now."))
    return redirect(url_for(".one", delivery_id=delivery_id))


@desk_deliveries.post("/<int:delivery_id>/witness/<any(seen, not_seen):verb>")
@allowed("delivery.witness")
def witness(delivery_id: int, verb: str):
    """A worker who is named as a witness says whether that is so."""
    delivery = queries.one(current_user, "delivery.witness", delivery_id)
    if Form().validate_on_submit():
        if verb == "seen":
            attempt(lambda: witnesses.sign(delivery, by=current_user), _("Written down."))
        else:
            attempt(lambda: handing_over.not_seen(delivery, said.not_seen(), by=current_user), _("Written down."))
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


@desk_deliveries.get("/thanks/<int:thanks_id>/drawing")
@allowed("thanks.moderate")
def drawing(thanks_id: int):
    """A drawing that waits for a worker's eyes."""
    found = thanks.drawings([queries.thanks(current_user, thanks_id).id]).get(thanks_id)
    if found is None:
        abort(404)
    return serve_picture(f"{found.key}-{images.WIDTHS[0]}.webp")
