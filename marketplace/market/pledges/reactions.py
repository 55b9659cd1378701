from sqlalchemy import select

from marketplace.core.outbox import reacts_to
from marketplace.extensions import db
from marketplace.market.pledges import service, telling
from marketplace.market.pledges.events import GiverAsked
from marketplace.market.wishes.events import WishEnded
from marketplace.market.wishes.models import Wish
from marketplace.money.payments.events import DisputeClosed, PaymentEnded, PaymentRefunded, PaymentSucceeded
from marketplace.network.registry.events import EligibilityLost


@reacts_to(GiverAsked)
def ask_giver(event: GiverAsked) -> None:
    """Ask whoever offered it whether it may go to this wish."""
    telling.giver(event.pledge_id, "match_asks")


@reacts_to(PaymentSucceeded)
def commit_paid(event: PaymentSucceeded) -> None:
    """Make the promise firm that was paid."""
    if pledge_id := _pledge(event.purpose):
        service.take_payment(pledge_id)


@reacts_to(PaymentEnded)
def free_unpaid(event: PaymentEnded) -> None:
    """Free what nobody paid. Safe twice: only `reserved` is touched."""
    if pledge_id := _pledge(event.purpose):
        service.payment_ended(pledge_id)


@reacts_to(PaymentRefunded)
def mark_refunded(event: PaymentRefunded) -> None:
    """Follow the money back."""
    if event.whole and (pledge_id := _pledge(event.purpose)):
        service.refunded(pledge_id)


@reacts_to(DisputeClosed)
def settle_dispute(event: DisputeClosed) -> None:
    """Follow the bank's word."""
    if pledge_id := _pledge(event.purpose):
        service.dispute_closed(pledge_id, event.won)


@reacts_to(EligibilityLost)
def settle_household(event: EligibilityLost) -> None:
    """Settle what was promised to a household that is no longer eligible. Its wishes stay, unseen."""
    for wish_id in db.session.scalars(select(Wish.id).where(
            Wish.household_id == event.household_id, Wish.state == "published")).all():
        service.end_of_wish(wish_id, "not_eligible")


@reacts_to(WishEnded)
def settle_wish(event: WishEnded) -> None:
    """Settle what was promised to a wish that ended."""
    service.end_of_wish(event.wish_id, "wish_ended")


def _pledge(purpose: str) -> int:
    """The number of the promise that a payment is for; 0 when it is for something else."""
    kind, _colon, number = purpose.partition(":")
    return int(number) if kind == "pledge" else 0
