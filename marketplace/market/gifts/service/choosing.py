"""Money that came for something that had closed: its giver chooses, and after a while what was chosen when giving counts."""
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.gifts.models import Gift
from marketplace.market.gifts.service import moving
from marketplace.market.pledges.models import IF_ENDED
from marketplace.market.pledges.rules import NothingSimilar
from marketplace.people.accounts.permissions import demand


def choose(gift: Gift, choice: str, by) -> None:
    """The giver says what becomes of money that came late. Raises NotAllowed, WrongState, Invalid, NothingSimilar."""
    with transaction():
        demand(by, "gift.choose", gift)
        moving.lock(gift)
        if gift.state != "late":
            raise WrongState("choose", gift.state)
        if choice not in IF_ENDED:
            raise Invalid("choice", "unknown")
        if not moving.carry_out(gift, choice, by.id):
            raise NothingSimilar


def decide_late() -> int:
    """Do what was chosen when giving, where nobody has answered in time. Safe to run twice. Returns how many."""
    due = db.session.scalars(select(Gift.id).where(Gift.state == "late", Gift.choose_until < clock.now())).all()
    decided = 0
    for gift_id in due:
        with transaction() as session:
            gift = session.get_one(Gift, gift_id)
            moving.lock(gift)
            if gift.state == "late":
                if not moving.carry_out(gift, gift.if_ended, 0):
                    moving.carry_out(gift, "refund", 0)
                decided += 1
    return decided
