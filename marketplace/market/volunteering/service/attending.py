"""Coming and going, told on the phone; and what is put right when it was forgotten, wrong, or nobody came."""
from datetime import datetime

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.volunteering import children, guarding, rules, telling
from marketplace.market.volunteering.models import Appointment
from marketplace.market.volunteering.models.appointments import LIFE
from marketplace.market.volunteering.rules import NotNow, SecondMissing, TimeTaken
from marketplace.market.volunteering.service.settling import end_promise, lock, note, record
from marketplace.people.accounts.permissions import demand


def start(appointment: Appointment, by) -> None:
    """I am here. The time is kept, no position.

    Raises NotAllowed, WrongState, NotNow, TimeTaken (not gone from another one), NotApproved, ChecksMissing, and where
    somebody must come along SecondMissing, WorkerMissing (no worker has seen them just now), SecondUnfit.
    """
    with transaction() as session:
        demand(by, "appointment.start", appointment)
        lock(appointment)
        now, child = clock.now(), children.met_at(appointment)
        rules.may_start(appointment.starts_at, appointment.ends_at, now)
        guarding.ask_helper(appointment, clock.day_of(now), child)
        guarding.ask_beginning(appointment, child)
        if session.scalar(select(Appointment.id).where(Appointment.user_id == by.id, Appointment.state == "present")):
            raise TimeTaken
        LIFE.move(appointment, "start", started_at=now, for_minor=child)
        record(appointment, "start", by.id)


def finish(appointment: Appointment, by) -> None:
    """I am going now. Raises NotAllowed, WrongState, NotNow (forgotten: the charity's lead closes it)."""
    with transaction():
        demand(by, "appointment.finish", appointment)
        lock(appointment)
        now = clock.now()
        rules.may_finish(appointment.ends_at, now)
        LIFE.move(appointment, "finish", ended_at=now, minutes=_counted(appointment, appointment.started_at, now))
        record(appointment, "finish", by.id)


def _counted(appointment: Appointment, started_at: datetime | None, ended_at: datetime) -> int:
    return rules.counted(started_at or ended_at, ended_at, appointment.ends_at - appointment.starts_at)


def _check_served(appointment: Appointment, started_at: datetime, ended_at: datetime) -> None:
    """Raises Invalid (started, ended) for times that cannot be, TimeTaken when the person was elsewhere in them."""
    rules.check_served((started_at, ended_at), (appointment.starts_at, appointment.ends_at), clock.now())
    if db.session.scalar(select(Appointment.id).where(
            Appointment.user_id == appointment.user_id, Appointment.id != appointment.id,
            Appointment.state.in_(("present", "served")), Appointment.started_at < ended_at,
            (Appointment.ended_at > started_at) | Appointment.ended_at.is_(None))):
        raise TimeTaken


def close(appointment: Appointment, ended_at: datetime, words: str, by) -> None:
    """The lead says when somebody went who forgot to tell, and how it is known.

    Raises NotAllowed, WrongState, NotNow (it may still be told), TimeTaken, Invalid (ended, words).
    """
    words = rules.check_words("words", words)
    with transaction():
        demand(by, "appointment.close", appointment)
        lock(appointment)
        now, started_at = clock.now(), appointment.started_at
        if started_at:
            _check_served(appointment, started_at, ended_at)
        if now < appointment.ends_at:
            raise NotNow(appointment.ends_at)
        LIFE.move(appointment, "close", ended_at=ended_at, minutes=_counted(appointment, started_at, ended_at))
        note(appointment, "close", words, by.id)
        record(appointment, "close", by.id, f"{appointment.minutes} minutes")


def write_down(appointment: Appointment, started_at: datetime, ended_at: datetime, words: str, by) -> None:
    """Somebody came and forgot to say so: the lead or the worker writes the times down, and how they are known. Where a
    child may have been met, only when a worker saw the second adult there.

    Raises NotAllowed, WrongState, NotNow (it may still be told), TimeTaken, SecondMissing, Invalid (started, ended, words).
    """
    words = rules.check_words("words", words)
    with transaction():
        demand(by, "appointment.write_down", appointment)
        lock(appointment)
        if clock.now() < appointment.ends_at:
            raise NotNow(appointment.ends_at)
        _check_served(appointment, started_at, ended_at)
        if appointment.for_minor and not appointment.seen_at:
            raise SecondMissing
        LIFE.move(appointment, "write_down", started_at=started_at, ended_at=ended_at,
                  minutes=_counted(appointment, started_at, ended_at))
        note(appointment, "close", words, by.id)
        record(appointment, "write_down", by.id, f"{appointment.minutes} minutes")


def correct(appointment: Appointment, started_at: datetime, ended_at: datetime, words: str, by) -> None:
    """The lead puts wrong times right, and says why; what it was before stays in the trail. All of the time counts then,
    also what is longer than was agreed.

    Raises NotAllowed, WrongState, TimeTaken, Invalid (started, ended, words).
    """
    words = rules.check_words("words", words)
    with transaction():
        demand(by, "appointment.correct", appointment)
        lock(appointment)
        _check_served(appointment, started_at, ended_at)
        before = appointment.minutes
        LIFE.move(appointment, "correct", started_at=started_at, ended_at=ended_at,
                  minutes=rules.minutes(ended_at - started_at))
        note(appointment, "correct", words, by.id)
        record(appointment, "correct", by.id, f"{before} to {appointment.minutes} minutes")


def miss(appointment: Appointment, words: str, by) -> None:
    """Nobody came; the worker says what happened. The need is open again, unless the promise has other times.

    Raises NotAllowed, WrongState, NotNow (it has not begun), Invalid (words).
    """
    words = rules.check_words("words", words)
    with transaction():
        demand(by, "appointment.miss", appointment)
        lock(appointment)
        if clock.now() < appointment.starts_at:
            raise NotNow(appointment.starts_at)
        LIFE.move(appointment, "miss")
        note(appointment, "miss", words, by.id)
        record(appointment, "miss", by.id)
        telling.person(appointment.user_id, "appointment_missed", **telling.when(appointment))
        end_promise(appointment, "not_come", by.id)
