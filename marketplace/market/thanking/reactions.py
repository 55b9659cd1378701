"""What leads to a receipt, and takes it back."""
from sqlalchemy import select

from marketplace.core.outbox import reacts_to
from marketplace.extensions import db
from marketplace.market.deliveries.events import DeliveryMoved
from marketplace.market.pledges import telling
from marketplace.market.pledges.events import PledgeCommitted
from marketplace.market.pledges.models import Pledge
from marketplace.market.thanking import service
from marketplace.money.payments.events import DisputeClosed, PaymentRefunded
from marketplace.money.receipts.events import OfficialRecorded

PLEDGE = "pledge:"


@reacts_to(PledgeCommitted)
def settle_paid(event: PledgeCommitted) -> None:
    """A receipt for money that has settled; goods and services get theirs when they are handed over."""
    service.settle(event.pledge_id)


@reacts_to(PaymentRefunded)
def settle_refunded(event: PaymentRefunded) -> None:
    """Take the receipt back of what was given back; over the rest a new one."""
    _settle(event.purpose, "refunded")


@reacts_to(DisputeClosed)
def settle_disputed(event: DisputeClosed) -> None:
    """Take the receipt back of what the giver's bank took back."""
    _settle(event.purpose, "disputed")


def _settle(purpose: str, why: str) -> None:
    if purpose.startswith(PLEDGE):
        service.settle(int(purpose.removeprefix(PLEDGE)), why)


@reacts_to(DeliveryMoved)
def settle_delivered(event: DeliveryMoved) -> None:
    """A receipt for what was handed over; none for what was sent back after all."""
    if event.state in ("handed_over", "returned"):
        for pledge_id in db.session.scalars(select(Pledge.id).where(
                Pledge.delivery_id == event.delivery_id, Pledge.kind != "money")).all():
            service.settle(pledge_id, "returned")


@reacts_to(OfficialRecorded)
def tell_official(event: OfficialRecorded) -> None:
    """Tell the giver that the official receipt was issued."""
    if event.purpose.startswith(PLEDGE):
        telling.giver(int(event.purpose.removeprefix(PLEDGE)), "official_recorded")
