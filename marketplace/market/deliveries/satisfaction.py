"""How content households are, as averages over at least five of them: nobody's single mark is ever shown."""
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from marketplace.core import places
from marketplace.extensions import db
from marketplace.market.deliveries.records import Acknowledgement

LEAST = 5


@dataclass(frozen=True)
class Average:
    """The average mark from 1 to 5, and over how many."""

    mark: float
    answers: int


def of_charity(organisation_id: int) -> Average | None:
    """What households say of a charity's deliveries; None while fewer than LEAST have said anything."""
    return _average(select(func.avg(Acknowledgement.satisfaction), func.count(Acknowledgement.satisfaction)).where(
        Acknowledgement.organisation_id == organisation_id))


def of_area(code: str) -> Average | None:
    """What households of a town, or a larger area, say; None while fewer than LEAST have said anything."""
    low, high = places.span(code)
    return _average(select(func.avg(Acknowledgement.satisfaction), func.count(Acknowledgement.satisfaction)).where(
        Acknowledgement.place_code >= low, Acknowledgement.place_code < high))


def _average(statement: Select) -> Average | None:
    mark, answers = db.session.execute(statement).one()
    return Average(round(float(mark), 1), answers) if answers >= LEAST else None
