"""A time for a service: proposed by who promised it, confirmed by a worker, who names the second adult."""
from datetime import datetime, timedelta

from sqlalchemy import select, update

from marketplace.core import clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.offers.models import Offer
from marketplace.market.pledges.models import Pledge
from marketplace.market.pledges.service import moving as pledges
from marketplace.market.volunteering import children, fitting, guarding, rules, telling
from marketplace.market.volunteering.models import Appointment
from marketplace.market.volunteering.models.appointments import COMING, LIFE, VENUES
from marketplace.market.volunteering.rules import NotApproved, NotNow, SecondUnfit, TimeTaken
from marketplace.market.volunteering.service.settling import (
    NOT_YET,
    hold,
    lock,
    note,
    off,
    record,
    tell_household,
)
from marketplace.market.wishes.models import Need
from marketplace.people.accounts.permissions import demand

KEPT_AFTER = timedelta(days=7)  # how long after its time a promise does not lapse


def propose(delivery: Delivery, starts_at: datetime, ends_at: datetime, venue: str, by) -> Appointment:
    """Say when one could come for a service that one has promised; a worker confirms it.

    Raises NotAllowed, WrongState, TimeTaken, Invalid (day, length, venue), NotApproved, ChecksMissing.
    """
    with transaction():
        demand(by, "delivery.appoint", delivery)
        return _proposed(delivery, (starts_at, ends_at), venue, by.id, by.id)


def propose_for(delivery: Delivery, starts_at: datetime, ends_at: datetime, venue: str, user_id: int, by) -> Appointment:
    """The charity's lead says which of its volunteers comes, and when, for a service whose giver has no account here: of a
    company whose offer was written down. The volunteer is told.

    Raises as `propose`; NotApproved too for somebody who is no approved volunteer of the charity.
    """
    with transaction():
        demand(by, "delivery.appoint_for", delivery)
        if guarding.approved(user_id, delivery.organisation_id) is None:
            raise NotApproved
        made = _proposed(delivery, (starts_at, ends_at), venue, user_id, by.id)
        telling.person(user_id, "appointment_proposed_for", **telling.when(made))
    return made


def _proposed(delivery: Delivery, times: tuple[datetime, datetime], venue: str, user_id: int, actor: int) -> Appointment:
    starts_at, ends_at = times
    rules.check_times(starts_at, ends_at, clock.now())
    if venue not in VENUES:
        raise Invalid("venue", "unknown")
    hold(user_id)
    db.session.refresh(delivery, with_for_update=True)
    if delivery.kind != "service" or delivery.state not in NOT_YET:
        raise WrongState("propose", delivery.state)
    if fitting.is_busy(user_id, starts_at, ends_at):
        raise TimeTaken
    pledge = db.session.scalars(select(Pledge).where(Pledge.delivery_id == delivery.id)).one()
    rules.check_weekday(starts_at, _weekdays(pledge))
    volunteer = guarding.approved(user_id, delivery.organisation_id)
    child = children.met(delivery.need_id, venue)
    made = Appointment(
        delivery_id=delivery.id, pledge_id=pledge.id, household_id=delivery.household_id, place_code=delivery.place_code,
        organisation_id=delivery.organisation_id, category=db.session.get_one(Need, delivery.need_id).category,
        for_minor=child, user_id=user_id, volunteer_id=volunteer.id if volunteer else None,
        starts_at=starts_at, ends_at=ends_at, venue=venue, created_at=clock.now())
    guarding.ask_helper(made, clock.day_of(starts_at), child)
    db.session.add(made)
    db.session.flush()
    pledges.keep_until(pledge, ends_at + KEPT_AFTER)
    record(made, "propose", actor)
    return made


def _weekdays(pledge: Pledge) -> str:
    """The days of the offer that a promise came from; "" for any."""
    offer = db.session.get(Offer, pledge.offer_id) if pledge.offer_id else None
    return offer.weekdays if offer else ""


def confirm(appointment: Appointment, by, second: str = "", second_id: int = 0) -> None:
    """The worker has agreed the time with the household, and says who the second adult is: "guardian", "worker" (who
    says it) or "volunteer" by the account.

    Raises NotAllowed, WrongState, NotNow, NotApproved, ChecksMissing, SecondMissing, WorkerMissing, SecondUnfit.
    """
    with transaction():
        demand(by, "appointment.confirm", appointment)
        hold(second_id)
        lock(appointment)
        if appointment.starts_at <= clock.now():
            raise NotNow
        child = children.met_at(appointment)
        guarding.ask_helper(appointment, clock.day_of(appointment.starts_at), child)
        named = _named(appointment, child, second, second_id, by.id)
        LIFE.move(appointment, "confirm", confirmed_by=by.id, for_minor=child, **named)
        record(appointment, "confirm", by.id, second)
        telling.person(appointment.user_id, "appointment_confirmed", **telling.when(appointment))
        if second == "volunteer":
            telling.person(second_id, "appointment_second", **telling.when(appointment))
        tell_household(appointment, "appointment_household")


def _named(appointment: Appointment, child: bool, second: str, second_id: int, worker_id: int) -> dict:
    named = guarding.second(appointment, child, second, second_id, worker_id)
    if second == "volunteer" and fitting.is_busy(second_id, appointment.starts_at, appointment.ends_at, appointment.id):
        raise SecondUnfit
    return named


def attest(appointment: Appointment, by, second: str, second_id: int = 0) -> None:
    """The worker says at the place that the second adult is there, and who it is; it may be another than was named. It
    counts for rules.SEEN_FOR; then the worker looks again.

    Raises NotAllowed, WrongState, NotNow, SecondMissing, WorkerMissing, SecondUnfit.
    """
    with transaction() as session:
        demand(by, "appointment.attest", appointment)
        hold(second_id or appointment.second_id)
        lock(appointment)
        rules.may_start(appointment.starts_at, appointment.ends_at, clock.now())
        child = children.met_at(appointment)
        named = _named(appointment, child, second or appointment.second, second_id or appointment.second_id, by.id)
        done = changed(update(Appointment).where(Appointment.id == appointment.id, Appointment.state == "confirmed")
                       .values(seen_by=by.id, seen_at=clock.now(), for_minor=child, **named))
        session.refresh(appointment)
        if not done:
            raise WrongState("attest", appointment.state)
        record(appointment, "attest", by.id, appointment.second)


def turn_down(appointment: Appointment, words: str, by) -> None:
    """The time does not suit the household or the station; the volunteer may name another one.

    Raises NotAllowed, WrongState, Invalid (words).
    """
    words = rules.check_words("words", words)
    with transaction():
        demand(by, "appointment.turn_down", appointment)
        LIFE.move(appointment, "turn_down")
        note(appointment, "turn_down", words, by.id)
        record(appointment, "turn_down", by.id)
        telling.person(appointment.user_id, "appointment_turned_down", **telling.when(appointment))


def end_of_delivery(delivery_id: int) -> None:
    """Call off what is still to come, when its delivery is over; what has begun by now may still be told of. Safe twice."""
    with transaction() as session:
        for appointment in session.scalars(select(Appointment).where(
                Appointment.delivery_id == delivery_id, Appointment.state.in_(COMING),
                (Appointment.starts_at > clock.now()) | (Appointment.state != "confirmed")).order_by(Appointment.id)).all():
            off(appointment, 0, "delivery over")
