"""What a giver may follow: the gift, its steps with their times, thanks. Never who, never where exactly; nor when nobody was
at home."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery, DeliveryStep, Thanks
from marketplace.market.deliveries.records import DeliveryProblem, ThanksDrawing
from marketplace.market.deliveries.rules import UNTOLD
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.pledges.service import digest
from marketplace.market.stock.models import Batch
from marketplace.market.stock.rules import GIVEN_OUT
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
    drawing: ThanksDrawing | None
    contact: PledgeContact
    stored: str = ""  # came back and lies in the charity's store: "in_store" for another family, or "unfit" for any

    @property
    def in_store(self) -> bool:
        """Whether it lies in the charity's store, so that its people bring it."""
        return self.pledge.source.startswith("stock:")


def need(need_id: int) -> Need:
    """The need to promise on. Raises NoResultFound."""
    return db.session.scalars(select(Need).where(Need.id == need_id)).one()


def gift(secret: str) -> Gift:
    """The gift of a secret link. Raises NoResultFound."""
    return _whole([db.session.scalars(select(Pledge).where(Pledge.follow_digest == digest(secret))).one()])[0]


def gifts(giver_id: int, secrets: Sequence[str]) -> list[Gift]:
    """The gifts of an account and of the links that a browser remembers, newest first; always the same statements."""
    theirs = or_(Pledge.follow_digest.in_([digest(s) for s in secrets]), Pledge.giver_id == (giver_id or None))
    return _whole(db.session.scalars(select(Pledge).where(theirs).order_by(Pledge.id.desc()).limit(50)).all())


def together(found: Gift) -> list[Gift]:
    """Everything that is paid with a gift, itself too, in the order of the payment."""
    if found.line is None:
        return [found]
    numbers = [int(one.purpose.removeprefix("pledge:")) for one in found.line.payment.lines]
    return _whole(db.session.scalars(select(Pledge).where(Pledge.id.in_(numbers)).order_by(Pledge.id)).all())


def _whole(pledges: Sequence[Pledge]) -> list[Gift]:
    """The promises with all that belongs to them, in a fixed number of statements."""
    session, numbers = db.session, [p.id for p in pledges]
    if not pledges:
        return []
    facts = {row[0]: row for row in session.execute(
        select(Pledge.id, Need, Wish, Organisation, PledgeContact).join(Need, Need.id == Pledge.need_id)
        .join(Wish, Wish.id == Pledge.wish_id).join(Organisation, Organisation.id == Pledge.organisation_id)
        .join(PledgeContact, PledgeContact.pledge_id == Pledge.id).where(Pledge.id.in_(numbers)))}
    lines = payments.lines([f"pledge:{number}" for number in numbers])
    wanted = [p.delivery_id for p in pledges if p.delivery_id]
    deliveries = {d.id: d for d in session.scalars(
        select(Delivery).options(selectinload(Delivery.steps)).where(Delivery.id.in_(wanted)))}
    thanks = {t.delivery_id: t for t in session.scalars(
        select(Thanks).where(Thanks.delivery_id.in_(wanted), Thanks.state == "approved"))}
    drawn = {d.thanks_id: d for d in session.scalars(
        select(ThanksDrawing).where(ThanksDrawing.thanks_id.in_([t.id for t in thanks.values()])))}
    found, stored = [], _stored(wanted)
    for pledge in pledges:
        _number, need, wish, charity, contact = facts[pledge.id]
        delivery = deliveries.get(pledge.delivery_id or 0)
        said = thanks.get(delivery.id) if delivery else None
        found.append(Gift(
            pledge=pledge, need=need, title=wish.title, alias=wish.alias, charity=charity,
            line=lines.get(f"pledge:{pledge.id}"), delivery=delivery, steps=_told(delivery) if delivery else (),
            thanks=said, drawing=drawn.get(said.id) if said else None, contact=contact,
            stored=stored.get(pledge.delivery_id or 0, "")))
    return found


def _stored(delivery_ids: Sequence[int]) -> dict[int, str]:
    """What came back and was taken into the charity's store, by delivery."""
    rows = db.session.execute(select(DeliveryProblem.delivery_id, Batch.condition).join(
        Batch, Batch.id == DeliveryProblem.batch_id).where(
        DeliveryProblem.delivery_id.in_(delivery_ids), DeliveryProblem.goes_to == "charity"))
    return {number: "in_store" if condition in GIVEN_OUT else "unfit" for number, condition in rows}


def _told(delivery: Delivery) -> list[DeliveryStep]:
    return [step for step in delivery.steps if step.state not in UNTOLD]
