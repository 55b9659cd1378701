"""A letter of thanks as whoever knows its number sees it. No column here is personal."""
from dataclasses import dataclass

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.market.letters.models import YearLetter
from marketplace.market.letters.rules import normal_number
from marketplace.money.receipts.models import Receipt


@dataclass(frozen=True)
class Shown:
    """A letter; `stands` says whether nothing that it thanks for has gone back since."""

    letter: YearLetter
    stands: bool


def one(number: str) -> Shown | None:
    """The letter of a number as typed or scanned; None for every number that is not one of ours."""
    letter = db.session.scalars(select(YearLetter).where(YearLetter.number == (normal_number(number) or "-"))).first()
    return Shown(letter, stands(letter)) if letter else None


def stands(letter: YearLetter) -> bool:
    """Whether every receipt that it names is in force."""
    held = db.session.scalar(select(func.count()).where(
        Receipt.number.in_(letter.numbers), Receipt.state == "issued", Receipt.reverses_id.is_(None)))
    return held == len(letter.numbers)
