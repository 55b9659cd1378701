"""What follows for matches from what becomes of gifts."""
from marketplace.core.outbox import reacts_to
from marketplace.market.gifts.events import GiftCommitted, GiftEnded
from marketplace.market.matches import service
from marketplace.market.matches.events import AdditionUndone
from marketplace.market.pledges.events import PledgeCommitted, PledgeEnded
from marketplace.money.payments.events import PaymentRefunded


@reacts_to(PledgeCommitted)
def add_to_gift(event: PledgeCommitted) -> None:
    """Add a company's money to a gift that is firm. Safe twice."""
    service.add(event.pledge_id)


@reacts_to(PledgeEnded)
def follow_gift(event: PledgeEnded) -> None:
    """Take back what was added to a gift that ended, and count again what came back; a gift that went on to another wish
    can be added to there. Safe twice."""
    service.gift_ended(event.pledge_id)
    service.came_back(event.pledge_id)
    if event.why == "rerouted":
        service.add(event.pledge_id)


@reacts_to(AdditionUndone)
def add_again(event: AdditionUndone) -> None:
    """The gift that it was added to may be with another wish by now. Safe twice."""
    service.add(event.pledge_id)


@reacts_to(GiftCommitted)
def add_to_account(event: GiftCommitted) -> None:
    """Add a company's money to a gift to a campaign or a fund. Safe twice."""
    service.add_to_gift(event.gift_id)


@reacts_to(GiftEnded)
def follow_account(event: GiftEnded) -> None:
    """Take back what was added to a gift that ended; add to late money that a fund has now. Safe twice."""
    service.gift_went_back(event.gift_id)
    if event.why == "moved":
        service.add_to_gift(event.gift_id)


@reacts_to(PaymentRefunded)
def follow_refund(event: PaymentRefunded) -> None:
    """Money that went back by the provider's word takes along what was added to it. Safe twice."""
    kind, _colon, number = event.purpose.partition(":")
    if event.whole and kind == "pledge":
        service.gift_ended(int(number), for_good=True)
    elif event.whole and kind == "gift":
        service.gift_went_back(int(number), for_good=True)
