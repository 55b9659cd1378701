"""What became of an offer: where its units are now, and what happened to them on which day. Never who, never where exactly.

In store goods are followed by the movement ledger, also when a part of a batch became a batch of its own or was packed into
parcels; what goes straight from the giver, by the promises that were made of the offer.
"""
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select

from marketplace.core import audit, clock
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery, DeliveryStep
from marketplace.market.offers.models import LIFE, Offer
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.stock.models import Batch, Holding, Movement, Reservation
from marketplace.market.transparency import parcels
from marketplace.market.transparency.parcels import Parcel, Told
from marketplace.market.wishes.models import Wish

DONE = ("household",)
FOUND = "found"
GONE = ("lost", "written_off", "missing", FOUND)  # found again when counted, below zero: so many are not gone after all
STANDING = ("committed", "delivering", "fulfilled")
OF_DELIVERY = {"dispatched": "on_way", "arrived": "on_way",
               **dict.fromkeys(("handed_over", "confirmed", "disputed"), "given")}
OF_STORE = {"dispatched": "sent", "arrived": "at_station", "confirmed": "confirmed", "returned": "returned"}
STRAIGHT = {**OF_STORE, "handed_over": "handed_over", "lost": "lost"}
DECIDED = {f"offer.{verb}": arrow.target for verb, arrow in LIFE.arrows.items() if verb != "go_on"}
COUNTED = {"offer.surplus": "surplus", "offer.put_right": "put_right"}
MOVED = {"take_in": "came", "hand_over": "handed_over", "lost": "lost", "write_off": "written_off", "kit": "packed",
         "take_apart": "apart"}
OF_PARCEL = ("handed_over", "lost", "written_off")
ORDER = ("offered", "accepted", "came", "surplus", "put_right", "packed", "apart", "set_aside", "sent", "at_station",
         "handed_over", "confirmed", "returned", "written_off", "lost")


@dataclass(frozen=True)
class Where:
    """Units of an offer (fen for money) by where they are: together they are what was offered.

    `left` were not used yet, `stored` lie free in store, `promised` are set aside for a household, `packed` lie free in
    store as part of parcels, `gone` were lost or cannot be given. Of the `given`, households have confirmed `confirmed`.
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
    "put_right" (so many fewer had come), "packed" into parcels, taken "apart" again, "set_aside", "sent", "at_station",
    "handed_over", "confirmed", "returned", "written_off", "lost", or the state decided on. Sums over all households,
    without a place."""

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
    packed = parcels.made_of(batches)
    direct = tuple(_direct(offer))
    sums = Counter(left=offer.left) + _in_store(batches, packed) + _promised(offer, direct)
    confirmed = _confirmed(batches, packed) + sum(one.pledge.units for one in direct if one.pledge.state == "fulfilled")
    return Trail(Where(**sums, confirmed=confirmed), _steps(offer, batches, packed), direct)


def _batches(offer: Offer) -> set[int]:
    """The batches that came of the offer, and those that were made of parts of them."""
    found: set[int] = set()
    sources = [f"offer:{offer.id}"]
    while sources:
        new = set(db.session.scalars(select(Batch.id).where(Batch.source.in_(sources)))) - found
        found |= new
        sources = [f"made:{number}" for number in new]
    return found


def _in_store(batches: Collection[int], packed: Mapping[int, Parcel]) -> Counter[str]:
    """What came to a store, by where it is; of what was packed, as its parcels are."""
    sums: Counter[str] = Counter()
    inside: list[tuple[Parcel, str, int]] = []
    for batch_id, place, units, reserved in db.session.execute(
            select(Holding.batch_id, Holding.place, Holding.units, Holding.reserved).where(
                Holding.batch_id.in_((*batches, *packed)),
                or_(and_(~Holding.outside, Holding.units > 0), Holding.place == FOUND))):
        for where, number in _whereabouts(place, units, reserved):
            if batch_id in packed:
                inside.append((packed[batch_id], "packed" if where == "stored" else where, number))
            else:
                sums[where] += number
    return sums + parcels.sums(inside)


def _whereabouts(place: str, units: int, reserved: int) -> tuple[tuple[str, int], ...]:
    """What the units at a place of the ledger are for their giver; what was used is counted where it went."""
    kind = place.partition(":")[0]
    if kind == "store":
        return ("stored", units - reserved), ("promised", reserved)
    found = "on_way" if kind == "way" else "given" if kind in DONE else "gone" if kind in GONE else ""
    return ((found, units),) if found else ()


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


def _confirmed(batches: Collection[int], packed: Mapping[int, Parcel]) -> int:
    rows = db.session.execute(
        select(Reservation.batch_id, func.sum(Reservation.units)).join(Pledge, _of_reservation()).where(
            Reservation.batch_id.in_((*batches, *packed)), Reservation.state == "given", Pledge.state == "fulfilled")
        .group_by(Reservation.batch_id)).all()
    inside = parcels.sums((packed[of], "given", int(units)) for of, units in rows if of in packed)
    return sum(int(units) for of, units in rows if of not in packed) + inside["given"]


