"""A volunteer's own pages, made for a phone: where I am expected, where I could come, what of me is missing."""
from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.core import clock, places
from marketplace.market.volunteering import hours, rules, service
from marketplace.market.volunteering.models import Appointment
from marketplace.market.volunteering.queries import appointments, people
from marketplace.web.forms import Form, attempt, choices
from marketplace.web.guard import allowed
from marketplace.web.locale import lang
from marketplace.web.public.volunteer_forms import PARTS, ApplyForm, CancelForm, ProfileForm, TimeForm, part

volunteer = Blueprint("volunteer", __name__, url_prefix="/volunteer")


@volunteer.get("")
@allowed("volunteer.apply")
def mine():
    now = clock.now()
    return render_template(
        "public/volunteer/mine.html", mine=people.mine(current_user), coming=appointments.coming(current_user),
        asked=appointments.asked(current_user), promised=appointments.promised(current_user),
        past=appointments.past(current_user), total=hours.totals(hours.served(current_user.id)), now=now,
        early=rules.EARLY, over=rules.OVER, form=Form())


@volunteer.route("/apply", methods=["GET", "POST"])
@allowed("volunteer.apply")
def apply():
    """Ask a charity to help with it."""
    form = ApplyForm()
    form.organisation.choices = choices((one.id, one.english if lang() == "en" and one.english else one.name)
                                        for one in people.charities())
    if form.validate_on_submit():
        with form.refusals():
            service.apply(form.organisation.data, form.written(), by=current_user)
            flash(_("Thank you. The charity looks at it, and asks you to show your ID card."))
            return redirect(url_for(".mine"))
    return _profile("public/volunteer/apply.html", form)


@volunteer.route("/<int:volunteer_id>/edit", methods=["GET", "POST"])
@allowed("volunteer.edit")
def edit(volunteer_id: int):
    found = people.one(current_user, "volunteer.edit", volunteer_id)
    form = ProfileForm(found)
    if form.validate_on_submit():
        with form.refusals():
            again = service.edit(found, form.written(), by=current_user)
            flash(_("Saved. Your name is another one now: please show your ID card to the charity again.") if again
                  else _("Saved."))
            return redirect(url_for(".mine"))
    return _profile("public/volunteer/edit.html", form)


def _profile(page: str, form: ProfileForm):
    return render_template(page, form=form, parts=PARTS, part=part, counties=places.children(places.CITY),
                           towns=places.children), 422 if form.errors else 200


@volunteer.post("/<int:volunteer_id>/<any(pause, resume, leave):verb>")
@allowed("volunteer.pause", "volunteer.resume", "volunteer.leave")
def act(volunteer_id: int, verb: str):
    found = people.one(current_user, f"volunteer.{verb}", volunteer_id)
    if Form().validate_on_submit():
        done = {"pause": _("You pause. Times that were agreed are given to others; nobody asks you until you go on."),
                "resume": _("Good to have you back."), "leave": _("Ended. Thank you for all that you did.")}[verb]
        attempt(lambda: getattr(service, verb)(found, by=current_user), done)
    return redirect(url_for(".mine"))


@volunteer.route("/promises/<int:delivery_id>/time", methods=["GET", "POST"])
@allowed("delivery.appoint")
def time(delivery_id: int):
    """Name a time for a service that one has promised."""
    found = appointments.promise(current_user, delivery_id)
    form = TimeForm()
    if form.validate_on_submit():
        with form.refusals():
            service.propose(found.delivery, *form.span(), form.venue.data, by=current_user)
            flash(_("Thank you. The worker agrees it with the household, and we tell you."))
            return redirect(url_for(".mine"))
    return render_template("public/volunteer/time.html", form=form, found=found, today=clock.today()), \
        422 if form.errors else 200


@volunteer.post("/appointments/<int:appointment_id>/<any(start, finish):verb>")
@allowed("appointment.start", "appointment.finish")
def come(appointment_id: int, verb: str):
    """Here I am; I am going now. The time is kept, no position."""
    found = appointments.one(current_user, f"appointment.{verb}", appointment_id)
    if Form().validate_on_submit():
        done = _("Good that you are here.") if verb == "start" else _("Thank you. The time is kept.")
        attempt(lambda: getattr(service, verb)(found, by=current_user), done)
    return redirect(url_for(".mine"))


@volunteer.route("/appointments/<int:appointment_id>/cancel", methods=["GET", "POST"])
@allowed("appointment.release")
def cancel(appointment_id: int):
    """I cannot come: others are asked at once."""
    found = appointments.one(current_user, "appointment.release", appointment_id)
    return _leave(found, service.release, _("Thank you for saying so. We ask others now."))


@volunteer.route("/appointments/<int:appointment_id>/step-back", methods=["GET", "POST"])
@allowed("appointment.step_back")
def step_back(appointment_id: int):
    """I cannot come along as the second adult: the worker names another one."""
    found = appointments.one(current_user, "appointment.step_back", appointment_id)
    return _leave(found, service.step_back, _("Thank you for saying so. The worker looks for somebody else."), along=True)


def _leave(found: Appointment, verb: Callable, thanks: str, along: bool = False):
    """The page on which somebody says that they cannot come, or come `along`, and why."""
    form, late = CancelForm(), found.starts_at - clock.now() < rules.FREE_UNTIL
    if form.validate_on_submit():
        with form.refusals():
            verb(found, by=current_user, words=form.words.data or "")
            flash(thanks)
            return redirect(url_for(".mine"))
    return render_template("public/volunteer/cancel.html", form=form, appointment=found, late=late, along=along), \
        422 if form.errors else 200


@volunteer.post("/asks/<int:ask_id>/take")
@allowed("ask.take")
def take(ask_id: int):
    """I come in somebody's place."""
    found = appointments.ask(current_user, ask_id)
    if Form().validate_on_submit():
        attempt(lambda: service.take(found, by=current_user),
                _("Yours. The worker confirms it with the household, and we tell you."))
    return redirect(url_for(".mine"))
