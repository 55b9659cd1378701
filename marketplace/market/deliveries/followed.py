"""What a giver may follow: the gift, its steps with their times, thanks. Never who, never where exactly."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery, DeliveryStep, Thanks
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.pledges.service import digest
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.payments import queries as payments
from marketplace.money.payments.models import PaymentLine
from marketplace.people.organisations.models import Organisation


@dataclass(frozen=True)
class Gift:
    """One promise as its giver sees it."""

    pledge: Pledge
    need: Need
    title: str
    alias: str
    charity: Organisation
    line: PaymentLine | None
    delivery: Delivery | None
    steps: Sequence[DeliveryStep]
    thanks: Thanks | None
    contact: PledgeContact


def need(need_id: int) -> Need:
    """The need to promise on. Raises NoResultFound."""
    return db.session.scalars(select(Need).where(Need.id == need_id)).one()


def gift(secret: str) -> Gift:
    """The gift of a secret link. Raises NoResultFound."""
    return _whole(db.session.scalars(select(Pledge).where(Pledge.follow_digest == digest(secret))).one())


def gifts(giver_id: int, secrets: Sequence[str]) -> list[Gift]:
    """The gifts of an account and of the links that a browser remembers, newest first."""
    theirs = or_(Pledge.follow_digest.in_([digest(s) for s in secrets]), Pledge.giver_id == (giver_id or None))
    found = db.session.scalars(select(Pledge).where(theirs).order_by(Pledge.id.desc()).limit(50)).all()
    return [_whole(p) for p in found]


def _whole(pledge: Pledge) -> Gift:
    session = db.session
    wish = session.get_one(Wish, pledge.wish_id)
    delivery = session.get(Delivery, pledge.delivery_id) if pledge.delivery_id else None
    return Gift(
        pledge=pledge, need=session.get_one(Need, pledge.need_id), title=wish.title, alias=wish.alias,
        charity=session.get_one(Organisation, pledge.organisation_id),
        line=payments.line(f"pledge:{pledge.id}"),
        delivery=delivery, steps=delivery.steps if delivery else (),
        thanks=session.scalars(select(Thanks).where(
            Thanks.delivery_id == delivery.id, Thanks.state == "approved")).first() if delivery else None,
        contact=session.get_one(PledgeContact, pledge.id))
