"""Visits to households that have not said whether they have their things, or of which only the hotline has heard so."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length

from marketplace.core import clock
from marketplace.market.deliveries import queries, visits
from marketplace.web.forms import REQUIRED, Form, attempt, choices
from marketplace.web.guard import allowed

desk_visits = Blueprint("desk_visits", __name__, url_prefix="/desk/visits")


class VisitForm(Form):
    outcome = RadioField(_l("How was it?"), [REQUIRED], choices=choices([
        ("confirmed", _l("The household has it, and all is well")), ("disputed", _l("Something is wrong")),
        ("not_met", _l("Nobody was met: I go again"))]))
    reason = TextAreaField(_l("What did you see, or what did they say?"), [REQUIRED, Length(max=300)])


@desk_visits.get("/")
@allowed("visit.record")
def listed():
    after = request.args.get("after", "")
    found = visits.waiting(current_user, after)
    return render_template("desk/visits/list.html", due=found.rows, more=found.after, after=after, today=clock.today(),
                           phoned=visits.phoned(current_user), days=visits.LOOKED_AT.days)


@desk_visits.post("/ask/<int:delivery_id>")
@allowed("visit.ask")
def ask(delivery_id: int):
    """A worker doubts what the hotline has confirmed."""
    delivery = queries.one(current_user, "visit.ask", delivery_id)
    if Form().validate_on_submit():
        attempt(lambda: visits.ask(delivery, by=current_user), _("The visit stands among those to be made."))
    return redirect(url_for(".listed"))


@desk_visits.route("/<int:visit_id>", methods=["GET", "POST"])
@allowed("visit.record")
def one(visit_id: int):
    due = visits.one(current_user, visit_id)
    form = VisitForm()
    if form.validate_on_submit():
        with form.refusals():
            visits.record(due.visit, form.outcome.data, form.reason.data, by=current_user)
            flash(_("Written down."))
            return redirect(url_for(".listed"))
    return render_template("desk/visits/one.html", due=due, form=form, today=clock.today()), 422 if form.errors else 200
