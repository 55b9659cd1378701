"""Whether what is on its way is still promised: its wish may have ended meanwhile, or its household be no longer eligible.

What was promised in good time may be handed over all the same; a worker says so with a reason, or it goes back. Until then
no code is sent and nothing is handed over.
"""
from sqlalchemy import ColumnElement, and_, exists, or_, select

from marketplace.core import audit, clock
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries.events import CodeAsked
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.records import DeliveryProblem
from marketplace.market.deliveries.rules import WishOver
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes.models import Wish
from marketplace.network.registry.models import Household
from marketplace.people.accounts.permissions import demand

UNDER_WAY = ("planned", "dispatched", "arrived")
BOUND = ("committed", "delivering")  # promises that something is brought for


def over(delivery: Delivery) -> str:
    """Why it is not promised any more: "promise_ended", "wish_ended", "not_eligible"; "" while it is."""
    return next((why for why, true in _reasons().items() if delivery.state in UNDER_WAY and db.session.scalar(
        select(Delivery.id).where(Delivery.id == delivery.id, true))), "")


def held(delivery: Delivery) -> str:
    """As `over`, as long as no worker has decided that it is handed over all the same."""
    why = over(delivery)
    return why if why == "promise_ended" or not db.session.scalar(select(_decided(delivery.id))) else ""


def is_held() -> ColumnElement[bool]:
    """As `held`, for statements about deliveries."""
    reasons = _reasons()
    ended = or_(reasons["wish_ended"], reasons["not_eligible"])
    return and_(Delivery.state.in_(UNDER_WAY), or_(reasons["promise_ended"], and_(ended, ~_decided(Delivery.id))))


def _reasons() -> dict[str, ColumnElement[bool]]:
    """Those that are true of a delivery, the gravest first."""
    bound = exists().where(Pledge.delivery_id == Delivery.id, Pledge.state.in_(BOUND)).correlate(Delivery)
    ended = exists().where(Wish.id == Delivery.wish_id, Wish.state != "published").correlate(Delivery)
    unfit = exists().where(Household.id == Delivery.household_id, Household.eligible_until < clock.today())
    return {"promise_ended": ~bound, "wish_ended": ended, "not_eligible": unfit.correlate(Delivery)}


def _decided(delivery_id) -> ColumnElement[bool]:
    found = exists().where(DeliveryProblem.delivery_id == delivery_id, DeliveryProblem.outcome == "go_on")
    return found if isinstance(delivery_id, int) else found.correlate(Delivery)


def demand_standing(delivery: Delivery) -> None:
    """Raises WishOver while a worker has to decide first."""
    if why := held(delivery):
        raise WishOver(why)


def go_on(delivery: Delivery, reason: str, by) -> None:
    """It is handed over all the same, as it was promised in good time; the household gets its code now.

    Raises NotAllowed, WrongState (nothing has ended, or the promise itself has), Invalid (reason).
    """
    if not reason.strip():
        raise Invalid("reason", "empty")
    with transaction() as session:
        demand(by, "delivery.go_on", delivery)
        session.refresh(delivery, with_for_update=True)
        if held(delivery) in ("", "promise_ended"):
            raise WrongState("go_on", delivery.state)
        session.add(DeliveryProblem(
            delivery_id=delivery.id, organisation_id=delivery.organisation_id, outcome="go_on", units=delivery.units,
            reason=private(reason.strip()), by_id=by.id, at=clock.now()))
        audit.record(by.id, "delivery.go_on", f"delivery:{delivery.id}")
        if delivery.state == "arrived":
            announce(CodeAsked(delivery.id))


def lock(delivery: Delivery) -> bool:
    """Nobody ends the promises of a delivery until this transaction is over; whether one of them still stands. Joins."""
    states = db.session.scalars(select(Pledge.state).where(Pledge.delivery_id == delivery.id).order_by(Pledge.id)
                                .with_for_update()).all()
    return any(state in BOUND for state in states)
