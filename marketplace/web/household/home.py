"""The household's own pages: what it has wished for, what is coming, and who looked."""
import base64

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import Length

from marketplace.assistance.policies import benefits
from marketplace.core import clock
from marketplace.core.errors import Invalid
from marketplace.market.deliveries import queries as deliveries
from marketplace.market.deliveries import receiving, thanks
from marketplace.market.deliveries import service as delivering
from marketplace.market.stations import queries as stations
from marketplace.market.volunteering.queries import appointments
from marketplace.market.wishes import queries as wishes
from marketplace.market.wishes import service as wishing
from marketplace.market.wishes.rules import LIMITS, OPEN_STATES
from marketplace.network.registry import queries as registry
from marketplace.web import lists
from marketplace.web.forms import REQUIRED, Form, attempt, choices
from marketplace.web.guard import allowed
from marketplace.web.locale import lang
from marketplace.web.public.wishes import serve_picture
from marketplace.web.words_of_deliveries import MARKS

DRAWN = "data:image/png;base64,"
household = Blueprint("household", __name__, url_prefix="/home")


class ReasonForm(Form):
    reason = TextAreaField(_l("What is wrong?"), [REQUIRED, Length(max=300)])


class RatingForm(Form):
    satisfaction = RadioField(_l("How content are you?"), [REQUIRED], coerce=int, choices=choices(MARKS.items()))


class ThanksForm(Form):
    words = TextAreaField(_l("A few words to the giver (without names and addresses)"), [Length(max=300)])
    drawn = HiddenField()
    drawing = FileField(_l("Or a photo of a drawing"))

    def picture(self) -> bytes:
        """What was drawn on the page, or the photo of what was drawn on paper; nothing for neither. Raises Invalid."""
        if self.drawing.data:
            return self.drawing.data.read()
        try:
            return base64.b64decode((self.drawn.data or "").removeprefix(DRAWN), validate=True)
        except ValueError as error:
            raise Invalid("drawing", "no_picture") from error


@household.get("/")
@allowed("delivery.confirm")
def home():
    home = registry.one(current_user, current_user.household_id)
    mine = wishes.of_household(current_user, home.id)
    coming = deliveries.of_household(current_user, home.id)
    return render_template(
        "household/home.html", today=clock.today(), offices=stations.by_number([c.delivery.station_id or 0 for c in coming]),
        home=home, wishes=mine, coming=coming, as_of=registry.as_of(home),
        eligible=home.eligible_until >= clock.today(), room=_room(home, mine), looks=registry.looks(home.id),
        status={w.id: wishes.status(w, home, clock.today()) for w in mine},
        visits=appointments.of_household(current_user),
        thanked=deliveries.thanked([c.delivery.id for c in coming]), form=Form())


def _room(home, mine) -> bool:
    """Whether a member is left who has no open wish."""
    return sum(w.state in OPEN_STATES for w in mine) < registry.size(home) * LIMITS.open_per_person


@household.get("/benefits")
@allowed("benefits.read")
def benefits_list():
    """What the household receives and may claim; with what is for the signed-in member alone."""
    home = registry.one(current_user, current_user.household_id)
    opened = lists.opened(lambda: benefits.of_household(current_user, home))
    return lists.private(render_template(
        "household/benefits.html", letter=opened.letter(lang()), text=lists.message(opened.shared())))


@household.get("/benefits.pdf")
@allowed("benefits.read")
def benefits_pdf():
    home = registry.one(current_user, current_user.household_id)
    return lists.printed(lists.opened(lambda: benefits.of_household(current_user, home)).letter(lang()))


@household.get("/wishes/<int:wish_id>")
@allowed("wish.read")
def wish(wish_id: int):
    found = wishes.one(current_user, "wish.write", wish_id)
    home = registry.one(current_user, found.household_id)
    coming = [c for c in deliveries.of_household(current_user, home.id) if c.wish.id == found.id]
    return render_template("household/wish.html", wish=found, origin=wishes.origin(found), form=Form(), coming=coming,
                           consent=wishes.consent(found), status=wishes.status(found, home, clock.today()))


@household.post("/wishes/<int:wish_id>/<any(submit, withdraw, withdraw_consent, consent):verb>")
@allowed("wish.submit")
def act(wish_id: int, verb: str):
    found = wishes.one(current_user, "wish.write", wish_id)
    done = {"submit": _("Sent. Your worker will look at it."), "withdraw": _("Your wish is withdrawn."),
            "withdraw_consent": _("Nobody sees your wish any more."), "consent": _("Givers see your wish again.")}[verb]
    more = {"guardian": request.form.get("guardian", "")[:40]} if verb == "consent" else {}
    if Form().validate_on_submit():
        attempt(lambda: getattr(wishing, verb)(found, by=current_user, **more), done)
    return redirect(url_for(".wish", wish_id=wish_id))


@household.get("/pictures/<path:key>")
@allowed("wish.read")
def picture(key: str):
    stem, _dash, _size = key.removesuffix(".webp").rpartition("-")
    if wishes.photo(current_user, stem) is None:
        abort(404)
    return serve_picture(key)


@household.post("/deliveries/<int:delivery_id>/confirm")
@allowed("delivery.confirm")
def confirm(delivery_id: int):
    delivery = deliveries.one(current_user, "delivery.confirm", delivery_id)
    if Form().validate_on_submit() and attempt(lambda: delivering.confirm(delivery, by=current_user),
                                            _("Thank you. The giver will be glad.")):
        return redirect(url_for(".rate", delivery_id=delivery_id))
    return redirect(url_for(".home"))


@household.route("/deliveries/<int:delivery_id>/rating", methods=["GET", "POST"])
@allowed("delivery.rate")
def rate(delivery_id: int):
    """One question; nobody has to answer it."""
    delivery = deliveries.one(current_user, "delivery.rate", delivery_id)
    form = RatingForm()
    if form.validate_on_submit():
        with form.refusals():
            receiving.rate(delivery, form.satisfaction.data, by=current_user)
            return redirect(url_for(".thank", delivery_id=delivery_id))
    return render_template("household/rating.html", item=deliveries.item(delivery), form=form), 422 if form.errors else 200


@household.route("/deliveries/<int:delivery_id>/problem", methods=["GET", "POST"])
@allowed("delivery.dispute")
def problem(delivery_id: int):
    delivery = deliveries.one(current_user, "delivery.dispute", delivery_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with form.refusals():
            delivering.dispute(delivery, form.reason.data, by=current_user)
            flash(_("Your worker will come back to you."))
            return redirect(url_for(".home") if current_user.role == "beneficiary" else url_for("desk.board"))
    return render_template("household/problem.html", item=deliveries.item(delivery), form=form), \
        422 if form.errors else 200


@household.route("/deliveries/<int:delivery_id>/thanks", methods=["GET", "POST"])
@allowed("thanks.write")
def thank(delivery_id: int):
    delivery = deliveries.one(current_user, "thanks.write", delivery_id)
    form = ThanksForm()
    if form.validate_on_submit():
        with form.refusals():
            thanks.write(delivery, form.words.data or "", current_user, form.picture())
            flash(_("Your words go to the giver as soon as your worker has read them."))
            return redirect(url_for(".home") if current_user.role == "beneficiary" else url_for("desk.board"))
    return render_template("household/thanks.html", item=deliveries.item(delivery), form=form), \
        422 if form.errors else 200
