"""Nobody meets a child alone, and nobody comes to a home whom no one answers for: what that asks of a promise, of a time, of
the moment when somebody comes, and of who drives.
"""
from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, exists, or_, select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.offers.models import Offer
from marketplace.market.pledges.models import Pledge
from marketplace.market.volunteering import checks, children, fitting
from marketplace.market.volunteering.models import Appointment, Volunteer
from marketplace.market.volunteering.models.appointments import SECONDS
from marketplace.market.volunteering.rules import (
    FOR_ALL,
    FOR_CHILDREN,
    OF_SKILL,
    SEEN_FOR,
    ChecksMissing,
    NotApproved,
    NotForChildren,
    SecondMissing,
    SecondUnfit,
    WorkerMissing,
)

WITH_A_CHILD = (*FOR_ALL, *FOR_CHILDREN)


def approved(user_id: int, organisation_id: int) -> Volunteer | None:
    """The approved volunteer of a charity that this account is."""
    return db.session.scalars(select(Volunteer).where(
        Volunteer.user_id == (user_id or -1), Volunteer.organisation_id == organisation_id,
        Volunteer.state == "approved")).first()


def barred(user_id: int, organisation_id: int) -> bool:
    """Whether somebody was a volunteer of the charity and is none now: paused, or ended and not taken on again."""
    states = set(db.session.scalars(select(Volunteer.state).where(
        Volunteer.user_id == (user_id or -1), Volunteer.organisation_id == organisation_id)))
    return bool(states & {"paused", "ended"}) and "approved" not in states


def lacking(user_id: int, organisation_id: int, day: date, kinds: Sequence[str] = WITH_A_CHILD) -> tuple[str, ...] | None:
    """Those of these papers that an approved volunteer lacks on a day; None for somebody who is none."""
    volunteer = approved(user_id, organisation_id)
    return None if volunteer is None else checks.lacking(volunteer.id, kinds, day)


def may_drive(user_id: int, organisation_id: int, day: date) -> bool:
    """Whether an account is an approved volunteer of a charity whose papers for driving hold on a day."""
    return lacking(user_id, organisation_id, day, (*FOR_ALL, OF_SKILL["driving"])) == ()


def ask_promise(pledge: Pledge) -> None:
    """Raises NotApproved for a service by somebody who was a volunteer of the charity and is none now; NotForChildren for
    one where a child may be met, by anybody but an approved volunteer with all papers that it needs.
    """
    if pledge.kind != "service":
        return
    if barred(pledge.giver_id, pledge.organisation_id):
        raise NotApproved
    if children.met(pledge.need_id):
        missing = lacking(pledge.giver_id, pledge.organisation_id, clock.today())
        if missing is None or missing:
            raise NotForChildren(missing or ())


def fit_for_children(services: Sequence[Offer]) -> set[int]:
    """Of offered services those, by number, whose giver could promise them to a child today; in one statement."""
    ready = {(user_id, organisation_id) for user_id, organisation_id in db.session.execute(
        select(Volunteer.user_id, Volunteer.organisation_id).where(
            Volunteer.organisation_id.in_({offer.organisation_id for offer in services}), Volunteer.state == "approved",
            *checks.holds(WITH_A_CHILD, clock.today())))}
    return {offer.id for offer in services if (offer.giver_id, offer.organisation_id) in ready}


def ask_arrival(delivery: Delivery) -> None:
    """Raises SecondMissing for a service where a child may be met while no worker has seen a second adult there; NotApproved
    when its giver is no volunteer of the charity any more, and nobody has begun.
    """
    if delivery.kind != "service":
        return
    begun = Appointment.state.in_(("present", "served"))
    if barred(delivery.giver_id, delivery.organisation_id) and not _any(delivery, begun):
        raise NotApproved
    fresh = and_(Appointment.state == "confirmed", Appointment.seen_at >= clock.now() - SEEN_FOR)
    seen = and_(Appointment.seen_at.is_not(None), or_(begun, fresh))
    if children.met(delivery.need_id, _venue(delivery)) and not _any(delivery, seen):
        raise SecondMissing


def _any(delivery: Delivery, condition) -> bool:
    return bool(db.session.scalar(select(exists().where(Appointment.delivery_id == delivery.id, condition))))


def _venue(delivery: Delivery) -> str:
    """Where a service takes place, as far as it was agreed: at the station only if no time of it is at home."""
    agreed = set(db.session.scalars(select(Appointment.venue).where(
        Appointment.delivery_id == delivery.id, Appointment.state.in_(("confirmed", "present", "served")))))
    return "station" if agreed == {"station"} or (not agreed and delivery.way == "at_station") else "home"


def ask_helper(appointment: Appointment, day: date, child: bool) -> None:
    """Raises NotApproved, ChecksMissing for who may not come to it on this day. `child`: whether one may be met."""
    missing = lacking(appointment.user_id, appointment.organisation_id, day, fitting.needed(child))
    if missing:
        raise ChecksMissing(missing)
    if missing is None and (child or barred(appointment.user_id, appointment.organisation_id)):
        raise NotApproved


def seconds(appointment: Appointment, child: bool) -> tuple[str, ...]:
    """Who may be the second adult, where there must be one; nothing where there need not be."""
    if child:
        return SECONDS
    if appointment.venue == "home" and approved(appointment.user_id, appointment.organisation_id) is None:
        return ("worker",)
    return ()


def second(appointment: Appointment, child: bool, kind: str, user_id: int, worker_id: int) -> dict[str, object]:
    """The second adult as it is kept: a guardian, the worker who says it, or another volunteer by the account.

    Raises SecondMissing, WorkerMissing (there must be one), SecondUnfit (a volunteer who may not be with children then).
    """
    wanted = seconds(appointment, child)
    if wanted and kind not in wanted:
        raise WorkerMissing if wanted == ("worker",) else SecondUnfit if kind else SecondMissing
    if not kind:
        return {"second": "", "second_id": 0}
    if kind not in SECONDS:
        raise SecondUnfit
    if kind == "volunteer":
        _ask_second(appointment, user_id, clock.day_of(appointment.starts_at))
        return {"second": kind, "second_id": user_id}
    return {"second": kind, "second_id": worker_id if kind == "worker" else 0}


def _ask_second(appointment: Appointment, user_id: int, day: date) -> None:
    missing = lacking(user_id, appointment.organisation_id, day)
    if missing is None or missing or user_id == appointment.user_id:
        raise SecondUnfit


def ask_beginning(appointment: Appointment, child: bool) -> None:
    """Raises SecondMissing, WorkerMissing while no worker has seen the second adult within SEEN_FOR; SecondUnfit for one who
    may not be it any more.
    """
    wanted, now = seconds(appointment, child), clock.now()
    if not wanted:
        return
    fresh = appointment.seen_at and now - appointment.seen_at <= SEEN_FOR
    if appointment.second not in wanted or not fresh:
        raise WorkerMissing if wanted == ("worker",) else SecondMissing
    if appointment.second == "volunteer":
        _ask_second(appointment, appointment.second_id, clock.day_of(now))
