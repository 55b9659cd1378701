"""What there is to thank for: a gift by its secret link, and a year's gifts to each charity."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.core.crypto import Private
from marketplace.extensions import db
from marketplace.market.gifts.models import Gift
from marketplace.market.letters.models import YearLetter, YearLetterName
from marketplace.market.letters.rules import ready
from marketplace.market.pledges.models import Pledge
from marketplace.market.pledges.service import digest
from marketplace.money.receipts import queries as receipts
from marketplace.money.receipts.models import Receipt, ReceiptPayer
from marketplace.people.accounts.permissions import narrow

PLEDGE = "pledge:"


@dataclass(frozen=True)
class Thanked:
    """A gift that can be thanked for: its receipt, and the name on it."""

    receipt: Receipt
    payer: Private | None


@dataclass(frozen=True)
class Year:
    """What a charity can thank somebody for in a year; `letter` is the newest one, `fresh` whether it says all of that."""

    organisation_id: int
    organisation: str
    receipts: Sequence[Receipt]
    letter: YearLetter | None

    @property
    def amount_fen(self) -> int:
        return sum(one.amount_fen for one in self.receipts)

    @property
    def numbers(self) -> list[str]:
        return [one.number for one in self.receipts]

    @property
    def fresh(self) -> bool:
        return self.letter is not None and self.letter.numbers == self.numbers


def of_gift(secret: str) -> Thanked | None:
    """The gift of a secret link, to a wish, a campaign or a fund; None while there is nothing to thank for."""
    receipt = next((found for found in map(receipts.newest, _purposes(digest(secret))) if found), None)
    if receipt is None or not ready(receipt.kind, receipt.in_force, receipt.purpose in confirmed([receipt])):
        return None
    return Thanked(receipt, receipts.payer(receipt))


def _purposes(follow_digest: str) -> list[str]:
    pledge = db.session.scalar(select(Pledge.id).where(Pledge.follow_digest == follow_digest))
    gift = db.session.scalar(select(Gift.id).where(Gift.follow_digest == follow_digest))
    return ([f"{PLEDGE}{pledge}"] if pledge else []) + ([f"gift:{gift}"] if gift else [])


def confirmed(found: Sequence[Receipt]) -> set[str]:
    """The purposes of those receipts for goods and services whose hand-over the household has confirmed."""
    numbers = [int(one.purpose.removeprefix(PLEDGE)) for one in found
               if one.kind != "money" and one.purpose.startswith(PLEDGE)]
    if not numbers:
        return set()
    return {f"{PLEDGE}{number}" for number in db.session.scalars(
        select(Pledge.id).where(Pledge.id.in_(numbers), Pledge.state == "fulfilled"))}


def year(user, number: int) -> list[Year]:
    """What the user gave in a year and can be thanked for, by charity, in the order of the first gift."""
    given = receipts.year(user, number).receipts
    known = confirmed(given)
    found: dict[int, list[Receipt]] = {}
    for one in given:
        if ready(one.kind, one.in_force, one.purpose in known):
            found.setdefault(one.organisation_id, []).append(one)
    newest: dict[int, YearLetter] = {letter.organisation_id: letter for letter in db.session.scalars(
        select(YearLetter).where(YearLetter.giver_id == user.id, YearLetter.year == number).order_by(YearLetter.id))}
    return [Year(charity, some[0].organisation, some, newest.get(charity)) for charity, some in found.items()]


def payer(found: Sequence[Receipt]) -> Private | None:
    """The name on the last receipt that has one."""
    return db.session.scalars(select(ReceiptPayer.name).where(
        ReceiptPayer.receipt_id.in_([one.id for one in found]), ReceiptPayer.name.is_not(None))
        .order_by(ReceiptPayer.receipt_id.desc()).limit(1)).first()


def one(user, letter_id: int) -> tuple[YearLetter, Private | None]:
    """A letter to the user, and the name in it. Raises NoResultFound."""
    letter = db.session.scalars(narrow(user, "letter.read", select(YearLetter), YearLetter)
                                .where(YearLetter.id == letter_id)).one()
    return letter, db.session.get_one(YearLetterName, letter.id).name
