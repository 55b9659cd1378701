"""The charity's desk: gifts that came in, what to buy with them, and what to send."""
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from marketplace.market.deliveries import followed, queries, service
from marketplace.market.offers import queries as offers
from marketplace.market.runs import queries as runs
from marketplace.market.wishes import queries as wishes
from marketplace.people.organisations import queries as organisations
from marketplace.people.organisations.queries.tasks import tasks
from marketplace.web.forms import Form, attempt, text
from marketplace.web.guard import allowed

charity = Blueprint("charity", __name__, url_prefix="/charity")


class DispatchForm(Form):
    tracking = text(_l("Tracking number (if you have one)"), 40, required=False)


@charity.get("/")
@allowed("charity.desk")
def board():
    mine = organisations.one(current_user.organisation_id)
    to_send, away = (queries.listed(current_user, states, request.args.get(name, ""))
                     for name, states in (("send", queries.MOVING[:1]), ("away", queries.MOVING[1:])))
    on_run = runs.carried([item.delivery.id for item in to_send.rows])
    return render_template(
        "charity/board.html", charity=mine, tasks=tasks(current_user, mine),
        certificate=organisations.certificate(current_user.organisation_id), form=DispatchForm(),
        paid=queries.paid_needs(current_user), to_send=to_send, away=away, on_run=on_run,
        states=queries.counts(current_user),
        counts=wishes.counts(current_user), offers=offers.counts(current_user))


@charity.post("/needs/<int:need_id>/purchase")
@allowed("delivery.purchase")
def purchase(need_id: int):
    need = followed.need(need_id)
    wishes.one(current_user, "delivery.purchase", need.wish_id)
    if Form().validate_on_submit():
        attempt(lambda: service.purchase(need, by=current_user),
                _("Booked as bought. Now send it to the town station."))
    return redirect(url_for(".board"))


@charity.post("/deliveries/<int:delivery_id>/dispatch")
@allowed("charity.desk")
def dispatch(delivery_id: int):
    delivery = queries.one(current_user, "delivery.dispatch", delivery_id)
    form = DispatchForm()
    if form.validate_on_submit():
        attempt(lambda: service.dispatch(delivery, request.form.get("way", "charity_run"), current_user,
                                      form.tracking.data or ""), _("On its way."))
    return redirect(url_for(".board"))
