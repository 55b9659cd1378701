"""Promises that a match makes: of goods in a charity's store, or of what somebody offered. Firm at once.

All of these join; the callers have asked the rule table. What a promise holds besides its need, of a store or of an offer,
is let go with it.
"""
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.offers import conditions
from marketplace.market.offers import service as offers
from marketplace.market.offers.models import Offer, OfferContact
from marketplace.market.offers.rules import OtherUnits
from marketplace.market.pledges.events import GiverAsked
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.pledges.rules import ANSWER_WITHIN, NotTogether
from marketplace.market.pledges.service import moving, reserving
from marketplace.market.stock import service as stock
from marketplace.market.stock.models import Batch, Reservation
from marketplace.market.wishes import goods
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.payments.models import Payment


def from_stock(need: Need, units: int, batch: Batch, store_id: int, cause: str, by, taken: int = 0) -> Pledge:
    """Promise goods in store to a public need. The store's charity brings them, whoever carries the wish.

    If whoever offered them wants to be asked, they are asked now, and it is only held until they answer. `taken` is how many
    units of the batch it takes when they are kits; else as many as of the need. Raises NotPublic, TooFewLeft, NotToGive,
    TooFewInStore, GivenElsewhere.
    """
    with transaction() as session:
        found = conditions.of_batch(batch)
        found.check(session.get_one(Wish, need.wish_id))
        wishes.hold(need, units)
        source, asked = f"stock:{stock.reserve(batch.id, store_id, taken or units, cause).id}", found.asked
        facts = {"organisation_id": batch.organisation_id, "source": source, "giver_id": asked.giver_id if asked else 0}
        return _made(need, units, asked, clock.now() + ANSWER_WITHIN if asked else None, by, facts)


def from_offer(need: Need, units: int, offer: Offer, by, until: datetime | None = None) -> Pledge:
    """Promise what somebody offered, straight from the giver to a public need; only held `until` they answer, if given.

    Money is always held, and paid by the giver. Who is to answer is asked now. Raises NotPublic, TooFewLeft, NotOpen,
    TooFewOffered, OtherUnits, NotCertified, and what the hooks refuse with.
    """
    with transaction():
        if need.kind == "service" and goods.in_hours(need.unit) != goods.categories()[offer.category].in_hours:
            raise OtherUnits
        offers.hold(offer, units)
        wishes.hold(need, units)
        facts = {"organisation_id": offer.organisation_id, "giver_id": offer.giver_id, "offer_id": offer.id}
        return _made(need, units, offer, until, by, facts)


def _made(need: Need, units: int, offer: Offer | None, until: datetime | None, by, facts: dict[str, Any]) -> Pledge:
    session, secret = db.session, secrets.token_urlsafe(24)
    reach = session.get_one(OfferContact, offer.id) if offer else None
    pledge = reserving.new(need, session.get_one(Wish, need.wish_id), units, secret, **facts)
    contact = {"language": reach.language, "name": reach.name, "phone": reach.phone, "mail": reach.mail} if reach else {}
    session.add(PledgeContact(pledge_id=pledge.id, secret=secret, **contact))
    if until:
        pledge.lapses_at = until
        audit.record(by.id, "pledge.reserve", f"pledge:{pledge.id}")
        announce(GiverAsked(pledge.id))
    else:
        moving.make_firm(pledge, "commit", by.id)
    return pledge


def ask_to_pay(pledges: Sequence[Pledge]) -> Payment:
    """One payment for promises of money to one charity that are held for a giver. Raises NotTogether."""
    with transaction():
        if len({p.organisation_id for p in pledges}) > 1 or any(p.kind != "money" for p in pledges):
            raise NotTogether
        return reserving.pay_together(pledges)


def reservations(delivery_id: int) -> list[Reservation]:
    """What a delivery carries of stores."""
    sources = db.session.scalars(select(Pledge.source).where(
        Pledge.delivery_id == delivery_id, Pledge.source.startswith("stock:")).order_by(Pledge.id)).all()
    return [stock.one(int(source.removeprefix("stock:"))) for source in sources]
