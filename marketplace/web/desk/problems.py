"""What goes wrong at the door, and handing over before witnesses."""
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import Length, Optional

from marketplace.core import images
from marketplace.market.deliveries import handing_over, pictures, problems, queries, standing
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.problems import MOST_TRIES, Back
from marketplace.market.deliveries.witnesses import RELATIONS, Witness
from marketplace.market.pledges import service as pledges
from marketplace.people.accounts.permissions import may
from marketplace.web import words_of_deliveries as said
from marketplace.web.desk import proof_photos
from marketplace.web.forms import REQUIRED, Form, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.public.wishes import serve_picture

desk_problems = Blueprint("desk_problems", __name__, url_prefix="/desk/deliveries")
POSSIBLE = {"planned": ("refused",), "dispatched": ("lost",),
            "arrived": ("absent", "refused", "damaged", "wrong", "not_right", "lost"),
            "disputed": ("damaged", "wrong", "not_right", "refused", "lost")}
OF_SERVICES = ("absent", "refused", "not_right", "lost")
WANTED = {"yes": _l("Yes"), "no": _l("No")}


class ProblemForm(Form):
    outcome = RadioField(_l("What happened?"), [REQUIRED])
    units = IntegerField(_l("How many go back? The household keeps the others."), [Optional()])
    condition = RadioField(_l("In which condition are they?"), choices=choices(said.CONDITIONS.items()),
                           validate_choice=False)
    goes_to = RadioField(_l("Where do they go?"), default="giver",
                         choices=choices((way, said.GOES_TO[way]) for way in ("giver", "charity")))
    again_on = DateField(_l("When do you try again?"), [Optional()])
    wanted = RadioField(_l("Does the household still want such a thing?"), choices=choices(WANTED.items()), default="yes")
    reason = TextAreaField(_l("What did you see, or what did they say?"), [REQUIRED, Length(max=problems.REASON_MOST)])

    def offer(self, delivery: Delivery) -> None:
        """What can have happened to it where it is now."""
        service = delivery.kind == "service"
        out_of_reach = (delivery.state == "planned" and (delivery.kind != "money" or not standing.over(delivery))
                        or delivery.state == "disputed" and not may(current_user, "delivery.resolve", delivery))
        names = {**said.OUTCOMES, **({"lost": _("The helper did not come")} if service else {})}
        self.outcome.choices = choices((o, names[o]) for o in POSSIBLE.get(delivery.state, ())
                                       if not out_of_reach and (not service or o in OF_SERVICES))

    def carry_out(self, delivery: Delivery) -> None:
        """The verb that was chosen. Raises what it raises."""
        outcome, reason, wanted = self.outcome.data, self.reason.data, self.wanted.data == "yes"
        if outcome == "absent":
            problems.absent(delivery, self.again_on.data, reason, current_user, self.goes_to.data)
        elif outcome == "lost":
            problems.lose(delivery, reason, current_user, wanted)
        else:
            problems.turn_back(delivery, Back(outcome, reason, self.condition.data or "", self.goes_to.data, wanted,
                                              self.units.data or 0), current_user)


@desk_problems.route("/<int:delivery_id>/problem", methods=["GET", "POST"])
@allowed("delivery.arrive")
def report(delivery_id: int):
    delivery = queries.one(current_user, "delivery.read", delivery_id)
    form = ProblemForm()
    form.offer(delivery)
    if not form.outcome.choices:
        return redirect(url_for("desk_deliveries.one", delivery_id=delivery_id))
    if form.validate_on_submit():
        with form.refusals():
            form.carry_out(delivery)
            flash(_("Written down. The giver is told, and what is to be done now stands under exceptions.")
                  if delivery.state in ("returned", "lost") else _("Written down."))
            return redirect(url_for("desk_deliveries.one", delivery_id=delivery_id))
    return render_template("desk/deliveries/problem.html", item=queries.item(delivery), form=form,
                           from_store=bool(pledges.reservations(delivery_id)), tried=problems.tries(delivery_id),
                           most=MOST_TRIES), 422 if form.errors else 200


@desk_problems.post("/<int:delivery_id>/back/<any(fetched, leave_to_charity):verb>")
@allowed("delivery.arrive")
def back(delivery_id: int, verb: str):
    """What waits at the station for its giver was fetched, or is left to the charity."""
    problem = problems.to_fetch(queries.one(current_user, "delivery.arrive", delivery_id).id)
    if problem and Form().validate_on_submit():
        attempt(lambda: getattr(problems, verb)(problem, by=current_user), _("Written down."))
    return redirect(url_for("desk_deliveries.one", delivery_id=delivery_id))


class WitnessForm(Form):
    reason = TextAreaField(_l("Why is there neither code nor card?"), [REQUIRED, Length(max=problems.REASON_MOST)])
    username_1 = text(_l("First witness, a worker: name to sign in with"), 60, required=False,
                      render_kw={"autocomplete": "off"})
    name_1 = text(_l("Or a person: name"), 40, required=False, render_kw={"autocomplete": "off"})
    relation_1 = SelectField(_l("Who is that?"))
    username_2 = text(_l("Second witness, a worker: name to sign in with"), 60, required=False,
                      render_kw={"autocomplete": "off"})
    name_2 = text(_l("Or a person: name"), 40, required=False, render_kw={"autocomplete": "off"})
    relation_2 = SelectField(_l("Who is that?"))
    photo = FileField(_l("Photo of the goods, without faces"))
    clean = BooleanField(_l("There is no face and no address on it"))

    def offer(self) -> None:
        for field in (self.relation_1, self.relation_2):
            field.choices = choices([("", _("Choose")), *((code, said.RELATIONS[code]) for code in RELATIONS)])

    def two(self) -> tuple[Witness, Witness]:
        first, second = ({name: self[f"{name}_{n}"].data or "" for name in ("username", "name", "relation")} for n in (1, 2))
        return Witness(**first), Witness(**second)


@desk_problems.route("/<int:delivery_id>/witnesses", methods=["GET", "POST"])
@allowed("delivery.hand_over")
def witnesses(delivery_id: int):
    """Handing over to a household that has neither its code nor its card."""
    delivery = queries.one(current_user, "delivery.hand_over", delivery_id)
    form = WitnessForm()
    form.offer()
    if form.validate_on_submit():
        with form.refusals():
            if not proof_photos.took(form, delivery):
                handing_over.before_witnesses(delivery, form.two(), form.reason.data,
                                              proof_photos.chosen(form, delivery), current_user)
                flash(_("Handed over. Now the witness says so at the own desk, and the household confirms."))
                return redirect(url_for("desk_deliveries.one", delivery_id=delivery_id))
    return render_template("desk/deliveries/witnesses.html", item=queries.item(delivery), form=form,
                           waiting=pictures.waiting(delivery_id, current_user.id)), 422 if form.errors else 200


@desk_problems.get("/<int:delivery_id>/picture")
@allowed("delivery.hand_over")
def picture(delivery_id: int):
    """The picture that this worker is about to keep, as it would be kept."""
    queries.one(current_user, "delivery.hand_over", delivery_id)
    waiting = pictures.waiting(delivery_id, current_user.id)
    if waiting is None:
        return redirect(url_for("desk_deliveries.one", delivery_id=delivery_id))
    return serve_picture(f"{waiting.key}-{images.WIDTHS[0]}.webp")
