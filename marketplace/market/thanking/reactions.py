"""What leads to a receipt, and takes it back."""
from sqlalchemy import select

from marketplace.core.outbox import reacts_to
from marketplace.extensions import db
from marketplace.market.deliveries.events import DeliveryMoved
from marketplace.market.gifts import telling as gifts
from marketplace.market.gifts.events import GiftCommitted, GiftEnded
from marketplace.market.gifts.models import Gift
from marketplace.market.offers import telling as offers
from marketplace.market.offers.events import IntakePutRight, OfferTakenIn
from marketplace.market.offers.queries import Intake
from marketplace.market.pledges import telling
from marketplace.market.pledges.events import PledgeCommitted, PledgeEnded
from marketplace.market.pledges.models import Pledge
from marketplace.market.thanking import given, service
from marketplace.money.payments.events import DisputeClosed, PaymentRefunded
from marketplace.money.receipts.events import OfficialRecorded


@reacts_to(PledgeCommitted)
def settle_paid(event: PledgeCommitted) -> None:
    """A receipt for money that has settled; goods and services get theirs when they are handed over."""
    service.settle(f"pledge:{event.pledge_id}")


@reacts_to(PledgeEnded)
def settle_late(event: PledgeEnded) -> None:
    """A receipt for late money that the charity's own fund has now."""
    if event.why == "moved":
        service.settle(f"pledge:{event.pledge_id}")


@reacts_to(GiftCommitted)
def settle_gift(event: GiftCommitted) -> None:
    """A receipt for a gift of money whose money is there, also for each month."""
    service.settle(f"gift:{event.gift_id}")


@reacts_to(GiftEnded)
def settle_late_gift(event: GiftEnded) -> None:
    """A receipt for late money that the charity's own fund has now."""
    if event.why == "moved":
        service.settle(f"gift:{event.gift_id}")


@reacts_to(PaymentRefunded)
def settle_refunded(event: PaymentRefunded) -> None:
    """Take the receipt back of what was given back; over the rest a new one."""
    service.settle(event.purpose, "refunded")


@reacts_to(DisputeClosed)
def settle_disputed(event: DisputeClosed) -> None:
    """Take the receipt back of what the giver's bank took back."""
    service.settle(event.purpose, "disputed")


@reacts_to(DeliveryMoved)
def settle_delivered(event: DeliveryMoved) -> None:
    """A receipt for what was handed over; none for what was sent back after all."""
    if event.state in ("handed_over", "returned"):
        for pledge_id in db.session.scalars(select(Pledge.id).where(
                Pledge.delivery_id == event.delivery_id, Pledge.kind != "money")).all():
            service.settle(f"pledge:{pledge_id}", "returned")


@reacts_to(OfferTakenIn)
def settle_taken_in(event: OfferTakenIn) -> None:
    """A receipt for what came to a charity's store."""
    service.settle(f"batch:{event.batch_id}")


@reacts_to(IntakePutRight)
def settle_put_right(event: IntakePutRight) -> None:
    """Take back the receipt over more than came; over what did come a new one."""
    service.settle(f"batch:{event.batch_id}", "put_right")


@reacts_to(OfficialRecorded)
def tell_official(event: OfficialRecorded) -> None:
    """Tell the giver that the official receipt was issued."""
    of = given.find(event.purpose)
    if isinstance(of, Gift):
        gifts.giver(of, "official_recorded")
    elif isinstance(of, Intake):
        offers.giver(of.offer.id, "offer_official_recorded")
    elif of is not None:
        telling.giver(of.id, "official_recorded")
