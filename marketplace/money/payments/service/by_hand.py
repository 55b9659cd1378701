"""Money that did not come through the provider: what two people of a charity say of it, here and back."""
from datetime import date

from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.money.payments.models import PaidBack, Payment, Refund
from marketplace.money.payments.service.opening import succeed
from marketplace.money.payments.service.refunding import settle_by_hand
from marketplace.people.accounts.permissions import demand


def receive(payment: Payment, actor: int) -> None:
    """The money of a transfer, or at the counter, is there: book it, and tell what follows. Joins.

    The caller has seen to it that a second person says so. Raises ValueError for a payment by the provider.
    """
    if payment.way == "provider":
        raise ValueError(payment.ref)
    with transaction():
        succeed(payment, None, actor)


def record_back(refund: Refund, paid_on: date, reference: str, by) -> PaidBack:
    """A clerk says that a refund was paid back on that day, under that number of the bank.

    Raises NotAllowed, WrongState, Invalid (a day to come, no number of a transfer, told before).
    """
    with transaction() as session:
        payment = session.get_one(Payment, refund.payment_id)
        demand(by, "payment.record_back", payment)
        if refund.state != "asked" or payment.way == "provider":
            raise WrongState("record_back", refund.state)
        if paid_on > clock.today():
            raise Invalid("paid_on", "not_come")
        if payment.way == "bank" and not reference.strip():
            raise Invalid("reference", "empty")
        if session.scalar(select(PaidBack.id).where(PaidBack.refund_id == refund.id)):
            raise Invalid("reference", "recorded_before")
        told = PaidBack(refund_id=refund.id, organisation_id=payment.organisation_id, paid_on=paid_on,
                        reference=reference.strip(), recorded_by=by.id, recorded_at=clock.now())
        session.add(told)
        session.flush()
        audit.record(by.id, "payment.record_back", f"refund:{refund.id}", paid_on.isoformat())
    return told


def confirm_back(told: PaidBack, by) -> None:
    """A second person has seen that it was paid back: book it. Raises NotAllowed (also for its recorder), WrongState."""
    with transaction() as session:
        demand(by, "refund.confirm", told)
        refund = session.get_one(Refund, told.refund_id, with_for_update=True)
        told.confirmed_by, told.confirmed_at = by.id, clock.now()
        settle_by_hand(refund, by.id)
        audit.record(by.id, "refund.confirm", f"refund:{refund.id}")


def deny_back(told: PaidBack, by) -> None:
    """A second person finds no such payment: it waits to be paid back again. Raises NotAllowed, WrongState."""
    with transaction() as session:
        demand(by, "refund.confirm", told)
        if told.confirmed_by:
            raise WrongState("deny", "done")
        audit.record(by.id, "refund.confirm", f"refund:{told.refund_id}", "not found")
        session.delete(told)


def told_of(refund_id: int) -> PaidBack:
    """What a charity said of a refund. Raises NoResultFound."""
    return db.session.scalars(select(PaidBack).where(PaidBack.refund_id == refund_id)).one()
