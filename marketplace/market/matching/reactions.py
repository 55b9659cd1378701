from marketplace.core.outbox import reacts_to
from marketplace.market.matching.events import GiverAsked
from marketplace.market.matching.service import deciding
from marketplace.market.pledges import telling
from marketplace.market.wishes.events import WishEnded


@reacts_to(GiverAsked)
def ask_giver(event: GiverAsked) -> None:
    """Ask whoever offered it whether it may go to this wish."""
    telling.giver(event.pledge_id, "match_asks")


@reacts_to(WishEnded)
def drop_proposals(event: WishEnded) -> None:
    """What was proposed for a wish that ended stands no more."""
    deciding.drop_wish(event.wish_id)
