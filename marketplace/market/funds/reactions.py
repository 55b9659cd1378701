"""What follows for a charity's own fund when a wish or a promise ends."""
from marketplace.core.outbox import reacts_to
from marketplace.market.funds import service
from marketplace.market.pledges.events import PledgeCommitted, PledgeEnded
from marketplace.market.wishes.events import WishDecided, WishEnded
from marketplace.network.registry.events import EligibilityLost


@reacts_to(PledgeEnded)
def take_back(event: PledgeEnded) -> None:
    """What a fund gave to a wish that could not use it is the fund's again. Safe twice."""
    service.came_back(event.pledge_id)


@reacts_to(PledgeCommitted)
def drop_what_others_gave(event: PledgeCommitted) -> None:
    """What was proposed for a need that others have filled frees the money. Safe twice."""
    service.drop_full(event.pledge_id)


@reacts_to(PledgeEnded)
def drop_what_others_moved_there(event: PledgeEnded) -> None:
    """The same when it was filled by a gift that came from another wish. Safe twice."""
    if event.why == "rerouted":
        service.drop_full(event.pledge_id)


@reacts_to(WishEnded)
def drop_grants(event: WishEnded) -> None:
    """What was proposed for a wish that ended frees the money. Safe twice."""
    service.drop_wish(event.wish_id)


@reacts_to(WishDecided)
def drop_overdue(event: WishDecided) -> None:
    """The same for one whose time is over. Safe twice."""
    if event.outcome == "expired":
        service.drop_wish(event.wish_id)


@reacts_to(EligibilityLost)
def drop_unseen(event: EligibilityLost) -> None:
    """The same for wishes that nobody sees any more; seen again, they can be given to anew. Safe twice."""
    service.drop_household(event.household_id)
