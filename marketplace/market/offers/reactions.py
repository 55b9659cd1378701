"""What follows when a charity decides on an offer, and when something of it comes."""
from marketplace.core.outbox import reacts_to
from marketplace.extensions import db
from marketplace.market.offers import queries, telling
from marketplace.market.offers.events import IntakePutRight, OfferDecided, OfferTakenIn
from marketplace.market.offers.models import Offer

TOLD = ("accepted", "declined", "expired")


@reacts_to(OfferDecided)
def tell_decided(event: OfferDecided) -> None:
    """Tell the giver what was said. Whoever withdraws knows it, and of what has come in whole there is word already."""
    if event.outcome in TOLD or (event.outcome == "ended" and db.session.get_one(Offer, event.offer_id).left):
        telling.giver(event.offer_id, f"offer_{event.outcome}")


@reacts_to(OfferTakenIn)
def tell_taken_in(event: OfferTakenIn) -> None:
    """Tell the giver what has come to the store."""
    telling.giver(event.offer_id, "offer_taken_in", came=queries.intake(event.batch_id).units)


@reacts_to(IntakePutRight)
def tell_put_right(event: IntakePutRight) -> None:
    """Tell the giver that fewer had come than they were told."""
    telling.giver(event.offer_id, "offer_put_right", came=queries.intake(event.batch_id).units)
