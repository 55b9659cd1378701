"""Names that givers asked for when giving stand on the board as soon as the money is there."""
from marketplace.core.outbox import reacts_to
from marketplace.extensions import db
from marketplace.market.gifts.events import GiftCommitted, GiftEnded
from marketplace.market.gifts.models import Gift
from marketplace.market.honours import service
from marketplace.market.pledges.events import PledgeCommitted
from marketplace.market.pledges.models import Pledge


@reacts_to(GiftCommitted)
def show_gift(event: GiftCommitted) -> None:
    """Show the name that was typed with a gift of money. Safe twice."""
    service.show_as_given(db.session.get_one(Gift, event.gift_id))


@reacts_to(GiftEnded)
def show_late_gift(event: GiftEnded) -> None:
    """Late money that a fund has now is a gift all the same. Safe twice."""
    if event.why == "moved":
        service.show_as_given(db.session.get_one(Gift, event.gift_id))


@reacts_to(PledgeCommitted)
def show_recorded(event: PledgeCommitted) -> None:
    """Show the name that a clerk wrote down with a transfer to a wish. Safe twice."""
    service.show_as_given(db.session.get_one(Pledge, event.pledge_id))
