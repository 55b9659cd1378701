"""What became of an offer: where its units are now, and what happened to them on which day. Never who, never where exactly.

In store goods are followed by the movement ledger, also when a part of a batch became a batch of its own; what goes straight
from the giver, by the promises that were made of the offer.
"""
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, select

from marketplace.core import audit, clock
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery, DeliveryStep
from marketplace.market.offers.models import LIFE, Offer
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.stock.models import Batch, Holding, Movement, Reservation
from marketplace.market.wishes.models import Wish

DONE = ("household",)
GONE = ("lost", "written_off", "missing")
STANDING = ("committed", "delivering", "fulfilled")
OF_DELIVERY = {"dispatched": "on_way", "arrived": "on_way",
               **dict.fromkeys(("handed_over", "confirmed", "disputed"), "given")}
OF_STORE = {"dispatched": "sent", "arrived": "at_station", "confirmed": "confirmed", "returned": "returned"}
STRAIGHT = {**OF_STORE, "handed_over": "handed_over", "lost": "lost"}
DECIDED = {f"offer.{verb}": arrow.target for verb, arrow in LIFE.arrows.items() if verb != "go_on"}
COUNTED = {"offer.surplus": "surplus", "offer.put_right": "put_right"}


@dataclass(frozen=True)
class Where:
    """Units of an offer (fen for money) by where they are: together they are what was offered.

    `left` were not used yet, `stored` lie free in store, `promised` are set aside for a household, `packed` are part of
    parcels, `gone` were lost or cannot be given. Of the `given`, households have confirmed `confirmed`.
    """

    left: int = 0
    stored: int = 0
    promised: int = 0
    on_way: int = 0
    given: int = 0
    packed: int = 0
    gone: int = 0
    confirmed: int = 0


@dataclass(frozen=True)
class Step:
    """What happened on a day, the last of it at a time: "offered", "came", "surplus" (so many beyond what was offered),
    "put_right" (so many fewer had come), "set_aside", "sent", "at_station", "handed_over", "confirmed", "returned", "lost",
    or the state decided on. Sums over all households, without a place."""

    on: date
    kind: str
    units: int
    at: datetime


@dataclass(frozen=True)
class Direct:
    """A promise that was made of the offer, with the title of its wish and the secret link of the promise."""

    pledge: Pledge
    title: str
    contact: PledgeContact
    delivery: Delivery | None


@dataclass(frozen=True)
class Trail:
    where: Where
    steps: tuple[Step, ...]
    direct: tuple[Direct, ...]


def trail(offer: Offer) -> Trail:
    """What became of an offer, for whoever made it and for its charity."""
    batches = _batches(offer)
    direct = tuple(_direct(offer))
    sums = Counter(left=offer.left, **_in_store(batches)) + _promised(offer, direct)
    confirmed = _confirmed(batches) + sum(one.pledge.units for one in direct if one.pledge.state == "fulfilled")
    return Trail(Where(**sums, confirmed=confirmed), _steps(offer, batches), direct)


def _batches(offer: Offer) -> set[int]:
    """The batches that came of the offer, and those that were made of parts of them."""
    found: set[int] = set()
    sources = [f"offer:{offer.id}"]
    while sources:
        new = set(db.session.scalars(select(Batch.id).where(Batch.source.in_(sources)))) - found
        found |= new
        sources = [f"made:{number}" for number in new]
    return found


