"""Somebody cannot come: others are asked, and the first who takes the time has it."""
from marketplace.core import audit, clock
from marketplace.core.errors import WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.volunteering import checks, fitting, rules
from marketplace.market.volunteering.models import Appointment, AppointmentAsk, Volunteer
from marketplace.market.volunteering.models.appointments import LIFE
from marketplace.market.volunteering.rules import ChecksMissing, NotApproved, NotNow, Taken, TimeTaken
from marketplace.market.volunteering.service.settling import end_promise, let_go, lock, note, record
from marketplace.people.accounts.permissions import demand


def release(appointment: Appointment, by, words: str = "") -> None:
    """I cannot come. Until a day before it asks for nothing; later for a word why, and is kept as late.

    Raises NotAllowed, WrongState, NotNow (it has begun), Invalid (words).
    """
    with transaction():
        demand(by, "appointment.release", appointment)
        lock(appointment)
        now = clock.now()
        if now >= appointment.starts_at:
            raise NotNow
        late = appointment.starts_at - now < rules.FREE_UNTIL
        said = rules.check_words("words", words) if late or words.strip() else ""
        note(appointment, "late" if late else "release", said, by.id)
        let_go(appointment, by.id)


def take(ask: AppointmentAsk, by) -> Appointment:
    """I come. The first who says so has it; a worker confirms it with the household.

    Raises NotAllowed, Taken, NotNow, NotApproved, ChecksMissing, TimeTaken.
    """
    with transaction() as session:
        demand(by, "ask.take", ask)
        appointment = session.get_one(Appointment, ask.appointment_id)
        volunteer = session.get_one(Volunteer, ask.volunteer_id)
        if appointment.starts_at <= clock.now():
            raise NotNow
        if volunteer.state != "approved":
            raise NotApproved
        if missing := checks.lacking(volunteer.id, fitting.needed(appointment), clock.day_of(appointment.starts_at)):
            raise ChecksMissing(missing)
        if fitting.is_busy(by.id, appointment.starts_at, appointment.ends_at, appointment.id):
            raise TimeTaken
        try:
            LIFE.move(appointment, "take", user_id=by.id, volunteer_id=volunteer.id, second="", second_id=0, confirmed_by=0,
                      seen_by=0, seen_at=None, reminded_at=None)
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
    LIFE.move(appointment, "give_up")
    record(appointment, "give_up", actor)
    end_promise(appointment, "given_up", actor)
    db.session.flush()
