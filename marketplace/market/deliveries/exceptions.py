"""What is late, stuck, disputed or undecided, the oldest first: by area for workers and supervisors, a charity's own for it.

A delivery stands here once, under the gravest of what is true of it. Always the same statements, however many there are.
"""
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, exists, func, literal, null, or_, select, union

from marketplace.core import clock, places
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.deliveries import standing, witnesses
from marketplace.market.deliveries.models import Delivery, DeliveryStep
from marketplace.market.deliveries.records import DeliveryProblem, ReceiptVisit, Witnessing
from marketplace.market.deliveries.rules import CODE_TRIES
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock.models import Batch, Reservation
from marketplace.market.wishes.models import Need
from marketplace.people.accounts.permissions import narrow
from marketplace.people.organisations.models import Organisation

PAGE, MOST = 50, 5_000
LATE = {"planned": ("not_sent", timedelta(days=7)), "dispatched": ("on_way", timedelta(days=5)),
        "arrived": ("at_station", timedelta(days=7)), "handed_over": ("unconfirmed", timedelta(days=5))}
KINDS = ("disputed", "over", "undecided", "to_take_in", "to_fetch", "past_day", "no_code", "locked", "absent", "unsigned",
         "visit", "unconfirmed", "at_station", "on_way", "not_sent", "ends_soon")
