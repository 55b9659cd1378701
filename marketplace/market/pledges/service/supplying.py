"""Promises that a match makes: of goods in a charity's store, or of what somebody offered. Firm at once.

All of these join; the callers have asked the rule table. What a promise holds besides its need, of a store or of an offer,
is let go with it.
"""
import secrets

from sqlalchemy import select

from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.offers import service as offers
from marketplace.market.offers.models import Offer, OfferContact
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.pledges.service import moving, reserving
from marketplace.market.stock import service as stock
from marketplace.market.stock.models import Batch, Reservation
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish


def from_stock(need: Need, units: int, batch: Batch, store_id: int, cause: str, by) -> Pledge:
    """Promise goods in store to a public need. The store's charity brings them, whoever carries the wish.

    Raises NotPublic, TooFewLeft, TooFewInStore.
    """
    with transaction():
        wishes.hold(need, units)
        reserved = stock.reserve(batch.id, store_id, units, cause)
        pledge = _new(need, units, organisation_id=batch.organisation_id, giver_id=0, source=f"stock:{reserved.id}")
        db.session.add(PledgeContact(pledge_id=pledge.id, secret=secrets.token_urlsafe(24)))
        moving.make_firm(pledge, "commit", by.id)
    return pledge


def from_offer(need: Need, units: int, offer: Offer, by) -> Pledge:
    """Promise goods or a service that somebody offered, straight from the giver to a public need.

    Raises NotPublic, TooFewLeft, NotOpen, TooFewOffered, and what the hooks refuse with.
    """
    with transaction() as session:
        offers.hold(offer, units)
        wishes.hold(need, units)
        secret, reach = secrets.token_urlsafe(24), session.get_one(OfferContact, offer.id)
        pledge = _new(need, units, secret, organisation_id=offer.organisation_id, giver_id=offer.giver_id, offer_id=offer.id)
        session.add(PledgeContact(pledge_id=pledge.id, secret=secret, language=reach.language, name=reach.name,
                                  phone=reach.phone, mail=reach.mail))
        moving.make_firm(pledge, "commit", by.id)
    return pledge


def _new(need: Need, units: int, secret: str = "", **facts: object) -> Pledge:
    wish = db.session.get_one(Wish, need.wish_id)
    return reserving.new(need, wish, units, secret or secrets.token_urlsafe(24), **facts)


def reservations(delivery_id: int) -> list[Reservation]:
    """What a delivery carries of stores."""
    sources = db.session.scalars(select(Pledge.source).where(
        Pledge.delivery_id == delivery_id, Pledge.source.startswith("stock:")).order_by(Pledge.id)).all()
    return [stock.one(int(source.removeprefix("stock:"))) for source in sources]