def _in_store(batches: Collection[int]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for place, units, reserved in db.session.execute(
            select(Holding.place, Holding.units, Holding.reserved).where(
                Holding.batch_id.in_(batches), ~Holding.outside, Holding.units > 0)):
        kind, _colon, which = place.partition(":")
        if kind == "store":
            sums["stored"] += units - reserved
            sums["promised"] += reserved
        elif kind != "used" or not which.isdigit() or int(which) not in batches:
            sums["on_way" if kind == "way" else "given" if kind in DONE else "gone" if kind in GONE else "packed"] += units
    return sums


def _promised(offer: Offer, direct: Collection[Direct]) -> Counter[str]:
    """What the offer counts as promised, by how far it is; what was sent back or lost counts as gone."""
    sums: Counter[str] = Counter()
    for one in direct:
        if one.pledge.state in STANDING:
            sums[OF_DELIVERY.get(one.delivery.state, "promised") if one.delivery else "promised"] += one.pledge.units
    sums["gone"] += max(0, offer.promised - sum(sums.values()))
    return sums


def _direct(offer: Offer) -> Iterator[Direct]:
    rows = db.session.execute(
        select(Pledge, Wish.title, PledgeContact, Delivery).join(Wish, Wish.id == Pledge.wish_id)
        .join(PledgeContact, PledgeContact.pledge_id == Pledge.id)
        .outerjoin(Delivery, Delivery.id == Pledge.delivery_id)
        .where(Pledge.offer_id == offer.id).order_by(Pledge.id.desc()))
    return (Direct(*row) for row in rows)


def _of_reservation() -> ColumnElement[bool]:
    return Pledge.source == literal("stock:") + cast(Reservation.id, String)


def _confirmed(batches: Collection[int]) -> int:
    return db.session.scalar(
        select(func.coalesce(func.sum(Reservation.units), 0)).join(Pledge, _of_reservation())
        .where(Reservation.batch_id.in_(batches), Reservation.state == "given", Pledge.state == "fulfilled")) or 0


def _steps(offer: Offer, batches: Collection[int]) -> tuple[Step, ...]:
    """By day, the newest last; what happened several times on a day is one step."""
    units: Counter[tuple[date, str]] = Counter()
    last: dict[tuple[date, str], datetime] = {}
    for at, kind, number in ((offer.offered_at, "offered", offer.units - offer.surplus), *_decided(offer), *_moved(batches),
                             *_set_aside(offer, batches), *_said(offer, batches)):
        day = clock.day_of(at), kind
        units[day] += number
        last[day] = max(at, last.get(day, at))
    order = ("offered", "accepted", "came", "surplus", "put_right", "set_aside", "sent", "at_station", "handed_over",
             "confirmed", "returned", "lost")
    rank = {kind: number for number, kind in enumerate(order)}
    found = [Step(on, kind, number, last[on, kind]) for (on, kind), number in units.items()]
    return tuple(sorted(found, key=lambda step: (step.on, rank.get(step.kind, len(order)))))


def _decided(offer: Offer) -> Iterator[tuple]:
    rows = db.session.execute(select(audit.AuditEntry.at, audit.AuditEntry.capability, audit.AuditEntry.reason).where(
        audit.AuditEntry.subject == f"offer:{offer.id}", audit.AuditEntry.capability.in_((*DECIDED, *COUNTED))))
    for at, capability, said in rows:
        if capability in COUNTED:
            yield at, COUNTED[capability], int(said)
        elif DECIDED[capability] != "ended" or offer.state == "ended":
            yield at, DECIDED[capability], 0


def _moved(batches: Collection[int]) -> Iterator[tuple]:
    kinds = {"take_in": "came", "hand_over": "handed_over", "lost": "lost"}
    rows = db.session.execute(select(Movement.at, Movement.cause, Movement.units).where(
        Movement.batch_id.in_(batches), Movement.cause.in_(kinds)))
    return ((at, kinds[cause], units) for at, cause, units in rows)


def _set_aside(offer: Offer, batches: Collection[int]) -> Iterator[tuple]:
    """When a household was promised something of it."""
    of_store = db.session.execute(select(Pledge.committed_at, Reservation.units).join(Reservation, _of_reservation())
                                  .where(Reservation.batch_id.in_(batches))).all()
    straight = db.session.execute(select(Pledge.committed_at, Pledge.units).where(Pledge.offer_id == offer.id)).all()
    return ((at, "set_aside", units) for at, units in (*of_store, *straight) if at)


def _said(offer: Offer, batches: Collection[int]) -> Iterator[tuple]:
    """What deliveries tell, each step once, on its last day; of goods from store what the movements do not tell."""
    of_store = db.session.execute(
        select(func.max(DeliveryStep.at), DeliveryStep.state, Reservation.units)
        .join(Pledge, Pledge.delivery_id == DeliveryStep.delivery_id)
        .join(Reservation, and_(_of_reservation(), Reservation.batch_id.in_(batches)))
        .where(DeliveryStep.state.in_(OF_STORE))
        .group_by(DeliveryStep.delivery_id, DeliveryStep.state, Reservation.units)).all()
    straight = db.session.execute(
        select(func.max(DeliveryStep.at), DeliveryStep.state, Pledge.units)
        .join(Pledge, Pledge.delivery_id == DeliveryStep.delivery_id)
        .where(Pledge.offer_id == offer.id, DeliveryStep.state.in_(STRAIGHT))
        .group_by(DeliveryStep.delivery_id, DeliveryStep.state, Pledge.units)).all()
    return ((at, STRAIGHT[state], units) for at, state, units in (*of_store, *straight))


def trail_of_offer(offer_id: int) -> tuple[Step, ...]:
    """Each step of everything that an offer brought, by day, in sums that single nobody out."""
    offer = db.session.get_one(Offer, offer_id)
    return _steps(offer, _batches(offer))
