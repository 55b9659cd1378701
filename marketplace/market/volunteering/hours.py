"""What somebody did with their own hands, as far as the household confirmed it. Days, kinds and amounts; never for whom.

Minutes are those between coming and going, for whoever came: told on the phone, or written down by a worker or the charity.
Of what nobody told the times of, visits count, for who was to come when the household confirmed it; without any agreed time
for who promised it. So nothing counts twice, and nothing for who did not come. A time whose end nobody has told yet counts
once it is closed.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, exists, func, literal, or_, select, union_all

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery, DeliveryStep
from marketplace.market.pledges.models import Pledge
from marketplace.market.volunteering.models import Appointment
from marketplace.market.wishes.models import Need
from marketplace.people.organisations.models import Organisation

HOURS = ("小时", "个小时", "hour", "hours")  # units in which a need counts hours; any other counts visits
MOST = 500
_other = Appointment.__table__.alias("other")


@dataclass(frozen=True)
class Service:
    """One service that a household confirmed on a day of the city: so many minutes, or so many visits that have none."""

    on: date
    category: str
    minutes: int
    visits: int
    charity: str
    charity_english: str
    pledge_id: int
    organisation_id: int


@dataclass(frozen=True)
class Total:
    """Minutes, and visits that were not counted in minutes."""

    minutes: int
    visits: int


def _checked_in():
    return exists().where(_other.c.pledge_id == Pledge.id, _other.c.started_at.is_not(None))


def _by_promise() -> Select:
    """Services that were confirmed and that no time was agreed for: promise, who, minutes, visits."""
    agreed = exists().where(_other.c.pledge_id == Pledge.id, or_(_other.c.confirmed_by != 0, _other.c.released_by != 0))
    return select(Pledge.id.label("pledge_id"), Pledge.giver_id.label("user_id"), literal(0).label("minutes"),
                  case((Need.unit.in_(HOURS), 1), else_=Pledge.units).label("visits")).join(
        Need, Need.id == Pledge.need_id).where(
        Pledge.kind == "service", Pledge.state == "fulfilled", Pledge.giver_id != 0, ~_checked_in(), ~agreed)


def _by_time() -> Select:
    """The same of those that a time was agreed for and that nobody checked in for: for who was to come last."""
    return select(Appointment.pledge_id, Appointment.user_id, literal(0), func.count()).join(
        Pledge, Pledge.id == Appointment.pledge_id).where(
        Pledge.state == "fulfilled", Appointment.state == "confirmed", Appointment.starts_at <= clock.now(),
        ~_checked_in()).group_by(Appointment.pledge_id, Appointment.user_id)


def _by_check_in() -> Select:
    """The same of those that somebody came and went for."""
    return select(Appointment.pledge_id, Appointment.user_id, func.sum(Appointment.minutes), literal(0)).join(
        Pledge, Pledge.id == Appointment.pledge_id).where(
        Pledge.state == "fulfilled", Appointment.state == "served", Appointment.minutes > 0).group_by(
        Appointment.pledge_id, Appointment.user_id)


def counted(user_id: int | None = None):
    """Everything that counts, as a table of `pledge_id`, `user_id`, `minutes` and `visits`; or one person's part of it."""
    by_promise, by_time, by_check_in = _by_promise(), _by_time(), _by_check_in()
    if user_id is not None:
        by_promise = by_promise.where(Pledge.giver_id == user_id)
        by_time, by_check_in = (one.where(Appointment.user_id == user_id) for one in (by_time, by_check_in))
    return union_all(by_promise, by_time, by_check_in).subquery()


def served(user_id: int, limit: int | None = MOST) -> Sequence[Service]:
    """Confirmed services of an account, the latest first, in one statement."""
    if not user_id:
        return []
    found = counted(user_id)
    confirmed = select(func.max(DeliveryStep.at)).where(
        DeliveryStep.delivery_id == Delivery.id, DeliveryStep.state == "confirmed").scalar_subquery()
    rows = db.session.execute(
        select(confirmed.label("at"), Need.category, found.c.minutes, found.c.visits, Organisation.name,
               Organisation.english, Pledge.id, Organisation.id)
        .select_from(found).join(Pledge, Pledge.id == found.c.pledge_id)
        .join(Delivery, Delivery.id == Pledge.delivery_id).join(Need, Need.id == Pledge.need_id)
        .join(Organisation, Organisation.id == Pledge.organisation_id)
        .order_by(Pledge.id.desc()).limit(limit))
    return [Service(clock.day_of(at), category, int(minutes), int(visits), name, english, pledge_id, organisation_id)
            for at, category, minutes, visits, name, english, pledge_id, organisation_id in rows if at]


def within(user_id: int, organisation_id: int, first_on: date, last_on: date) -> Sequence[Service]:
    """All that an account did for one charity and households confirmed on these days, the earliest first."""
    return sorted((one for one in served(user_id, None)
                   if one.organisation_id == organisation_id and first_on <= one.on <= last_on),
                  key=lambda one: (one.on, one.pledge_id))


def totals(done: Sequence[Service]) -> Total:
    """All of them together."""
    return Total(sum(one.minutes for one in done), sum(one.visits for one in done))