SOON = timedelta(days=7)  # what can be used so long only is to reach its household first


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; what is empty narrows nothing."""

    kind: str = ""
    organisation_id: int = 0
    town: str = ""


@dataclass(frozen=True)
class Exceptional:
    """One delivery that needs somebody, with nothing personal: what is the matter, since when, and whom it waits for."""

    delivery_id: int
    ref: str
    kind: str
    since: datetime
    state: str
    units: int
    place_code: str
    item: str
    unit: str
    need_kind: str
    charity: str
    charity_english: str
    problem_id: int
    visit_id: int
    due_on: date | None
    reservation_id: int


def _problem(*conditions: ColumnElement[bool]) -> ColumnElement:
    """The first problem of a delivery of which this is true."""
    return select(func.min(DeliveryProblem.id)).where(DeliveryProblem.delivery_id == Delivery.id, *conditions).correlate(
        Delivery).scalar_subquery()


def _since() -> ColumnElement:
    """When it came to where it is."""
    reached = select(func.max(DeliveryStep.at)).where(
        DeliveryStep.delivery_id == Delivery.id, DeliveryStep.state == Delivery.state).correlate(Delivery).scalar_subquery()
    return func.coalesce(reached, Delivery.planned_at, type_=Delivery.planned_at.type)


def _visit(column: Any, by: Any = None) -> ColumnElement:
    """Of the visit that a household waits for; for `by` only if that user may make it."""
    statement = select(column) if by is None else narrow(by, "visit.record", select(column), ReceiptVisit)
    return statement.where(ReceiptVisit.delivery_id == Delivery.id, ReceiptVisit.state == "open").correlate(
        Delivery).scalar_subquery()


def _kind(since: ColumnElement) -> ColumnElement:
    """What is the matter, or null."""
    now = clock.now()
    tried_in_vain = exists().where(DeliveryProblem.delivery_id == Delivery.id, DeliveryProblem.outcome == "absent",
                                   DeliveryProblem.again_on <= clock.today())
    at_station, under_way = Delivery.state == "arrived", Delivery.state.in_(("planned", "dispatched", "arrived"))
    back = Delivery.state.in_(("returned", "lost"))
    unsigned = exists().where(Witnessing.delivery_id == Delivery.id, witnesses.is_waiting()).correlate(Delivery)
    return case(
        (Delivery.state == "disputed", "disputed"),
        (standing.is_held(), "over"),
        (and_(back, _problem(DeliveryProblem.decision == "waits").is_not(None)), "undecided"),
        (and_(back, _problem(*_on_its_way("charity", "store")).is_not(None)), "to_take_in"),
        (and_(back, _problem(*_on_its_way("giver")).is_not(None)), "to_fetch"),
        (and_(under_way, _ends_before(clock.today())), "past_day"),
        (and_(at_station, Delivery.code_digest == ""), "no_code"),
        (and_(at_station, Delivery.code_wrong >= CODE_TRIES), "locked"),
        (and_(at_station, tried_in_vain), "absent"),
        (and_(Delivery.state == "handed_over", Delivery.proof == "witnesses", unsigned), "unsigned"),
        (_visit(ReceiptVisit.id).is_not(None), "visit"),
        *((and_(Delivery.state == state, since <= now - after), kind) for state, (kind, after) in LATE.items()),
        (and_(under_way, _ends_before(clock.today() + SOON)), "ends_soon"),
        else_=null())


def _number() -> ColumnElement[int]:
    """The reservation that a promise of goods in store stands for; 0 for any other promise."""
    return case((Pledge.source.startswith("stock:"), cast(func.substr(Pledge.source, len("stock:") + 1), Integer)), else_=0)


def _reserved() -> ColumnElement:
    """What a delivery carries of a store."""
    return select(func.max(_number())).where(Pledge.delivery_id == Delivery.id).correlate(Delivery).scalar_subquery()


def _ends_before(day: date) -> ColumnElement[bool]:
    """Whether goods from store can be used only until a day before this one."""
    return exists().where(Pledge.delivery_id == Delivery.id, Reservation.id == _number(), Batch.id == Reservation.batch_id,
                          Batch.expires_on < day)


def _on_its_way(*whereto: str) -> tuple[ColumnElement[bool], ...]:
    """Of what goes back there: it is not there yet."""
    return DeliveryProblem.goes_to.in_(whereto), DeliveryProblem.done_at.is_(None)


def _all(user, capability: str, wanted: Wanted) -> Select:
    """Everything that the user may see, for a subquery; what is over is looked at only where a problem says so."""
    since = _since()
    undone = or_(DeliveryProblem.decision == "waits", and_(*_on_its_way("charity", "store", "giver")))
    open_problem = select(DeliveryProblem.delivery_id).where(undone)
    statement = narrow(user, capability, select(
        Delivery.id.label("delivery_id"), Delivery.ref, _kind(since).label("kind"), since.label("since"), Delivery.state,
        Delivery.units, Delivery.place_code, Delivery.organisation_id, Delivery.need_id,
        func.coalesce(_problem(undone), 0).label("problem_id"),
        func.coalesce(_visit(ReceiptVisit.id, user), 0).label("visit_id"),
        _visit(ReceiptVisit.due_on).label("due_on"), func.coalesce(_reserved(), 0).label("reservation_id")), Delivery)
    statement = statement.where(or_(Delivery.state.in_((*LATE, "disputed")), Delivery.id.in_(open_problem)))
    if wanted.organisation_id:
        statement = statement.where(Delivery.organisation_id == wanted.organisation_id)
    if wanted.town:
        low, high = places.span(wanted.town)
        statement = statement.where(Delivery.place_code >= low, Delivery.place_code < high)
    return statement


def listed(user, capability: str, wanted: Wanted, after: str = "", size: int = PAGE) -> Page:
    """A page of them, the oldest first, as rows of Exceptional; one statement."""
    e = _all(user, capability, wanted).subquery()
    statement = select(
        e.c.delivery_id, e.c.ref, e.c.kind, e.c.since, e.c.state, e.c.units, e.c.place_code, Need.item, Need.unit, Need.kind,
        Organisation.name, Organisation.english, e.c.problem_id, e.c.visit_id, e.c.due_on, e.c.reservation_id).join(
        Need, Need.id == e.c.need_id).join(Organisation, Organisation.id == e.c.organisation_id).where(e.c.kind.is_not(None))
    if wanted.kind:
        statement = statement.where(e.c.kind == wanted.kind)
    found = page(statement, Order((e.c.since, e.c.delivery_id), (False, False)), size, after,
                 lambda row: (row.since, row.delivery_id))
    return Page([Exceptional(*row) for row in found.rows], found.after)


def counts(user, capability: str, wanted: Wanted) -> dict[str, int]:
    """How many there are of each kind, however the kind is narrowed; one statement."""
    e = _all(user, capability, wanted).subquery()
    rows = db.session.execute(select(e.c.kind, func.count()).where(e.c.kind.is_not(None)).group_by(e.c.kind))
    found = {kind: many for kind, many in rows}
    return {kind: found[kind] for kind in KINDS if kind in found}


@dataclass(frozen=True)
class Choices:
    """What the list can be narrowed to: charities and towns with something in it."""

    charities: list[tuple[int, str, str]]
    towns: list[str]


def choices(user, capability: str) -> Choices:
    """Charities and towns of what the user may see; one statement."""
    e = _all(user, capability, Wanted()).subquery()
    town = func.substr(e.c.place_code, 1, places.TOWN)
    rows = db.session.execute(union(
        select(literal("town").label("what"), literal(0), town, literal("")).where(e.c.kind.is_not(None)),
        select(literal("charity"), Organisation.id, Organisation.name, Organisation.english).join(
            e, e.c.organisation_id == Organisation.id).where(e.c.kind.is_not(None)))).all()
    return Choices(sorted((number, name, english) for what, number, name, english in rows if what == "charity"),
                   sorted(name for what, _number, name, _english in rows if what == "town"))
