"""What follows for gifts from what the provider says; and a few messages. No message for every little step."""
from marketplace.core.outbox import reacts_to
from marketplace.extensions import db
from marketplace.market.campaigns import hooks
from marketplace.market.campaigns.events import CampaignMoved
from marketplace.market.gifts import queries, service, telling
from marketplace.market.gifts.events import GiftCommitted, GiftEnded, MonthlyMoved
from marketplace.market.gifts.models import Gift
from marketplace.money.payments.events import (
    DisputeClosed,
    InvoicePaid,
    PaymentEnded,
    PaymentRefunded,
    PaymentSucceeded,
    SubscriptionMoved,
)


@reacts_to(PaymentSucceeded)
def commit_paid(event: PaymentSucceeded) -> None:
    """Make the gift firm that was paid."""
    if gift_id := _number(event.purpose, "gift"):
        service.take_payment(gift_id)


@reacts_to(PaymentEnded)
def end_unpaid(event: PaymentEnded) -> None:
    """End what nobody paid. Safe twice: only `reserved` is touched."""
    if gift_id := _number(event.purpose, "gift"):
        service.payment_ended(gift_id)


@reacts_to(PaymentRefunded)
def mark_refunded(event: PaymentRefunded) -> None:
    """Follow the money back."""
    if event.whole and (gift_id := _number(event.purpose, "gift")):
        service.refunded(gift_id)


@reacts_to(DisputeClosed)
def settle_dispute(event: DisputeClosed) -> None:
    """Follow the bank's word."""
    if gift_id := _number(event.purpose, "gift"):
        service.dispute_closed(gift_id, event.won)


@reacts_to(InvoicePaid)
def take_month(event: InvoicePaid) -> None:
    """A month of a monthly gift was paid."""
    if monthly_id := _number(event.purpose, "monthly"):
        service.take_month(event.invoice_id, monthly_id)


@reacts_to(SubscriptionMoved)
def follow_subscription(event: SubscriptionMoved) -> None:
    """A monthly gift begins, fails, goes on or ends as its subscription does."""
    if monthly_id := _number(event.purpose, "monthly"):
        service.follow_subscription(monthly_id)


@reacts_to(GiftCommitted)
def thank(event: GiftCommitted) -> None:
    """Thank for money that is there."""
    telling.thank_for_gift(db.session.get_one(Gift, event.gift_id))


@reacts_to(GiftEnded)
def tell_ended(event: GiftEnded) -> None:
    """Tell the giver what became of money that came; of what was never paid there is nothing to tell."""
    gift = db.session.get_one(Gift, event.gift_id)
    if gift.committed_at or gift.choose_until:
        telling.giver(gift, f"gift_{event.why}")


@reacts_to(MonthlyMoved)
def tell_monthly(event: MonthlyMoved) -> None:
    """Tell the giver when a month could not be taken, and when the months end."""
    telling.monthly(event.monthly_id, event.state, event.why)


@reacts_to(CampaignMoved)
def end_monthlies(event: CampaignMoved) -> None:
    """A campaign that takes gifts no more takes no monthly ones either."""
    if event.state == "closed":
        service.end_monthlies_of(f"campaign:{event.campaign_id}", "campaign_closed")


def _not_taken_yet(campaign_id: int) -> int:
    """What came for a campaign and was not taken in yet: whether it counts is decided in a moment."""
    return queries.untaken_fen(f"campaign:{campaign_id}")


hooks.awaiting_choice.append(_not_taken_yet)


def _number(purpose: str, kind: str) -> int:
    """The number of what a payment is for; 0 when it is for something of another kind."""
    found, _, number = purpose.partition(":")
    return int(number) if found == kind else 0
