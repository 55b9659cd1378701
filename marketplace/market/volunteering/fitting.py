"""Who could come in somebody's place: what they can do, where, when, with which papers; the most fitting first."""
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased, selectinload

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.volunteering import checks, rules
from marketplace.market.volunteering.models import Appointment, AppointmentAsk, Volunteer, VolunteerArea, VolunteerSkill
from marketplace.people.accounts.models import User

BUSY = ("proposed", "confirmed", "present")
LATELY = timedelta(days=30)
LOOKED_AT = 200


def busy(user_id, starts_at: datetime, ends_at: datetime, but: int = 0):
    """Whether somebody comes somewhere at that time, as helper or as second adult; `but` does not count."""
    other = aliased(Appointment)
    return exists().where(((other.user_id == user_id) | ((other.second == "volunteer") & (other.second_id == user_id))),
                          other.state.in_(BUSY), other.id != but, other.starts_at < ends_at, other.ends_at > starts_at)


def is_busy(user_id: int, starts_at: datetime, ends_at: datetime, but: int = 0) -> bool:
    return bool(db.session.scalar(select(busy(user_id, starts_at, ends_at, but))))


def around(place_code: str) -> list[str]:
    """The areas that a place lies in."""
    return [place_code[:length] for length in (4, 6, 9, 12) if len(place_code) >= length]


def needed(child: bool) -> tuple[str, ...]:
    """The papers that coming takes, where a child may be met or not."""
    return (*rules.FOR_ALL, *(rules.FOR_CHILDREN if child else ()))


def candidates(appointment: Appointment, most: int) -> Sequence[Volunteer]:
    """At most so many volunteers of the charity who could come and were not asked yet.

    Those come first whose area is the closest, who were asked least in the last month, and who named weekly hours.
    """
    area = select(func.max(func.length(VolunteerArea.area_code))).where(
        VolunteerArea.volunteer_id == Volunteer.id,
        VolunteerArea.area_code.in_(around(appointment.place_code))).scalar_subquery()
    asked = select(func.count()).where(
        AppointmentAsk.volunteer_id == Volunteer.id, AppointmentAsk.asked_at > clock.now() - LATELY).scalar_subquery()
    rows = db.session.execute(
        select(Volunteer, area.label("near"), asked.label("asked"))
        .join(User, User.id == Volunteer.user_id).options(selectinload(Volunteer.times))
        .where(Volunteer.organisation_id == appointment.organisation_id, Volunteer.state == "approved", User.active,
               Volunteer.user_id.not_in((appointment.user_id, appointment.released_by)), area.is_not(None),
               exists().where(VolunteerSkill.volunteer_id == Volunteer.id, VolunteerSkill.skill == appointment.category),
               *checks.holds(needed(appointment.for_minor), clock.day_of(appointment.starts_at)),
               ~exists().where(AppointmentAsk.volunteer_id == Volunteer.id,
                               AppointmentAsk.appointment_id == appointment.id),
               ~busy(Volunteer.user_id, appointment.starts_at, appointment.ends_at, appointment.id))
        .order_by(area.desc(), asked, Volunteer.id).limit(LOOKED_AT))
    found = [(one, near, times) for one, near, times in rows
             if not one.times or rules.fits_week(one.times, appointment.starts_at, appointment.ends_at)]
    found.sort(key=lambda row: (not row[0].times, -row[1], row[2], row[0].id))
    return [one for one, _near, _asked in found[:most]]