def _steps(offer: Offer, batches: Collection[int], packed: Mapping[int, Parcel]) -> tuple[Step, ...]:
    """By day, the newest last; what happened several times on a day is one step."""
    units: Counter[tuple[date, str]] = Counter()
    last: dict[tuple[date, str], datetime] = {}
    for at, kind, number in ((offer.offered_at, "offered", offer.units - offer.surplus), *_decided(offer),
                             *_through_store(batches, packed), *_straight(offer)):
        day = clock.day_of(at), kind
        units[day] += number
        last[day] = max(at, last.get(day, at))
    rank = {kind: number for number, kind in enumerate(ORDER)}
    found = [Step(on, kind, number, last[on, kind]) for (on, kind), number in units.items()]
    return tuple(sorted(found, key=lambda step: (step.on, rank.get(step.kind, len(ORDER)))))


def _decided(offer: Offer) -> Iterator[tuple]:
    rows = db.session.execute(select(audit.AuditEntry.at, audit.AuditEntry.capability, audit.AuditEntry.reason).where(
        audit.AuditEntry.subject == f"offer:{offer.id}", audit.AuditEntry.capability.in_((*DECIDED, *COUNTED))))
    for at, capability, said in rows:
        if capability in COUNTED:
            yield at, COUNTED[capability], int(said)
        elif DECIDED[capability] != "ended" or offer.state == "ended":
            yield at, DECIDED[capability], 0


def _through_store(batches: Collection[int], packed: Mapping[int, Parcel]) -> Iterator[tuple]:
    """What happened to things that came to a store, and to the parcels they are in."""
    every = (*batches, *packed)
    told = [(of, at, kind, units) for of, at, kind, units in _moved(every) if of not in packed or kind in OF_PARCEL]
    told += [*_set_aside(every), *_said(every)]
    yield from ((at, kind, units) for of, at, kind, units in told if of not in packed)
    yield from parcels.steps(packed, (one for one in told if one[0] in packed))


def _moved(batches: Collection[int]) -> Iterator[Told]:
    known = [Movement.cause.in_(MOVED), *(Movement.cause.startswith(f"{cause}:") for cause in ("write_off", "kit"))]
    rows = db.session.execute(select(Movement.batch_id, Movement.at, Movement.cause, Movement.units).where(
        Movement.batch_id.in_(batches), or_(*known)))
    return ((of, at, MOVED[cause.partition(":")[0]], units) for of, at, cause, units in rows)


def _set_aside(batches: Collection[int]) -> Iterator[Told]:
    """When a household was promised something of it."""
    rows = db.session.execute(select(Reservation.batch_id, Pledge.committed_at, Reservation.units)
                              .join(Pledge, _of_reservation()).where(Reservation.batch_id.in_(batches)))
    return ((of, at, "set_aside", units) for of, at, units in rows if at)


def _said(batches: Collection[int]) -> Iterator[Told]:
    """What deliveries tell and the movements do not, each step once, on its last day."""
    rows = db.session.execute(
        select(Reservation.batch_id, func.max(DeliveryStep.at), DeliveryStep.state, Reservation.units)
        .join(Pledge, Pledge.delivery_id == DeliveryStep.delivery_id)
        .join(Reservation, and_(_of_reservation(), Reservation.batch_id.in_(batches)))
        .where(DeliveryStep.state.in_(OF_STORE))
        .group_by(DeliveryStep.delivery_id, DeliveryStep.state, Reservation.id, Reservation.batch_id, Reservation.units))
    return ((of, at, OF_STORE[state], units) for of, at, state, units in rows)


def _straight(offer: Offer) -> Iterator[tuple]:
    """What happened to what goes straight from the giver."""
    promised = db.session.execute(select(Pledge.committed_at, Pledge.units).where(Pledge.offer_id == offer.id))
    yield from ((at, "set_aside", units) for at, units in promised if at)
    said = db.session.execute(
        select(func.max(DeliveryStep.at), DeliveryStep.state, Pledge.units)
        .join(Pledge, Pledge.delivery_id == DeliveryStep.delivery_id)
        .where(Pledge.offer_id == offer.id, DeliveryStep.state.in_(STRAIGHT))
        .group_by(DeliveryStep.delivery_id, DeliveryStep.state, Pledge.id, Pledge.units))
    yield from ((at, STRAIGHT[state], units) for at, state, units in said)


def trail_of_offer(offer_id: int) -> tuple[Step, ...]:
    """Each step of everything that an offer brought, by day, in sums that single nobody out."""
    offer = db.session.get_one(Offer, offer_id)
    batches = _batches(offer)
    return _steps(offer, batches, parcels.made_of(batches))
