"""What goes wrong on the way to the door, each with its way back: to the store, to the giver, into a charity's store.

A need whose things came back, or got lost, is open again if the household still wants them; then the charity decides: the
need stays open for any giver, something of its own store is promised instead, or what gifts had bought is brought again.
What goes back is on its way until a storekeeper has it, or its giver has fetched it.
"""
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select, update

from marketplace.core import audit, clock
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.deliveries import promises, service, splitting, standing, telling
from marketplace.market.deliveries.models import Delivery, DeliveryStep
from marketplace.market.deliveries.records import CONDITIONS, DeliveryProblem
from marketplace.market.offers import service as offers
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
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
        if delivery.state == "planned":
            back = _never_sent(delivery, back)
        return _return(delivery, back, by)


def _never_sent(delivery: Delivery, back: Back) -> Back:
    """What was bought, and whose wish ended before it set out, comes into the charity's store. Raises WrongState."""
    if delivery.kind != "money" or not standing.over(delivery):
        raise WrongState("send_back", "planned")
    return replace(back, wanted=False, units=0)


def _return(delivery: Delivery, back: Back, by) -> DeliveryProblem:
    _check(back)
    kept = delivery if 0 < back.units < delivery.units else None
    if back.units < 0 or back.units > delivery.units:
        raise Invalid("units", "part_only", most=delivery.units - 1)
    gone = splitting.split(delivery, back.units, by.id) if kept else delivery
    goes_to = _way(gone, back)
    problem = _note(gone, back, by.id, goes_to=goes_to, decision="waits" if back.wanted else "none")
    service.send_back(gone, by, back.condition or "good", back.wanted)
    if kept is not None and kept.state == "disputed":
        service.resolve(kept, back.reason, by)
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


def fetched(problem: DeliveryProblem, by) -> None:
    """Its giver has fetched what came back from the station; good things are open again in the giver's offer.

    Raises NotAllowed, WrongState (it does not wait for its giver).
    """
    with transaction():
        delivery = _waiting(problem, by)
        there(problem, by.id)
        if problem.condition == "good":
            _offer_again(delivery)


def leave_to_charity(problem: DeliveryProblem, by) -> None:
    """Its giver leaves to the charity what came back: a storekeeper takes it in. Raises NotAllowed, WrongState."""
    with transaction():
        _waiting(problem, by)
        changed(update(DeliveryProblem).where(DeliveryProblem.id == problem.id).values(goes_to="charity"))
        db.session.refresh(problem)
        audit.record(by.id, "delivery.problem", f"delivery:{problem.delivery_id}", "left to the charity")


def _waiting(problem: DeliveryProblem, by) -> Delivery:
    """The delivery of what waits for its giver, for a worker of the station."""
    db.session.refresh(problem, with_for_update=True)
    delivery = db.session.get_one(Delivery, problem.delivery_id)
    demand(by, "delivery.arrive", delivery)
    if problem.goes_to != "giver" or problem.done_at:
        raise WrongState("fetched", delivery.state)
    return delivery


def there(problem: DeliveryProblem, actor: int, batch_id: int = 0) -> None:
    """What went back is where it goes, once. Joins; the caller has asked the rule table. Raises WrongState."""
    done = changed(update(DeliveryProblem).where(DeliveryProblem.id == problem.id, DeliveryProblem.done_at.is_(None))
                   .values(done_at=clock.now(), batch_id=batch_id))
    db.session.refresh(problem)
    if not done:
        raise WrongState("take_in", "taken_in")
    audit.record(actor, "delivery.problem", f"delivery:{problem.delivery_id}", f"there, as batch:{batch_id}" if batch_id else
                 "there")


def _offer_again(delivery: Delivery) -> None:
    for pledge in db.session.scalars(select(Pledge).where(
            Pledge.delivery_id == delivery.id, Pledge.offer_id.is_not(None))):
        offers.release(pledge.offer_id or 0, pledge.units)


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

    No try counts before the day that the household was told. Raises NotAllowed, WrongState, Invalid (outcome, again_on,
    reason, goes_to).
    """
    with transaction() as session:
        demand(by, "delivery.arrive", delivery)
        session.refresh(delivery, with_for_update=True)
        if delivery.state != "arrived":
            raise WrongState("absent", delivery.state)
        _demand_day(delivery.id)
        back, tried = Back("absent", reason, goes_to=goes_to), tries(delivery.id) + 1
        session.add(DeliveryStep(delivery_id=delivery.id, wish_id=delivery.wish_id, state="absent", at=clock.now()))
        if tried >= MOST_TRIES:
            return _return(delivery, back, by)
        _check(back)
        if again_on is None or not clock.today() < again_on <= clock.today() + AGAIN_WITHIN:
            raise Invalid("again_on", "again_days", most=AGAIN_WITHIN.days)
        telling.about(delivery, "delivery_absent", on=again_on.isoformat())
        return _note(delivery, replace(back, condition=""), by.id, again_on=again_on)


def _demand_day(delivery_id: int) -> None:
    """Raises Invalid before the day that was agreed for the next try."""
    day = db.session.scalar(select(func.max(DeliveryProblem.again_on)).where(
        DeliveryProblem.delivery_id == delivery_id, DeliveryProblem.outcome == "absent"))
    if day and clock.today() < day:
        raise Invalid("outcome", "not_yet", day=day)


def lose(delivery: Delivery, reason: str, by, wanted: bool = True) -> DeliveryProblem:
    """It is gone, on the way or before the household had it. The charity decides what becomes of a wish that is still one.

    Raises NotAllowed, WrongState, Invalid (reason).
    """
    with transaction():
        back = Back("lost", reason, wanted=wanted)
        _check(back)
        service.lose(delivery, by, wanted)
        return _note(delivery, replace(back, condition=""), by.id, decision="waits" if wanted else "none")


def leave_open(problem: DeliveryProblem, by) -> None:
    """The charity leaves the need open for any giver; gifts that had bought what came back end. Raises NotAllowed,
    WrongState."""
    with transaction() as session:
        demand(by, "problem.settle", problem)
        decide(problem, "open", by.id)
        promises.fail(session.get_one(Delivery, problem.delivery_id), "returned")


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


def to_fetch(delivery_id: int) -> DeliveryProblem | None:
    """What came back of a delivery and waits at the station for its giver."""
    return next((one for one in of(delivery_id) if one.goes_to == "giver" and one.done_at is None), None)


def told(delivery_id: int) -> str:
    """What its giver is told of things that came back: "back" to be fetched, "kept" by the charity, "undecided" whether what
    was bought comes once more, or ""."""
    latest = next(iter(of(delivery_id)), None)
    if latest and latest.decision == "waits" and db.session.get_one(Delivery, delivery_id).kind == "money":
        return "undecided" if latest.outcome != "lost" else ""
    return {"giver": "back", "charity": "kept"}.get(latest.goes_to, "") if latest else ""
