"""Coming and going, told on the phone; and what is put right when it was forgotten, wrong, or nobody came."""
from datetime import datetime

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.market.volunteering import guarding, rules, telling
from marketplace.market.volunteering.models import Appointment
from marketplace.market.volunteering.models.appointments import LIFE
from marketplace.market.volunteering.rules import NotNow, SecondMissing, TimeTaken
from marketplace.market.volunteering.service.settling import end_promise, lock, note, record
from marketplace.people.accounts.permissions import demand


def start(appointment: Appointment, by) -> None:
    """I am here. The time is kept, no position.

    Raises NotAllowed, WrongState, NotNow, TimeTaken (not gone from another one), and for a child NotApproved,
    ChecksMissing, SecondMissing (no worker has seen the second adult).
    """
    with transaction() as session:
        demand(by, "appointment.start", appointment)
        lock(appointment)
        now = clock.now()
        rules.may_start(appointment.starts_at, appointment.ends_at, now)
        guarding.ask_helper(appointment, clock.day_of(now))
        if appointment.for_minor and not (appointment.second and appointment.seen_at):
            raise SecondMissing
        if session.scalar(select(Appointment.id).where(Appointment.user_id == by.id, Appointment.state == "present")):
            raise TimeTaken
        LIFE.move(appointment, "start", started_at=now)
        record(appointment, "start", by.id)


def finish(appointment: Appointment, by) -> None:
    """I am going now. Raises NotAllowed, WrongState, NotNow (forgotten: the charity's lead closes it)."""
    with transaction():
        demand(by, "appointment.finish", appointment)
        lock(appointment)
        now = clock.now()
        rules.may_finish(appointment.ends_at, now)
        LIFE.move(appointment, "finish", ended_at=now, minutes=_minutes(appointment.started_at, now))
        record(appointment, "finish", by.id)


def _minutes(started_at: datetime | None, ended_at: datetime) -> int:
    return rules.minutes(started_at, ended_at) if started_at and ended_at >= started_at else 0


def close(appointment: Appointment, ended_at: datetime, words: str, by) -> None:
    """The lead says when somebody went who forgot to tell, and how it is known.

    Raises NotAllowed, WrongState, NotNow (it may still be told), Invalid (ended, words).
    """
    words = rules.check_words("words", words)
    with transaction():
        demand(by, "appointment.close", appointment)
        lock(appointment)
        now, started_at = clock.now(), appointment.started_at
        if started_at:
            rules.check_served(started_at, ended_at, now)
        if now < appointment.ends_at:
            raise NotNow(appointment.ends_at)
        LIFE.move(appointment, "close", ended_at=ended_at, minutes=_minutes(started_at, ended_at))
        note(appointment, "close", words, by.id)
        record(appointment, "close", by.id, f"{appointment.minutes} minutes")


def correct(appointment: Appointment, started_at: datetime, ended_at: datetime, words: str, by) -> None:
    """The lead puts wrong times right, and says why; what it was before stays in the trail.

    Raises NotAllowed, WrongState, Invalid (ended, words).
    """
    words = rules.check_words("words", words)
    rules.check_served(started_at, ended_at, clock.now())
    with transaction():
        demand(by, "appointment.correct", appointment)
        lock(appointment)
        before = appointment.minutes
        LIFE.move(appointment, "correct", started_at=started_at, ended_at=ended_at, minutes=_minutes(started_at, ended_at))
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
