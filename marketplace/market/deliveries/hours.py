"""What somebody did with their own hands, as far as the household confirmed it. Days, kinds and amounts; never for whom."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery, DeliveryStep
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes.models import Need
from marketplace.people.organisations.models import Organisation

HOURS = ("小时", "个小时", "hour", "hours")  # units in which a need counts hours; any other counts visits
MOST = 500


@dataclass(frozen=True)
class Service:
    """One service that a household confirmed on a day of the city."""

    on: date
    category: str
    units: int
    hours: bool
    charity: str
    charity_english: str
    pledge_id: int
    organisation_id: int


def served(giver_id: int, limit: int | None = MOST) -> Sequence[Service]:
    """Confirmed services of an account, the latest first, in one statement."""
    confirmed = select(func.max(DeliveryStep.at)).where(
        DeliveryStep.delivery_id == Delivery.id, DeliveryStep.state == "confirmed").scalar_subquery()
    rows = db.session.execute(
        select(confirmed.label("at"), Need.category, Pledge.units, Need.unit, Organisation.name, Organisation.english,
               Pledge.id, Organisation.id)
        .join(Delivery, Delivery.id == Pledge.delivery_id).join(Need, Need.id == Pledge.need_id)
        .join(Organisation, Organisation.id == Pledge.organisation_id)
        .where(Pledge.giver_id == giver_id, Pledge.kind == "service", Delivery.state == "confirmed")
        .order_by(Pledge.id.desc()).limit(limit))
    return [Service(clock.day_of(at), category, units, unit in HOURS, name, english, pledge_id, organisation_id)
            for at, category, units, unit, name, english, pledge_id, organisation_id in rows if at]


def within(giver_id: int, organisation_id: int, first_on: date, last_on: date) -> Sequence[Service]:
    """All that an account did for one charity and households confirmed on these days, the earliest first."""
    return sorted((one for one in served(giver_id, None)
                   if one.organisation_id == organisation_id and first_on <= one.on <= last_on),
                  key=lambda one: (one.on, one.pledge_id))


def totals(done: Sequence[Service]) -> tuple[int, int]:
    """Hours, and visits that were not counted in hours."""
    return sum(one.units for one in done if one.hours), sum(one.units for one in done if not one.hours)
