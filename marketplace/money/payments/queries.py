"""Payments by what they are for."""
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.money.payments.models import PaymentLine


def line(purpose: str) -> PaymentLine | None:
    """The line of a payment that is for `purpose`, if any."""
    return db.session.scalars(select(PaymentLine).where(PaymentLine.purpose == purpose)).first()
