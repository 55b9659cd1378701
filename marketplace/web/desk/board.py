"""The worker's desk: what needs somebody now comes first."""
from flask import Blueprint, render_template
from flask_login import current_user

from marketplace.assistance.policies.queries import scope, silent
from marketplace.market.deliveries import queries as deliveries
from marketplace.market.deliveries import thanks, unwanted, visits, witnesses
from marketplace.market.wishes import queries as wishes
from marketplace.web.guard import allowed

desk = Blueprint("desk", __name__, url_prefix="/desk")
STATES = ("disputed", "arrived", "handed_over")


@desk.get("/")
@allowed("wish.publish")
def board():
    seen = scope.seen()
    said = deliveries.thanks_waiting(current_user)
    return render_template(
        "desk/board.html", waiting=wishes.waiting(current_user), counts=wishes.counts(current_user),
        moving={state: deliveries.listed(current_user, (state,)) for state in STATES},
        states=deliveries.counts(current_user), witnessed=witnesses.waiting(current_user), thanks=said,
        drawings=thanks.drawings([one.id for one, _wish in said]), visits=visits.count(current_user),
        unwanted=unwanted.waiting(current_user),
        silent=silent.counted(current_user, seen) if seen else 0)
