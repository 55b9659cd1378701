"""Appointments of the charity's volunteers: who is still looked for, whose going was forgotten; for the volunteer lead."""
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import DateTimeLocalField, TextAreaField
from wtforms.validators import Length

from marketplace.core import clock
from marketplace.market.volunteering import rules, service
from marketplace.market.volunteering.models import Appointment
from marketplace.market.volunteering.queries import appointments
from marketplace.web.forms import REQUIRED, Form, attempt
from marketplace.web.guard import allowed
from marketplace.web.words_of_volunteers import APPOINTMENTS

charity_appointments = Blueprint("charity_appointments", __name__, url_prefix="/charity/appointments")


class TimesForm(Form):
    started = DateTimeLocalField(_l("Came at"), [REQUIRED], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"])
    ended = DateTimeLocalField(_l("Went at"), [REQUIRED], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"])
    words = TextAreaField(_l("How do you know?"), [REQUIRED, Length(max=rules.WORDS_MOST)])


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
                           state=state, counts=appointments.counts(current_user))


@charity_appointments.route("/<int:appointment_id>", methods=["GET", "POST"])
@allowed("appointment.oversee")
def one(appointment_id: int):
    """One appointment; the form closes it when the going was forgotten, or puts its times right."""
    row = appointments.row(current_user, appointment_id)
    found = row.appointment
    form = TimesForm(data={"started": _local(found.started_at), "ended": _local(found.ended_at or found.ends_at)})
    if form.validate_on_submit():
        with form.refusals():
            _put_right(found, form)
            flash(_("Kept, with your reason."))
            return redirect(url_for(".one", appointment_id=appointment_id))
    return render_template("charity/volunteers/appointment.html", row=row, form=form, now=clock.now(),
                           notes=appointments.notes(found)), 422 if form.errors else 200


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(clock.CITY).replace(tzinfo=None) if at else None


def _put_right(found: Appointment, form: TimesForm) -> None:
    started, ended = (field.data.replace(tzinfo=clock.CITY) for field in (form.started, form.ended))
    if found.state == "present":
        service.close(found, ended, form.words.data or "", by=current_user)
    else:
        service.correct(found, started, ended, form.words.data or "", by=current_user)


@charity_appointments.post("/<int:appointment_id>/give-up")
@allowed("appointment.give_up")
def give_up(appointment_id: int):
    """Nobody can come at this time: the wish is open again."""
    found = appointments.one(current_user, "appointment.give_up", appointment_id)
    if Form().validate_on_submit():
        attempt(lambda: service.give_up(found, request.form.get("words", ""), by=current_user),
                _("Called off. The wish can be taken on again."))
    return redirect(url_for(".one", appointment_id=appointment_id))
