"""Appointments of the charity's volunteers: who is still looked for, whose coming or going was forgotten, which services
still need somebody; for the volunteer lead.
"""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import SelectField

from marketplace.core import clock
from marketplace.market.volunteering import service
from marketplace.market.volunteering.models import Appointment
from marketplace.market.volunteering.queries import appointments
from marketplace.web.forms import Form, attempt, choices
from marketplace.web.guard import allowed
from marketplace.web.public.volunteer_forms import TimeForm
from marketplace.web.visit_forms import TimesForm
from marketplace.web.words_of_volunteers import APPOINTMENTS

charity_appointments = Blueprint("charity_appointments", __name__, url_prefix="/charity/appointments")


class NamedForm(TimeForm):
    who = SelectField(_l("Which volunteer comes?"), coerce=int)


def _filters() -> tuple[str, str, str]:
    need, state = request.args.get("need", ""), request.args.get("state", "")
    return (need if need in appointments.NEEDS else "", state if state in APPOINTMENTS else "",
            request.args.get("after", ""))


@charity_appointments.get("")
@allowed("appointment.oversee")
def listed():
    need, state, after = _filters()
    found = appointments.board(current_user, need, state, after)
    return render_template("charity/volunteers/appointments.html", rows=found.rows, more=found.after, after=after, need=need,
                           state=state, counts=appointments.counts(current_user),
                           waiting=[] if need or state else appointments.of_nobody(current_user))


@charity_appointments.route("/<int:appointment_id>", methods=["GET", "POST"])
@allowed("appointment.oversee")
def one(appointment_id: int):
    """One appointment; the form closes it when the going was forgotten, writes down who forgot to come, or puts it right."""
    row = appointments.row(current_user, appointment_id)
    found = row.appointment
    form = TimesForm.of(found)
    if form.validate_on_submit():
        with form.refusals():
            _put_right(found, form)
            flash(_("Kept, with your reason."))
            return redirect(url_for(".one", appointment_id=appointment_id))
    return render_template("charity/volunteers/appointment.html", row=row, form=form, now=clock.now(),
                           helper=appointments.standing(found), notes=appointments.notes(found)), \
        422 if form.errors else 200


def _put_right(found: Appointment, form: TimesForm) -> None:
    (started, ended), said = form.times(), form.words.data or ""
    if found.state == "present":
        service.close(found, ended, said, by=current_user)
    elif found.state == "confirmed":
        service.write_down(found, started, ended, said, by=current_user)
    else:
        service.correct(found, started, ended, said, by=current_user)


@charity_appointments.route("/promises/<int:delivery_id>/time", methods=["GET", "POST"])
@allowed("delivery.appoint_for")
def time(delivery_id: int):
    """Name a volunteer and a time for a service that was promised by who has no account here."""
    found = (appointments.of_nobody(current_user, delivery_id) or abort(404))[0]
    form = NamedForm()
    form.who.choices = choices((one.id, one.display_name) for one in appointments.helpers(found.delivery.organisation_id))
    if form.validate_on_submit():
        with form.refusals():
            made = service.propose_for(found.delivery, *form.span(), form.venue.data, form.who.data, by=current_user)
            flash(_("Kept. The volunteer is told; the worker agrees it with the household."))
            return redirect(url_for(".one", appointment_id=made.id))
    return render_template("charity/volunteers/time.html", form=form, found=found, today=clock.today()), \
        422 if form.errors else 200


@charity_appointments.post("/<int:appointment_id>/give-up")
@allowed("appointment.give_up")
def give_up(appointment_id: int):
    """Nobody can come at this time: the wish is open again."""
    found = appointments.one(current_user, "appointment.give_up", appointment_id)
    if Form().validate_on_submit():
        attempt(lambda: service.give_up(found, request.form.get("words", ""), by=current_user),
                _("Called off. The wish can be taken on again."))
    return redirect(url_for(".one", appointment_id=appointment_id))
