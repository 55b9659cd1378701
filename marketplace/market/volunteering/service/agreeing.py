"""A time for a service: proposed by who promised it, confirmed by a worker, who names the second adult."""
from datetime import datetime, timedelta

from sqlalchemy import select, update

from marketplace.core import clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import changed, transaction
from marketplace.market.deliveries.models import Delivery
from marketplace.market.pledges.models import Pledge
from marketplace.market.pledges.service import moving as pledges
from marketplace.market.volunteering import fitting, guarding, rules, telling
from marketplace.market.volunteering.models import Appointment
from marketplace.market.volunteering.models.appointments import COMING, LIFE, VENUES
from marketplace.market.volunteering.rules import NotNow, SecondUnfit, TimeTaken
from marketplace.market.volunteering.service.settling import NOT_YET, lock, note, record, tell_household
from marketplace.market.wishes.models import Need
from marketplace.people.accounts.permissions import demand

KEPT_AFTER = timedelta(days=7)  # how long after its time a promise does not lapse


def propose(delivery: Delivery, starts_at: datetime, ends_at: datetime, venue: str, by) -> Appointment:
    """Say when one could come for a service that one has promised; a worker confirms it.

    Raises NotAllowed, WrongState, TimeTaken, Invalid (day, length, venue), and for a child NotApproved, ChecksMissing.
    """
    rules.check_times(starts_at, ends_at, clock.now())
    if venue not in VENUES:
        raise Invalid("venue", "unknown")
    with transaction() as session:
        demand(by, "delivery.appoint", delivery)
        session.refresh(delivery, with_for_update=True)
        if delivery.kind != "service" or delivery.state not in NOT_YET:
            raise WrongState("propose", delivery.state)
        if fitting.is_busy(by.id, starts_at, ends_at):
            raise TimeTaken
        pledge = session.scalars(select(Pledge).where(Pledge.delivery_id == delivery.id)).one()
        volunteer = guarding.approved(by.id, delivery.organisation_id)
        made = Appointment(
            delivery_id=delivery.id, pledge_id=pledge.id, household_id=delivery.household_id, place_code=delivery.place_code,
            organisation_id=delivery.organisation_id, category=session.get_one(Need, delivery.need_id).category,
            for_minor=guarding.of_minor(delivery.wish_id), user_id=by.id, volunteer_id=volunteer.id if volunteer else None,
            starts_at=starts_at, ends_at=ends_at, venue=venue, created_at=clock.now())
        guarding.ask_helper(made, clock.day_of(starts_at))
        session.add(made)
        session.flush()
        pledges.keep_until(pledge, ends_at + KEPT_AFTER)
        record(made, "propose", by.id)
    return made


def confirm(appointment: Appointment, by, second: str = "", second_id: int = 0) -> None:
    """The worker has agreed the time with the household, and says who the second adult is: "guardian", "worker" (who
    says it) or "volunteer" by the account.

    Raises NotAllowed, WrongState, NotNow, and for a child NotApproved, ChecksMissing, SecondMissing, SecondUnfit.
    """
    with transaction():
        demand(by, "appointment.confirm", appointment)
        lock(appointment)
        if appointment.starts_at <= clock.now():
            raise NotNow
        guarding.ask_helper(appointment, clock.day_of(appointment.starts_at))
        named = _named(appointment, second, second_id, by.id)
        LIFE.move(appointment, "confirm", confirmed_by=by.id, **named)
        record(appointment, "confirm", by.id, second)
        telling.person(appointment.user_id, "appointment_confirmed", **telling.when(appointment))
        if second == "volunteer":
            telling.person(second_id, "appointment_second", **telling.when(appointment))
        tell_household(appointment, "appointment_household")


def _named(appointment: Appointment, second: str, second_id: int, worker_id: int) -> dict:
    named = guarding.second(appointment, second, second_id, worker_id)
    if second == "volunteer" and fitting.is_busy(second_id, appointment.starts_at, appointment.ends_at, appointment.id):
        raise SecondUnfit
    return named


def attest(appointment: Appointment, by, second: str, second_id: int = 0) -> None:
    """The worker says at the place that the second adult is there, and who it is; it may be another than was named.

    Raises NotAllowed, WrongState, NotNow, SecondMissing, SecondUnfit.
    """
    with transaction() as session:
        demand(by, "appointment.attest", appointment)
        lock(appointment)
        rules.may_start(appointment.starts_at, appointment.ends_at, clock.now())
        named = _named(appointment, second or appointment.second, second_id or appointment.second_id, by.id)
        done = changed(update(Appointment).where(Appointment.id == appointment.id, Appointment.state == "confirmed")
                       .values(seen_by=by.id, seen_at=clock.now(), **named))
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
    """Call off what was still to come, when its delivery is over. Safe twice."""
    with transaction() as session:
        for appointment in session.scalars(select(Appointment).where(
                Appointment.delivery_id == delivery_id, Appointment.state.in_(COMING)).order_by(Appointment.id)).all():
            LIFE.move(appointment, "give_up")
            record(appointment, "give_up", 0, "delivery over")
