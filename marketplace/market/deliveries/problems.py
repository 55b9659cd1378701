"""What goes wrong on the way to the door, each with its way back: to the store, to the giver, into a charity's store.

A need whose things came back, or got lost, is open again. Where the household still waits for them, the charity decides:
the need stays open for any giver, or something of its own store is promised instead.
"""
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select, update

from marketplace.core import audit, clock
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.deliveries import service, splitting, telling
from marketplace.market.deliveries.models import Delivery, DeliveryStep
from marketplace.market.deliveries.records import CONDITIONS, DeliveryProblem
from marketplace.market.pledges import service as pledges
from marketplace.people.accounts.permissions import demand

MOST_TRIES = 3
AGAIN_WITHIN = timedelta(days=14)
BACK = ("refused", "damaged", "wrong", "not_right")
REASON_MOST = 300


@dataclass(frozen=True)
class Back:
    """Why things go back, in which condition, and where they go if they did not come from a store.

    `units` of them, 0 for all. `wanted` says that the household still waits for such a thing.
    """

    outcome: str
    reason: str
    condition: str = "good"
    goes_to: str = "giver"
    wanted: bool = True
    units: int = 0


def turn_back(delivery: Delivery, back: Back, by) -> DeliveryProblem:
    """All or part of what is at the door, or was disputed, goes back; the household keeps the rest.

    Raises NotAllowed, WrongState, Invalid (outcome, reason, condition, goes_to, units).
    """
    if back.outcome not in BACK:
        raise Invalid("outcome", "unknown")
    with transaction():
        demand(by, "delivery.resolve", delivery)
        return _return(delivery, back, by)


def _return(delivery: Delivery, back: Back, by) -> DeliveryProblem:
    _check(back)
    kept = delivery if 0 < back.units < delivery.units else None
    if back.units < 0 or back.units > delivery.units:
        raise Invalid("units", "part_only", most=delivery.units - 1)
    gone = splitting.split(delivery, back.units, by.id) if kept else delivery
    goes_to = _way(gone, back)
    problem = _note(gone, back, by.id, goes_to=goes_to, decision="waits" if back.wanted else "none")
    service.send_back(gone, by, back.condition or "good", goes_to)
    if kept is not None and kept.state == "disputed":
        service.resolve(kept, by)
    return problem


def _check(back: Back) -> None:
    if not back.reason.strip():
        raise Invalid("reason", "empty")
    if len(back.reason) > REASON_MOST:
        raise Invalid("reason", "too_long", most=REASON_MOST)


def _way(delivery: Delivery, back: Back) -> str:
    """Where the things go: a service goes nowhere, what is unsafe is disposed of, a store gets its own again."""
    if delivery.kind == "service":
        return ""
    if back.condition not in CONDITIONS:
        raise Invalid("condition", "unknown")
    if back.condition == "unsafe":
        return "disposed"
    if pledges.reservations(delivery.id):
        return "store"
    if delivery.kind == "money":
        return "charity"
    if back.goes_to not in ("giver", "charity"):
        raise Invalid("goes_to", "unknown")
    return back.goes_to


def _note(delivery: Delivery, back: Back, actor: int, **facts: object) -> DeliveryProblem:
    problem = DeliveryProblem(
        delivery_id=delivery.id, organisation_id=delivery.organisation_id, outcome=back.outcome, units=delivery.units,
        condition=back.condition if delivery.kind != "service" else "", wanted=back.wanted,
        reason=private(back.reason.strip()), by_id=actor, at=clock.now(), **facts)
    db.session.add(problem)
    db.session.flush()
    audit.record(actor, "delivery.problem", f"delivery:{delivery.id}", back.outcome)
    return problem


def tries(delivery_id: int) -> int:
    """How often nobody was at home."""
    return db.session.scalar(select(func.count()).where(
        DeliveryProblem.delivery_id == delivery_id, DeliveryProblem.outcome == "absent")) or 0


def absent(delivery: Delivery, again_on: date | None, reason: str, by, goes_to: str = "giver") -> DeliveryProblem:
    """Nobody was at home: another try on a day of the next two weeks; after MOST_TRIES it goes back.

    Raises NotAllowed, WrongState, Invalid (again_on, reason, goes_to).
    """
    with transaction() as session:
        demand(by, "delivery.arrive", delivery)
        session.refresh(delivery, with_for_update=True)
        if delivery.state != "arrived":
            raise WrongState("absent", delivery.state)
        back, tried = Back("absent", reason, goes_to=goes_to), tries(delivery.id) + 1
        session.add(DeliveryStep(delivery_id=delivery.id, wish_id=delivery.wish_id, state="absent", at=clock.now()))
        if tried >= MOST_TRIES:
            return _return(delivery, back, by)
        _check(back)
        if again_on is None or not clock.today() < again_on <= clock.today() + AGAIN_WITHIN:
            raise Invalid("again_on", "again_days", most=AGAIN_WITHIN.days)
        telling.about(delivery, "delivery_absent", on=again_on.isoformat())
        return _note(delivery, replace(back, condition=""), by.id, again_on=again_on)


def lose(delivery: Delivery, reason: str, by, wanted: bool = True) -> DeliveryProblem:
    """It is gone, on the way or before the household had it. The charity decides what becomes of the wish.

    Raises NotAllowed, WrongState, Invalid (reason).
    """
    with transaction():
        back = Back("lost", reason, wanted=wanted)
        _check(back)
        service.lose(delivery, by)
        return _note(delivery, replace(back, condition=""), by.id, decision="waits")


def leave_open(problem: DeliveryProblem, by) -> None:
    """The charity leaves the need open for any giver. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "problem.settle", problem)
        decide(problem, "open", by.id)


def decide(problem: DeliveryProblem, decision: str, actor: int) -> None:
    """Write down what the charity decided, once. Joins. Raises WrongState."""
    decided = changed(update(DeliveryProblem).where(DeliveryProblem.id == problem.id, DeliveryProblem.decision == "waits")
                      .values(decision=decision, decided_by=actor))
    db.session.refresh(problem)
    if not decided:
        raise WrongState("decide", problem.decision)
    audit.record(actor, "problem.settle", f"problem:{problem.id}", decision)


def of(delivery_id: int) -> list[DeliveryProblem]:
    """All that went wrong with a delivery, the latest first."""
    return list(db.session.scalars(select(DeliveryProblem).where(DeliveryProblem.delivery_id == delivery_id)
                                   .order_by(DeliveryProblem.id.desc())))


def told(delivery_id: int) -> str:
    """What its giver is told of things that came back: that they may fetch them, that the charity keeps them, or "" ."""
    latest = next(iter(of(delivery_id)), None)
    return {"giver": "back", "charity": "kept"}.get(latest.goes_to, "") if latest else ""
