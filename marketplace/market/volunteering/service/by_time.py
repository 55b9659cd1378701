"""What time does: reminders, once each; more volunteers are asked; what nobody took or confirmed is over."""
from collections.abc import Callable

from sqlalchemy import ColumnElement, select, update

from marketplace.core import clock
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.volunteering import checks, rules, telling
from marketplace.market.volunteering.models import Appointment, Volunteer, VolunteerCheck
from marketplace.market.volunteering.service.replacing import call_off
from marketplace.market.volunteering.service.settling import ask_others, off


def by_time() -> int:
    """Do all of it that is due. Safe to run twice, and several at once. Returns how much was done."""
    now = clock.now()
    soon = (Appointment.state == "confirmed", Appointment.reminded_at.is_(None), Appointment.starts_at > now,
            Appointment.starts_at <= now + rules.FREE_UNTIL)
    waiting = (Appointment.state == "open", Appointment.starts_at > now,
               Appointment.asked_at <= now - rules.ASKED_AGAIN)
    over = (Appointment.state.in_(("open", "proposed")), Appointment.starts_at <= now)
    return (_each(soon, _remind) + _each(waiting, _ask_more) + _each(over, _end) + _remind_of_checks())


def _each(due: tuple[ColumnElement[bool], ...], act: Callable[[Appointment], bool]) -> int:
    """Do it to each that is due, each in a transaction of its own, if it still is."""
    done = 0
    for number in db.session.scalars(select(Appointment.id).where(*due).order_by(Appointment.id)).all():
        with transaction() as session:
            found = session.scalars(select(Appointment).where(Appointment.id == number, *due).with_for_update()).first()
            done += bool(found and act(found))
    return done


def _remind(appointment: Appointment) -> bool:
    """The day before, the volunteer, and the one who comes along."""
    appointment.reminded_at = clock.now()
    telling.person(appointment.user_id, "appointment_tomorrow", **telling.when(appointment))
    if appointment.second == "volunteer":
        telling.person(appointment.second_id, "appointment_tomorrow", **telling.when(appointment))
    return True


def _ask_more(appointment: Appointment) -> bool:
    return bool(ask_others(appointment))


def _end(appointment: Appointment) -> bool:
    """Nobody took it: the need is open again. Nobody confirmed it: the promise stands, and asks for another time."""
    if appointment.state == "open":
        call_off(appointment, 0)
        return True
    off(appointment, 0, "not confirmed", "appointment_turned_down")
    return True


def _remind_of_checks() -> int:
    """Tell volunteers of needed papers that end within ENDING, and that no newer one follows."""
    today, done = clock.today(), 0
    last = checks.last_days()
    due = (VolunteerCheck.reminded_at.is_(None), VolunteerCheck.taken_back_at.is_(None))
    rows = db.session.execute(
        select(VolunteerCheck.id, Volunteer.user_id, VolunteerCheck.kind, VolunteerCheck.valid_until)
        .join(Volunteer, Volunteer.id == VolunteerCheck.volunteer_id)
        .join(last, (last.c.volunteer_id == VolunteerCheck.volunteer_id) & (last.c.kind == VolunteerCheck.kind)
              & (last.c.until == VolunteerCheck.valid_until))
        .where(*due, Volunteer.state == "approved", VolunteerCheck.valid_until >= today,
               VolunteerCheck.valid_until <= today + rules.ENDING).order_by(VolunteerCheck.id)).all()
    for number, user_id, kind, until in rows:
        with transaction():
            told = update(VolunteerCheck).where(VolunteerCheck.id == number, *due).values(reminded_at=clock.now())
            if until and changed(told):
                telling.person(user_id, "check_ending", check=kind, on=until.isoformat())
                done += 1
    return done
