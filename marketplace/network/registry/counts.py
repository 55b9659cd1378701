"""How many eligible households of a kind live where, so that nobody can be singled out on a public page."""
from datetime import date

from sqlalchemy import case, delete, distinct, func, insert, literal, select

from marketplace.extensions import db
from marketplace.network.registry.eligibility import BANDS
from marketplace.network.registry.models import Household, KindCount, Person


def recount(today: date) -> None:
    """Rewrite the counts of every town and district from the households that are eligible on `today`."""
    db.session.execute(delete(KindCount))
    band = _band(today)
    for digits in (9, 6):
        place = func.substr(Household.town_code, 1, digits)
        counted = (
            select(place, band, func.count(distinct(Household.id)))
            .join(Person, (Person.household_id == Household.id) & Person.counted)
            .where(Household.eligible_until >= today).group_by(place, band))
        db.session.execute(insert(KindCount).from_select(["place_code", "kind", "households"], counted))


def _band(today: date):
    """The age band as SQL: born after the day on which somebody reaches the next band's first birthday."""
    whens = [(Person.birth_date > years_before(today, most + 1), literal(name)) for most, name in BANDS[:-1]]
    return case(*whens, else_=literal(BANDS[-1][1]))


def years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
