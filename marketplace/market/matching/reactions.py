from marketplace.core.outbox import reacts_to
from marketplace.market.matching.service import deciding
from marketplace.market.wishes.events import WishEnded


@reacts_to(WishEnded)
def drop_proposals(event: WishEnded) -> None:
    """What was proposed for a wish that ended stands no more."""
    deciding.drop_wish(event.wish_id)
