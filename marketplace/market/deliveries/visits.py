"""Visits to households that have not said whether they have their things: ended by what a worker saw, never by silence.

And to households for which the hotline has confirmed, when a worker doubts it. What was counted as received then stays
counted; what the worker saw stands beside it.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select

from marketplace.core import audit, clock, workdays
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.paging import Order, Page, page
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import service, witnesses
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.receiving import handed_at
from marketplace.market.deliveries.records import VISIT_LIFE, Acknowledgement, ReceiptVisit
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand, narrow

NEEDED_AFTER, PAGE = timedelta(days=10), 50
WITHIN = 5  # working days
LOOKED_AT, MOST = timedelta(days=14), 50  # how long, and how many, confirmations by phone are shown
VERBS = {"confirmed": "confirm", "disputed": "dispute", "not_met": "miss"}


@dataclass(frozen=True)
class Due:
    """A visit with what it is about."""

    visit: ReceiptVisit
    delivery: Delivery
    need: Need
    wish: Wish


@dataclass(frozen=True)
class Phoned:
    """A confirmation on the phone: when, by which account (for officials only), whether the number on record was called
    back, and how a visit stands that somebody asked for since ("" for none)."""

    delivery: Delivery
    need: Need
    at: datetime
    by: str
    callback: str
    visit: str


def open_due() -> int:
    """Ask for a visit where a household has been silent for NEEDED_AFTER. Safe to run twice. Returns how many."""
    visited = exists().where(ReceiptVisit.delivery_id == Delivery.id, ReceiptVisit.opened_at >= handed_at())
    due = db.session.scalars(select(Delivery.id).where(
        Delivery.state == "handed_over", handed_at() <= clock.now() - NEEDED_AFTER, ~visited)).all()
    opened = 0
    for number in due:
        with transaction() as session:
            delivery = session.get_one(Delivery, number, with_for_update=True)
            if delivery.state == "handed_over" and not _open(number):
                _ask(delivery)
                opened += 1
    return opened


def _open(delivery_id: int) -> ReceiptVisit | None:
    return db.session.scalars(select(ReceiptVisit).where(
        ReceiptVisit.delivery_id == delivery_id, ReceiptVisit.state == "open")).first()


def _ask(delivery: Delivery, actor: int = 0) -> None:
    db.session.add(ReceiptVisit(
        delivery_id=delivery.id, household_id=delivery.household_id, place_code=delivery.place_code,
        giver_id=delivery.giver_id, handed_over_by=delivery.handed_over_by, opened_at=clock.now(),
        due_on=workdays.after(clock.today(), WITHIN)))
    audit.record(actor, "visit.open", f"delivery:{delivery.id}")


def phoned(user) -> Sequence[Phoned]:
    """What an operator has confirmed lately on the phone, in the user's area, the newest first; one statement."""
    since = select(ReceiptVisit.state).where(
        ReceiptVisit.delivery_id == Delivery.id, ReceiptVisit.opened_at > Acknowledgement.at).order_by(
        ReceiptVisit.id.desc()).limit(1).correlate(Delivery, Acknowledgement).scalar_subquery()
    rows = db.session.execute(
        narrow(user, "visit.ask", select(Delivery, Need, Acknowledgement.at, User.display_name, Acknowledgement.callback,
                                         func.coalesce(since, "")), Delivery)
        .join(Acknowledgement, Acknowledgement.delivery_id == Delivery.id).join(Need, Need.id == Delivery.need_id)
        .join(User, User.id == Delivery.confirmed_by)
        .where(Acknowledgement.way == "hotline", Acknowledgement.at >= clock.now() - LOOKED_AT)
        .order_by(Acknowledgement.at.desc(), Delivery.id.desc()).limit(MOST))
    return [Phoned(*row) for row in rows]


def ask(delivery: Delivery, by) -> None:
    """A worker doubts what was confirmed on the phone: somebody goes and looks, once. Raises NotAllowed, WrongState."""
    with transaction() as session:
        demand(by, "visit.ask", delivery)
        session.refresh(delivery, with_for_update=True)
        said = session.get(Acknowledgement, delivery.id)
        if said is None or said.way != "hotline" or session.scalar(select(ReceiptVisit.id).where(
                ReceiptVisit.delivery_id == delivery.id, or_(ReceiptVisit.state == "open",
                                                             ReceiptVisit.opened_at > said.at)).limit(1)):
            raise WrongState("ask", delivery.state)
        _ask(delivery, by.id)


def _doubts(visit: ReceiptVisit) -> bool:
    """Whether it was asked for after the receipt was confirmed."""
    said = db.session.get(Acknowledgement, visit.delivery_id)
    return said is not None and visit.opened_at > said.at


def close(delivery_id: int) -> None:
    """The household has answered by itself: nobody needs to go. Safe twice."""
    with transaction():
        if (visit := _open(delivery_id)) is not None and not _doubts(visit):
            VISIT_LIFE.move(visit, "close", done_at=clock.now())


def record(visit: ReceiptVisit, outcome: str, reason: str, by) -> None:
    """What a worker saw at the household: it has its things, something is wrong, or nobody was there (then another visit).

    Raises NotAllowed (also for who handed it over or witnessed that), NotSignedYet, WrongState, Invalid (outcome, reason).
    """
    if outcome not in VERBS:
        raise Invalid("outcome", "unknown")
    if not reason.strip():
        raise Invalid("reason", "empty")
    with transaction() as session:
        demand(by, "visit.record", visit)
        delivery = session.get_one(Delivery, visit.delivery_id)
        witnesses.demand_apart(delivery, by, "visit.record")
        if outcome == "confirmed":
            witnesses.demand_signed(delivery)
        VISIT_LIFE.move(visit, VERBS[outcome], by_id=by.id, done_at=clock.now(), reason=private(reason.strip()))
        audit.record(by.id, "visit.record", f"visit:{visit.id}", outcome)
        if outcome == "not_met":
            _ask(delivery)
        elif not _doubts(visit):
            _received(delivery, outcome, reason.strip(), by.id)


def _received(delivery: Delivery, outcome: str, reason: str, actor: int) -> None:
    """What was seen is what the household says of it."""
    if outcome == "confirmed":
        service.receive(delivery, "confirm_for", actor, "worker", reason)
    else:
        service.contest(delivery, reason, actor)


def one(user, visit_id: int) -> Due:
    """Raises NoResultFound."""
    return Due(*db.session.execute(_readable(user).where(ReceiptVisit.id == visit_id)).one())


def waiting(user, after: str = "") -> Page:
    """A page of visits to make, the earliest due first, as rows of Due; one statement."""
    found = page(_readable(user).where(ReceiptVisit.state == "open"),
                 Order((ReceiptVisit.due_on, ReceiptVisit.id), (False, False)), PAGE, after,
                 lambda row: (row[0].due_on, row[0].id))
    return Page([Due(*row) for row in found.rows], found.after)


def count(user) -> int:
    """How many visits there are to make."""
    return db.session.scalar(narrow(user, "visit.record", select(func.count()), ReceiptVisit)
                             .where(ReceiptVisit.state == "open")) or 0


def _readable(user):
    return narrow(user, "visit.record", select(ReceiptVisit, Delivery, Need, Wish), ReceiptVisit).join(
        Delivery, Delivery.id == ReceiptVisit.delivery_id).join(Need, Need.id == Delivery.need_id).join(
        Wish, Wish.id == Delivery.wish_id)
