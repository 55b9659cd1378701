"""The trail of a wish in public: approved, pledged, paid, bought, delivered, confirmed. Nothing in it says whose wish it is.

Steps up to the way to the town have their time. From the station on there is only the day: whoever saw somebody carry a
parcel home, or a worker at a door, could find the family by the minute. That nobody was at home is not told at all.

A trail is there while its wish is open to the public, and afterwards once the household has confirmed what it received, as
long as nobody has withdrawn the consent. It names a category and a charity: no story, no alias, no age, no place.
"""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from marketplace.core import clock
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.deliveries.models import DeliveryStep
from marketplace.market.deliveries.rules import UNTOLD
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Consent, Need, Wish
from marketplace.money.ledger.models import Account, Booking, Entry

PAGE = 24
TIMED = ("published", "promised", "payment", "allocation", "grant", "match", "purchase", "planned", "dispatched")
PROMISED = ("committed", "delivering", "fulfilled")
COLUMNS = (Wish.id, Wish.ref, Wish.organisation_id, Wish.published_at, Wish.state)


@dataclass(frozen=True)
class Asked:
    """What a wish asks for, in whole units (fen for money), without its words."""

    kind: str
    category: str
    unit: str
    wanted: int
    received: int


@dataclass(frozen=True)
class Step:
    """One step on a day in the city: `kind` says what, `amount` how many fen or units, `of` which account lies behind it.

    `at` is the moment, where that leads to nobody's door.
    """

    on: date
    kind: str
    amount: int = 0
    of: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Trail:
    """A wish from its publication to the household's confirmation; `done` when it has all that it still wanted."""

    ref: str
    organisation_id: int
    needs: tuple[Asked, ...]
    steps: tuple[Step, ...]
    done: bool

    @property
    def held_fen(self) -> int:
        """Fen that were given and are not yet spent."""
        return sum(step.amount for step in self.steps if step.of)


def shown() -> ColumnElement[bool]:
    """Closed and confirmed with a consent that still holds, or open to everybody now."""
    agreed = exists().where(Consent.id == Wish.consent_id, Consent.withdrawn_at.is_(None))
    return or_(and_(Wish.state == "closed", agreed), Wish.id.in_(public.visible(Wish.id)))


def trail(ref: str) -> Trail | None:
    """The trail of a wish, in six statements; None when there is none to show."""
    wish = db.session.execute(select(*COLUMNS).where(Wish.ref == ref, shown())).first()
    if wish is None:
        return None
    needs = needs_of([wish.id])[wish.id]
    steps = [_step(wish.published_at, "published"), *_promises(wish.id), *_money(wish.id),
             *_deliveries(wish.id)]
    order = {"published": 0, "promised": 1}
    return Trail(wish.ref, wish.organisation_id, needs, tuple(sorted(steps, key=lambda s: (s.on, order.get(s.kind, 2)))),
                 wish.state == "closed")


def refs(wish_ids: Collection[int]) -> dict[int, str]:
    """The public numbers of those of these wishes whose trail may be shown now."""
    rows = db.session.execute(select(Wish.id, Wish.ref).where(Wish.id.in_(wish_ids), shown())) if wish_ids else ()
    return {number: ref for number, ref in rows}


def fulfilled(category: str = "", after: str = "") -> Page:
    """Wishes that came true, the newest first: rows of number, ref, charity, days; `needs_of` says what they asked for."""
    last = select(func.max(DeliveryStep.at)).where(
        DeliveryStep.wish_id == Wish.id, DeliveryStep.state == "confirmed").scalar_subquery()
    statement: Select = select(*COLUMNS, last.label("confirmed_at")).where(
        Wish.state == "closed", exists().where(Consent.id == Wish.consent_id, Consent.withdrawn_at.is_(None)))
    if category:
        statement = statement.where(exists().where(Need.wish_id == Wish.id, Need.category == category))
    return page(statement, Order((Wish.id,), (True,)), PAGE, after, lambda row: (row.id,))


def needs_of(wish_ids: Sequence[int]) -> dict[int, tuple[Asked, ...]]:
    """What wishes ask for, by their number."""
    found: dict[int, list[Asked]] = {number: [] for number in wish_ids}
    for need in db.session.scalars(select(Need).where(Need.wish_id.in_(wish_ids)).order_by(Need.id)):
        found[need.wish_id].append(Asked(need.kind, need.category, need.unit, need.wanted, need.received))
    return {number: tuple(needs) for number, needs in found.items()}


def _promises(wish_id: int) -> list[Step]:
    """Goods and services that were promised and not called off; money speaks for itself in the books."""
    rows = db.session.execute(select(Pledge.committed_at, Pledge.kind, Pledge.units).where(
        Pledge.wish_id == wish_id, Pledge.kind != "money", Pledge.state.in_(PROMISED)))
    return [_step(at, "promised", units) for at, _kind, units in rows if at]


def _money(wish_id: int) -> list[Step]:
    """Every booking on the account of the wish: what came to it is above zero."""
    rows = db.session.execute(
        select(Booking.at, Booking.kind, Entry.amount_fen).join(Entry, Entry.booking_id == Booking.id)
        .join(Account, Account.id == Entry.account_id).where(Account.name == f"wish:{wish_id}").order_by(Booking.id))
    return [_step(at, kind, -fen, "wish") for at, kind, fen in rows]


def _deliveries(wish_id: int) -> list[Step]:
    """Each step once, also of what was split on its way: the parts have the steps before in common."""
    rows = db.session.execute(select(DeliveryStep.at, DeliveryStep.state).where(
        DeliveryStep.wish_id == wish_id, DeliveryStep.state.not_in(UNTOLD))
                              .group_by(DeliveryStep.at, DeliveryStep.state).order_by(func.min(DeliveryStep.id)))
    return [_step(at, state) for at, state in rows]


def _step(at: datetime, kind: str, amount: int = 0, of: str = "") -> Step:
    return Step(clock.day_of(at), kind, amount, of, at if kind in TIMED else None)
