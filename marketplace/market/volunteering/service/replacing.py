"""Somebody cannot come: others are asked, and the first who takes the time has it."""
from marketplace.core import audit, clock
from marketplace.core.errors import WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.volunteering import checks, children, fitting, rules
from marketplace.market.volunteering.models import Appointment, AppointmentAsk, Volunteer
from marketplace.market.volunteering.models.appointments import LIFE
from marketplace.market.volunteering.rules import ChecksMissing, NotApproved, NotNow, Taken, TimeTaken
from marketplace.market.volunteering.service.settling import (
    NOBODY_ALONG,
    end_promise,
    hold,
    let_go,
    lock,
    note,
    off,
    without_second,
)
from marketplace.people.accounts.permissions import demand


def release(appointment: Appointment, by, words: str = "") -> None:
    """I cannot come. Until a day before it asks for nothing; later for a word why, and is kept as late.

    Raises NotAllowed, WrongState, NotNow (it has begun), Invalid (words).
    """
    with transaction():
        demand(by, "appointment.release", appointment)
        lock(appointment)
        _explained(appointment, words, by.id)
        let_go(appointment, by.id)


def step_back(appointment: Appointment, by, words: str = "") -> None:
    """I cannot come along as the second adult. In time it asks for nothing; later for a word why, as `release` does.

    Raises NotAllowed, WrongState, NotNow (it has begun), Invalid (words).
    """
    with transaction():
        demand(by, "appointment.step_back", appointment)
        lock(appointment)
        if appointment.state != "confirmed" or appointment.second != "volunteer":
            raise WrongState("step_back", appointment.state)
        _explained(appointment, words, by.id)
        without_second(appointment, by.id)


def _explained(appointment: Appointment, words: str, actor: int) -> None:
    """Keep why; late without a word it is refused, and when it has begun."""
    now = clock.now()
    if now >= appointment.starts_at:
        raise NotNow
    late = appointment.starts_at - now < rules.FREE_UNTIL
    note(appointment, "late" if late else "release",
         rules.check_words("words", words) if late or words.strip() else "", actor)


def take(ask: AppointmentAsk, by) -> Appointment:
    """I come. The first who says so has it; a worker confirms it with the household.

    Raises NotAllowed, Taken, NotNow, NotApproved, ChecksMissing, TimeTaken.
    """
    with transaction() as session:
        demand(by, "ask.take", ask)
        hold(by.id)
        appointment = session.get_one(Appointment, ask.appointment_id, populate_existing=True)
        volunteer = session.get_one(Volunteer, ask.volunteer_id)
        if appointment.starts_at <= clock.now():
            raise NotNow
        if volunteer.state != "approved":
            raise NotApproved
        child = children.met_at(appointment)
        if missing := checks.lacking(volunteer.id, fitting.needed(child), clock.day_of(appointment.starts_at)):
            raise ChecksMissing(missing)
        if fitting.is_busy(by.id, appointment.starts_at, appointment.ends_at, appointment.id):
            raise TimeTaken
        try:
            LIFE.move(appointment, "take", user_id=by.id, volunteer_id=volunteer.id, for_minor=child,
                      reminded_at=None, **NOBODY_ALONG)
        except WrongState as no:
            raise Taken from no
        audit.record(by.id, "ask.take", f"appointment:{appointment.id}")
    return appointment


def give_up(appointment: Appointment, words: str, by) -> None:
    """Nobody comes at this time: it is off, and the promise's part returns to the need, unless it has other times.

    Raises NotAllowed, WrongState, Invalid (words).
    """
    words = rules.check_words("words", words)
    with transaction():
        demand(by, "appointment.give_up", appointment)
        note(appointment, "give_up", words, by.id)
        call_off(appointment, by.id)


def call_off(appointment: Appointment, actor: int) -> None:
    """The same by a worker, a lead, or time itself. Joins; the caller has asked the rule table."""
    off(appointment, actor)
    end_promise(appointment, "given_up", actor)
    db.session.flush()
