"""What follows for matches from what becomes of gifts."""
from marketplace.core.outbox import reacts_to
from marketplace.market.matches import service
from marketplace.market.pledges.events import PledgeCommitted, PledgeEnded
from marketplace.money.payments.events import PaymentRefunded


@reacts_to(PledgeCommitted)
def add_to_gift(event: PledgeCommitted) -> None:
    """Add a company's money to a gift that is firm. Safe twice."""
    service.add(event.pledge_id)


@reacts_to(PledgeEnded)
def follow_gift(event: PledgeEnded) -> None:
    """Take back what was added to a gift that ended, and count again what came back. Safe twice."""
    service.gift_ended(event.pledge_id)
    service.came_back(event.pledge_id)


@reacts_to(PaymentRefunded)
def follow_refund(event: PaymentRefunded) -> None:
    """Money that went back by the provider's word takes along what was added to it. Safe twice."""
    kind, _colon, number = event.purpose.partition(":")
    if event.whole and kind == "pledge":
        service.gift_ended(int(number), for_good=True)
