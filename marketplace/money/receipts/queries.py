"""Receipts for those whom they are for, and for the charity's desk; scoped by the rule table."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from marketplace.core.crypto import Private
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.money.receipts.models import OFFICIAL_LIFE, OfficialReceipt, Receipt, ReceiptPayer
from marketplace.people.accounts.permissions import narrow

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """An official receipt with the receipt that says what it is for."""

    official: OfficialReceipt
    receipt: Receipt


@dataclass(frozen=True)
class Year:
    """All receipts in force over a year's gifts; of goods and services those with a declared value are counted in fen."""

    year: int
    receipts: Sequence[Receipt]

    def of(self, kind: str) -> list[Receipt]:
        return [one for one in self.receipts if one.kind == kind]

    def sum_fen(self, kind: str = "") -> int:
        return sum(one.amount_fen for one in self.receipts if kind in ("", one.kind))


def payer(receipt: Receipt) -> Private | None:
    """Whose name stands on a receipt; None for somebody who is not named."""
    return db.session.get_one(ReceiptPayer, receipt.id).name


def of_purposes(purposes: Sequence[str]) -> dict[str, Receipt]:
    """The receipts in force of several gifts, by purpose."""
    return {r.purpose: r for r in db.session.scalars(select(Receipt).where(
        Receipt.purpose.in_(purposes), Receipt.state == "issued", Receipt.reverses_id.is_(None)))}


def newest(purpose: str) -> Receipt | None:
    """The last receipt of a gift that is not a red one, in force or not; None when nothing was received yet."""
    return db.session.scalars(select(Receipt).where(Receipt.purpose == purpose, Receipt.reverses_id.is_(None))
                              .order_by(Receipt.id.desc()).limit(1)).first()


def officials(purpose: str) -> Sequence[OfficialReceipt]:
    """The official receipts of a gift, the newest first; without what was asked for and is so no more."""
    return db.session.scalars(select(OfficialReceipt).where(
        OfficialReceipt.purpose == purpose, OfficialReceipt.state != "dropped").order_by(OfficialReceipt.id.desc())).all()


def year(user, number: int) -> Year:
    """What somebody gave in a year, oldest first."""
    statement = narrow(user, "receipt.read", select(Receipt), Receipt).where(
        Receipt.state == "issued", Receipt.reverses_id.is_(None),
        Receipt.given_on >= date(number, 1, 1), Receipt.given_on <= date(number, 12, 31))
    return Year(number, db.session.scalars(statement.order_by(Receipt.given_on, Receipt.id)).all())


def years(user) -> list[int]:
    """The years in which somebody gave, newest first."""
    which = func.extract("year", Receipt.given_on)
    found = narrow(user, "receipt.read", select(which), Receipt).where(
        Receipt.state == "issued", Receipt.reverses_id.is_(None)).distinct()
    return sorted((int(one) for one in db.session.scalars(found)), reverse=True)


def desk(user, state: str = "", kind: str = "", company: str = "", after: str = "") -> tuple[list[Asked], str | None]:
    """A page of official receipts at the user's charity, oldest first, and the cursor of the next one. "" is any."""
    statement = _readable(user, select(OfficialReceipt, Receipt)).join(Receipt, Receipt.id == OfficialReceipt.receipt_id)
    if state in OFFICIAL_LIFE.states:
        statement = statement.where(OfficialReceipt.state == state)
    if kind:
        statement = statement.where(Receipt.kind == kind)
    if company in ("yes", "no"):
        none = OfficialReceipt.payer_code.is_(None)
        statement = statement.where(~none if company == "yes" else none)
    found: Page = page(statement, Order((OfficialReceipt.id,), (False,)), PAGE, after, _cursor)
    return [Asked(*row) for row in found.rows], found.after


def _cursor(row) -> tuple:
    return (row[0].id,)


def counts(user) -> dict[str, int]:
    """How many official receipts the user's charity has in each state."""
    statement = _readable(user, select(OfficialReceipt.state, func.count())).group_by(OfficialReceipt.state)
    return dict(db.session.execute(statement).all())


def official(user, capability: str, official_id: int) -> Asked:
    """One of them, if the user may do `capability` to it. Raises NoResultFound."""
    statement = narrow(user, capability, select(OfficialReceipt, Receipt), OfficialReceipt).join(
        Receipt, Receipt.id == OfficialReceipt.receipt_id).where(OfficialReceipt.id == official_id)
    return Asked(*db.session.execute(statement).one())


def _readable(user, statement: Select) -> Select:
    return narrow(user, "official.read", statement, OfficialReceipt)
