"""Nobody meets a child alone: what that asks of a promise, of a time, and of the moment when somebody comes."""
from collections.abc import Sequence
from datetime import date

from sqlalchemy import exists, select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.offers.models import Offer
from marketplace.market.pledges.models import Pledge
from marketplace.market.volunteering import checks
from marketplace.market.volunteering.models import Appointment, Volunteer
from marketplace.market.volunteering.rules import (
    FOR_ALL,
    FOR_CHILDREN,
    ChecksMissing,
    NotApproved,
    NotForChildren,
    SecondMissing,
    SecondUnfit,
)
from marketplace.market.wishes.models import Wish
from marketplace.network.registry.eligibility import MINORS


def of_minor(wish_id: int) -> bool:
    """Whether the wish is a child's."""
    return db.session.get_one(Wish, wish_id).age_band in MINORS


def approved(user_id: int, organisation_id: int) -> Volunteer | None:
    """The approved volunteer of a charity that this account is."""
    return db.session.scalars(select(Volunteer).where(
        Volunteer.user_id == (user_id or -1), Volunteer.organisation_id == organisation_id,
        Volunteer.state == "approved")).first()


def lacking(user_id: int, organisation_id: int, day: date) -> tuple[str, ...] | None:
    """The papers for children that an approved volunteer lacks on a day; None for somebody who is none."""
    volunteer = approved(user_id, organisation_id)
    return None if volunteer is None else checks.lacking(volunteer.id, (*FOR_ALL, *FOR_CHILDREN), day)


def ask_promise(pledge: Pledge) -> None:
    """Raises NotForChildren for a service to a minor by anybody but an approved volunteer with all papers that it needs."""
    if pledge.kind != "service" or not of_minor(pledge.wish_id):
        return
    missing = lacking(pledge.giver_id, pledge.organisation_id, clock.today())
    if missing is None or missing:
        raise NotForChildren(missing or ())


def fit_for_children(services: Sequence[Offer]) -> set[int]:
    """Of offered services those, by number, whose giver could promise them to a child today."""
    givers = {(offer.giver_id, offer.organisation_id) for offer in services}
    ready = {who for who in givers if lacking(*who, clock.today()) == ()}
    return {offer.id for offer in services if (offer.giver_id, offer.organisation_id) in ready}


def ask_arrival(delivery: Delivery) -> None:
    """Raises SecondMissing while no worker has seen a second adult for a service to a minor."""
    if delivery.kind != "service" or not of_minor(delivery.wish_id):
        return
    seen = exists().where(Appointment.delivery_id == delivery.id, Appointment.seen_at.is_not(None),
                          Appointment.state.in_(("confirmed", "present", "served")))
    if not db.session.scalar(select(seen)):
        raise SecondMissing


def ask_helper(appointment: Appointment, day: date) -> None:
    """Raises NotApproved, ChecksMissing for who may not come to a child on this day."""
    if appointment.for_minor:
        missing = lacking(appointment.user_id, appointment.organisation_id, day)
        if missing is None:
            raise NotApproved
        if missing:
            raise ChecksMissing(missing)


def second(appointment: Appointment, kind: str, user_id: int, worker_id: int) -> dict[str, object]:
    """The second adult as it is kept: a guardian, the worker who says it, or another volunteer by the account.

    Raises SecondMissing (there must be one), SecondUnfit (a volunteer who may not be with children on that day).
    """
    if not kind:
        if appointment.for_minor:
            raise SecondMissing
        return {"second": "", "second_id": 0}
    if kind == "volunteer":
        missing = lacking(user_id, appointment.organisation_id, clock.day_of(appointment.starts_at))
        if missing is None or missing or user_id == appointment.user_id:
            raise SecondUnfit
        return {"second": kind, "second_id": user_id}
    if kind not in ("guardian", "worker"):
        raise SecondUnfit
    return {"second": kind, "second_id": worker_id if kind == "worker" else 0}
