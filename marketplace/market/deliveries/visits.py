"""Visits to households that have not said whether they have their things: ended by what a worker saw, never by silence."""
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, func, select

from marketplace.core import audit, clock, workdays
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid
from marketplace.core.paging import Order, Page, page
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import service, witnesses
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.receiving import handed_at
from marketplace.market.deliveries.records import VISIT_LIFE, ReceiptVisit
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.permissions import demand, narrow

NEEDED_AFTER, PAGE = timedelta(days=10), 50
WITHIN = 5  # working days
VERBS = {"confirmed": "confirm", "disputed": "dispute", "not_met": "miss"}


@dataclass(frozen=True)
class Due:
    """A visit with what it is about."""

    visit: ReceiptVisit
    delivery: Delivery
    need: Need
    wish: Wish


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


def _ask(delivery: Delivery) -> None:
    db.session.add(ReceiptVisit(
        delivery_id=delivery.id, household_id=delivery.household_id, place_code=delivery.place_code,
        giver_id=delivery.giver_id, handed_over_by=delivery.handed_over_by, opened_at=clock.now(),
        due_on=workdays.after(clock.today(), WITHIN)))
    audit.record(0, "visit.open", f"delivery:{delivery.id}")


def close(delivery_id: int) -> None:
    """The household has answered by itself: nobody needs to go. Safe twice."""
    with transaction():
        if (visit := _open(delivery_id)) is not None:
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
        if outcome == "confirmed":
            service.receive(delivery, "confirm_for", by.id, "worker", reason.strip())
        elif outcome == "disputed":
            service.contest(delivery, reason, by.id)
        else:
            _ask(delivery)


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
