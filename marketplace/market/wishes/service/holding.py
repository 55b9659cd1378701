"""Quantities of a need: held, let go, received. Conditional updates, fenced once more by the database."""
from sqlalchemy import update

from marketplace.core.transaction import changed, transaction
from marketplace.market.wishes.models import Need
from marketplace.market.wishes.public import is_visible
from marketplace.market.wishes.rules import NotPublic, TooFewLeft


def hold(need: Need, units: int) -> None:
    """Set `units` of a public wish's need aside for a giver. Raises NotPublic, TooFewLeft with what is left."""
    with transaction():
        if not try_hold(need, units):
            raise TooFewLeft(asked=units, left=need.left)
        if not is_visible(need.wish_id):
            raise NotPublic


def try_hold(need: Need, units: int) -> bool:
    """Set `units` aside if so many are left; whether they were. Asks nothing about the wish. Joins."""
    with transaction() as session:
        held = changed(update(Need).where(Need.id == need.id, Need.pledged + units <= Need.wanted)
                       .values(pledged=Need.pledged + units))
        session.refresh(need)
    return bool(held)


def release(need_id: int, units: int) -> None:
    """Let go of `units` that were held."""
    with transaction():
        changed(update(Need).where(Need.id == need_id, Need.pledged - units >= Need.received)
                .values(pledged=Need.pledged - units))


def receive(need_id: int, units: int) -> None:
    """Count `units` as received by the household."""
    with transaction():
        changed(update(Need).where(Need.id == need_id, Need.received + units <= Need.pledged)
                .values(received=Need.received + units))
