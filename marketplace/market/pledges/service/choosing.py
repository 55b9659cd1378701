"""Money that came for something that had closed: its giver chooses, and after a while what was chosen when giving counts."""
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.pledges.models import IF_ENDED, Pledge
from marketplace.market.pledges.rules import NothingSimilar
from marketplace.market.pledges.service import moving
from marketplace.people.accounts.permissions import demand


def choose(pledge: Pledge, choice: str, by) -> None:
    """The giver says what becomes of money that came late: one of IF_ENDED.

    Raises NotAllowed, WrongState, Invalid, NothingSimilar.
    """
    with transaction():
        demand(by, "pledge.choose", pledge)
        moving.lock(pledge)
        if pledge.state != "late":
            raise WrongState("choose", pledge.state)
        if choice not in IF_ENDED:
            raise Invalid("choice", "unknown")
        if not moving.carry_out(pledge, choice, "too_late", by.id):
            raise NothingSimilar


def decide_late() -> int:
    """Do what was chosen when giving, where nobody has answered in time. Safe to run twice. Returns how many."""
    due = db.session.scalars(select(Pledge.id).where(Pledge.state == "late", Pledge.choose_until < clock.now())).all()
    decided = 0
    for pledge_id in due:
        with transaction() as session:
            pledge = session.get_one(Pledge, pledge_id)
            moving.lock(pledge)
            if pledge.state != "late":
                continue
            if not moving.carry_out(pledge, pledge.if_ended, "too_late", 0):
                moving.give_back(pledge, "too_late", 0)
            decided += 1
    return decided
