"""A receipt as whoever knows its number sees it. No column here is personal."""
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.money.receipts import rules
from marketplace.money.receipts.models import Receipt


@dataclass(frozen=True)
class Shown:
    """A receipt, the red one that took it back, the one that took its place, and what itself takes back."""

    receipt: Receipt
    red: Receipt | None
    replaced_by: Receipt | None
    reverses: Receipt | None


def one(number: str) -> Shown | None:
    """The receipt of a number as typed or scanned; None for every number that is not one of ours."""
    receipt = db.session.scalars(select(Receipt).where(Receipt.number == (rules.normal_number(number) or "-"))).first()
    return shown(receipt) if receipt else None


def shown(receipt: Receipt) -> Shown:
    def where(condition) -> Receipt | None:
        return db.session.scalars(select(Receipt).where(condition)).first()

    return Shown(receipt, where(Receipt.reverses_id == receipt.id), where(Receipt.replaces_id == receipt.id),
                 db.session.get(Receipt, receipt.reverses_id) if receipt.reverses_id else None)
