"""Offers for those who made them and for the charity's desk; scoped by the rule table, always the same statements."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, and_, case, cast, func, literal, select

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.offers.models import LIFE, Offer, OfferContact
from marketplace.market.offers.service import digest
from marketplace.market.stock import queries as stock
from marketplace.market.stock.models import Batch, Holding, Movement, Store
from marketplace.market.wishes import public
from marketplace.market.wishes.models import KINDS, Need, Wish
from marketplace.people.accounts.permissions import narrow
from marketplace.people.organisations.models import Organisation

PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """What a list of offers is narrowed to; what is empty narrows nothing."""

    state: str = ""
    kind: str = ""
    category: str = ""


@dataclass(frozen=True)
class Intake:
    """Things of an offer that came to a store together."""

    batch: Batch
    offer: Offer
    store: Store
    units: int

    @property
    def at(self) -> datetime:
        return self.batch.received_at

    @property
    def differs(self) -> list[str]:
        """In what it was not as offered: "size", "condition"."""
        return [name for name in ("size", "condition") if getattr(self.batch, name) != getattr(self.offer, name)]

    @property
    def estimate_fen(self) -> int:
        """What it would cost by the list of fair prices, or by the storekeeper's word when taking it in."""
        return self.units * self.batch.price_fen


@dataclass(frozen=True)
class Use:
    """How an offer could be used today: open needs of the charity's wishes, what they miss, and what is free in store."""

    needs: int
    missing: int
    free: int = 0


def listed(user, wanted: Wanted, after: str = "") -> Page:
    """A page of a charity's offers: those that wait first, the longest waiting at the top, then the others, newest first.
    Its rows hold an offer and its contact."""
    statement = narrow(user, "offer.read", select(Offer, OfferContact).join(
        OfferContact, OfferContact.offer_id == Offer.id), Offer)
    if wanted.state in LIFE.states:
        statement = statement.where(Offer.state == wanted.state)
    if wanted.kind in KINDS:
        statement = statement.where(Offer.kind == wanted.kind)
    if wanted.category:
        statement = statement.where(Offer.category == wanted.category)
    waits = Offer.state == "offered"
    rank, place = case((waits, 0), (Offer.state == "accepted", 1), else_=2), case((waits, Offer.id), else_=-Offer.id)
    return page(statement, Order((rank, place), (False, False)), PAGE, after, _key)


def _key(row) -> tuple:
    offer = row.Offer
    return ({"offered": 0, "accepted": 1}.get(offer.state, 2), offer.id if offer.state == "offered" else -offer.id)


def mine(user, after: str = "") -> Page:
    """A page of what somebody offered, newest first; its rows hold an offer, its contact and its charity."""
    statement = narrow(user, "offer.read", select(Offer, OfferContact, Organisation).join(
        OfferContact, OfferContact.offer_id == Offer.id).join(Organisation, Organisation.id == Offer.organisation_id), Offer)
    return page(statement, Order((Offer.id,), (True,)), PAGE, after, lambda row: (row.Offer.id,))


def counts(user) -> dict[str, int]:
    """How many offers the user may read, in each state."""
    return dict(db.session.execute(narrow(user, "offer.read", select(Offer.state, func.count()), Offer)
                                   .group_by(Offer.state)).all())


def one(user, capability: str, offer_id: int) -> Offer:
    """The offer, if this user may do `capability` to it. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Offer), Offer).where(Offer.id == offer_id)).one()


def of_secret(secret: str) -> Offer:
    """The offer of a secret link. Raises NoResultFound."""
    return db.session.scalars(select(Offer).where(Offer.follow_digest == digest(secret))).one()


def contact(offer: Offer) -> OfferContact:
    """Who made the offer."""
    return db.session.get_one(OfferContact, offer.id)


def intakes(offer: Offer) -> list[Intake]:
    """What came of an offer, oldest first."""
    rows = db.session.execute(came().where(Offer.id == offer.id).order_by(Batch.id))
    return [found for row in rows if (found := Intake(*row)).units]


def intake(batch_id: int) -> Intake:
    """What came as this batch. Raises NoResultFound for a batch that came otherwise."""
    return Intake(*db.session.execute(came().where(Batch.id == batch_id)).one())


def came() -> Select:
    """The statement behind every Intake, in the order of its fields; without what an intake that was put right took back."""
    return (select(Batch, Offer, Store, -Holding.units)
            .join(Offer, Batch.source == literal("offer:") + cast(Offer.id, String))
            .join(Holding, and_(Holding.batch_id == Batch.id, Holding.place == Batch.source))
            .join(Movement, and_(Movement.batch_id == Batch.id, Movement.from_place == Batch.source))
            .join(Store, Movement.to_place == literal("store:") + cast(Store.id, String)))


def use(user, offer: Offer) -> Use:
    """What the charity's public wishes miss of this, today."""
    if offer.kind == "goods":
        fits = [one for one in stock.shortages(user, offer.organisation_id)
                if one.item_code == offer.item_code and one.size in ("", offer.size)]
        free = sum(units for (code, size), units in stock.free_units(user).items()
                   if code == offer.item_code and size == offer.size)
        return Use(sum(one.needs for one in fits), sum(one.wanted for one in fits), free)
    needs, missing = db.session.execute(
        narrow(user, "wish.read", public.visible(func.count(), func.coalesce(func.sum(Need.wanted - Need.pledged), 0)), Wish)
        .join(Need, Need.wish_id == Wish.id)
        .where(Wish.organisation_id == offer.organisation_id, Need.kind == offer.kind, Need.category == offer.category,
               Need.pledged < Need.wanted)).one()
    return Use(needs, missing)


def stores(user) -> Sequence[Store]:
    """The open stores that the user may take something into."""
    return [store for store in stock.stores(user, "stock.take_in") if store.state == "open"]
