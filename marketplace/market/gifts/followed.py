"""Gifts of money as their givers see them, by secret link or account."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from marketplace.extensions import db
from marketplace.market.gifts import targets
from marketplace.market.gifts.models import Gift, GiftContact, MonthlyContact, MonthlyGift
from marketplace.market.gifts.targets import Target
from marketplace.market.pledges.service import digest
from marketplace.money.payments import queries as payments
from marketplace.money.payments.models import PaymentLine, Subscription

MOST = 50


@dataclass(frozen=True)
class Given:
    """A gift with what it is for, its payment, and its giver's link."""

    gift: Gift
    target: Target
    line: PaymentLine
    contact: GiftContact


@dataclass(frozen=True)
class Monthly:
    """A monthly gift with what it is for, how its payments stand, its giver's link, and its months, newest first."""

    monthly: MonthlyGift
    target: Target
    subscription: Subscription
    contact: MonthlyContact
    months: Sequence[Given]


@dataclass(frozen=True)
class Standing:
    """A monthly gift in a list: how many months were paid, and how much in all."""

    monthly: MonthlyGift
    target: Target
    contact: MonthlyContact
    paid: int
    total_fen: int


def gift(secret: str) -> Given | None:
    """The gift of a secret link."""
    found = db.session.scalars(select(Gift).where(Gift.follow_digest == digest(secret))).all()
    return _whole(found)[0] if found else None


def monthly(secret: str) -> Monthly | None:
    """The monthly gift of a secret link."""
    row = db.session.execute(
        select(MonthlyGift, MonthlyContact).join(MonthlyContact, MonthlyContact.monthly_id == MonthlyGift.id)
        .where(MonthlyGift.follow_digest == digest(secret))).first()
    if row is None:
        return None
    found, contact = row
    subscription = payments.subscription(f"monthly:{found.id}")
    assert subscription
    months = db.session.scalars(select(Gift).where(Gift.monthly_id == found.id).order_by(Gift.id.desc()).limit(MOST)).all()
    return Monthly(found, targets.of(found.account), subscription, contact, _whole(months))


def of_month(found: Given) -> MonthlyContact | None:
    """The link to the monthly gift that a gift is a month of."""
    return db.session.get(MonthlyContact, found.gift.monthly_id) if found.gift.monthly_id else None


def gifts(giver_id: int, secrets: Sequence[str]) -> list[Given]:
    """The single gifts of an account and of the links that a browser remembers, newest first; always the same statements."""
    mine = select(Gift).where(_theirs(Gift, giver_id, secrets), Gift.monthly_id == 0)
    return _whole(db.session.scalars(mine.order_by(Gift.id.desc()).limit(MOST)).all())


def monthlies(giver_id: int, secrets: Sequence[str]) -> list[Standing]:
    """Their monthly gifts, newest first, those that never began left out; always the same statements."""
    sums = select(Gift.monthly_id, func.count().label("paid"), func.sum(Gift.amount_fen).label("total")).where(
        Gift.monthly_id != 0, Gift.committed_at.is_not(None)).group_by(Gift.monthly_id).subquery()
    rows = db.session.execute(
        select(MonthlyGift, MonthlyContact, sums.c.paid, sums.c.total)
        .join(MonthlyContact, MonthlyContact.monthly_id == MonthlyGift.id)
        .outerjoin(sums, sums.c.monthly_id == MonthlyGift.id)
        .where(_theirs(MonthlyGift, giver_id, secrets), MonthlyGift.ended_why != "not_paid")
        .order_by(MonthlyGift.id.desc()).limit(MOST)).all()
    about = targets.of_all({found.account for found, *_rest in rows})
    return [Standing(found, about[found.account], contact, paid or 0, int(total or 0))
            for found, contact, paid, total in rows]


def _theirs(model: type[Gift] | type[MonthlyGift], giver_id: int, secrets: Sequence[str]) -> ColumnElement[bool]:
    return or_(model.follow_digest.in_([digest(s) for s in secrets]), model.giver_id == (giver_id or None))


def _whole(found: Sequence[Gift]) -> list[Given]:
    """Gifts with all that belongs to them, in a fixed number of statements."""
    if not found:
        return []
    about = targets.of_all({one.account for one in found})
    lines = payments.lines([f"gift:{one.id}" for one in found])
    contacts = {one.gift_id: one for one in db.session.scalars(
        select(GiftContact).where(GiftContact.gift_id.in_([g.id for g in found])))}
    return [Given(one, about[one.account], lines[f"gift:{one.id}"], contacts[one.id]) for one in found]
