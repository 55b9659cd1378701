"""The worker's board of volunteers who come: agree times, name the second adult and see them there, say who did not come."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.core import clock
from marketplace.market.volunteering import rules, service
from marketplace.market.volunteering.models import Appointment
from marketplace.market.volunteering.queries import appointments
from marketplace.web.forms import Form, attempt
from marketplace.web.guard import allowed
from marketplace.web.numbers import whole
from marketplace.web.visit_forms import TimesForm
from marketplace.web.words_of_volunteers import APPOINTMENTS

desk_appointments = Blueprint("desk_appointments", __name__, url_prefix="/desk/appointments")
VERBS = ("appointment.confirm", "appointment.attest", "appointment.turn_down", "appointment.miss")


@desk_appointments.get("")
@allowed("appointment.confirm")
def listed():
    need, state, after = (request.args.get(name, "") for name in ("need", "state", "after"))
    need, state = need if need in appointments.NEEDS else "", state if state in APPOINTMENTS else ""
    found = appointments.board(current_user, need, state, after)
    return render_template("desk/appointments/list.html", rows=found.rows, more=found.after, after=after, need=need,
                           state=state, counts=appointments.counts(current_user))


@desk_appointments.get("/<int:appointment_id>")
@allowed("appointment.confirm")
def one(appointment_id: int):
    row = appointments.row(current_user, appointment_id)
    asks_second = row.appointment.state in ("proposed", "confirmed")
    return render_template("desk/appointments/one.html", row=row, now=clock.now(), early=rules.EARLY,
                           fresh_from=clock.now() - rules.SEEN_FOR, helper=appointments.standing(row.appointment),
                           seconds=appointments.seconds(row.appointment) if asks_second else (),
                           notes=appointments.notes(row.appointment), form=Form())


@desk_appointments.route("/<int:appointment_id>/times", methods=["GET", "POST"])
@allowed("appointment.write_down")
def times(appointment_id: int):
    """Somebody came and forgot to say so: write down from when to when."""
    found = appointments.one(current_user, "appointment.write_down", appointment_id)
    form = TimesForm.of(found)
    if form.validate_on_submit():
        with form.refusals():
            service.write_down(found, *form.times(), form.words.data or "", by=current_user)
            flash(_("Kept, with your reason."))
            return redirect(url_for(".one", appointment_id=appointment_id))
    return render_template("desk/appointments/times.html", form=form, appointment=found), 422 if form.errors else 200


@desk_appointments.post("/<int:appointment_id>/<any(confirm, attest, turn_down, miss, give_up):verb>")
@allowed(*VERBS, "appointment.give_up")
def act(appointment_id: int, verb: str):
    found = appointments.one(current_user, f"appointment.{verb}", appointment_id)
    if Form().validate_on_submit():
        attempt(lambda: _do(found, verb), {
            "confirm": _("Agreed. The volunteer and the household know."),
            "attest": _("Kept: the second adult is there."),
            "turn_down": _("The volunteer is asked for another time."),
            "miss": _("Kept. The wish can be taken on again."),
            "give_up": _("Called off. The wish can be taken on again.")}[verb])
    return redirect(url_for(".one", appointment_id=appointment_id))


def _do(found: Appointment, verb: str) -> None:
    if verb in ("confirm", "attest"):
        second, _colon, number = request.form.get("second", "").partition(":")
        getattr(service, verb)(found, by=current_user, second=second, second_id=whole(number))
    else:
        getattr(service, verb)(found, request.form.get("words", ""), by=current_user)
