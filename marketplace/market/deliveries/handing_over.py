"""Handing over without code and card: before two witnesses, with a reason and a picture of the goods."""
from collections.abc import Sequence

from marketplace.core import audit
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.core.transaction import transaction
from marketplace.market.deliveries import service, standing, witnesses
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.records import ProofPicture
from marketplace.market.deliveries.witnesses import Witness
from marketplace.people.accounts.permissions import demand


def before_witnesses(delivery: Delivery, two: Sequence[Witness], reason: str, picture: ProofPicture | None, by) -> None:
    """Give it to a household that has neither code nor card, seen by two who are neither the giver nor the deliverer.

    A picture of the goods without faces belongs to it; a service has nothing to show. The household still confirms.
    Raises NotAllowed, WrongState, WishOver, BadWitness, Invalid (reason, photo).
    """
    with transaction() as session:
        demand(by, "delivery.hand_over", delivery)
        session.refresh(delivery, with_for_update=True)
        if delivery.state != "arrived":
            raise WrongState("hand_over", delivery.state)
        standing.demand_standing(delivery)
        if picture is None and delivery.kind != "service":
            raise Invalid("photo", "photo_needed")
        witnesses.record(delivery, two, reason, by)
        service.give(delivery, "witnesses", by.id, picture)


def not_seen(delivery: Delivery, words: str, by) -> None:
    """A worker who is named as a witness has not seen it: the hand-over is disputed, in these words.

    Raises NotAllowed, WrongState, Invalid (reason).
    """
    with transaction():
        demand(by, "delivery.witness", delivery)
        if not witnesses.asked(delivery, by):
            raise NotAllowed("delivery.witness")
        audit.record(by.id, "delivery.witness", f"delivery:{delivery.id}", "not seen")
        service.contest(delivery, words, by.id)
