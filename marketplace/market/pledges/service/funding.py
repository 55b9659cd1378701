"""Money that a charity holds already, and that goes to a wish."""
import secrets

from marketplace.core.errors import WrongState
from marketplace.core.transaction import transaction
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.pledges.service import moving, reserving
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.ledger import service as ledger


def fund(need: Need, units: int, account: str, cause: str, by) -> Pledge:
    """Give to a public wish's need of money what a charity holds on `account` ("campaign:5"): a firm promise, paid at once.

    Asks no provider. Should the promise end, the money goes back to the account. `cause` names the booking. Joins; the
    caller has asked the rule table. Raises NotPublic, TooFewLeft, Overdrawn.
    """
    with transaction() as session:
        wishes.hold(need, units)
        wish, secret = session.get_one(Wish, need.wish_id), secrets.token_urlsafe(24)
        pledge = reserving.new(need, wish, units, secret, giver_id=0, source=account)
        session.add(PledgeContact(pledge_id=pledge.id, secret=secret))
        ledger.move(f"wish:{wish.id}", account, units, cause)
        moving.make_firm(pledge, "commit", by.id)
    return pledge


def take_back(pledge: Pledge, why: str) -> None:
    """End a firm promise that `fund` made and nothing was bought for; its money is back where it came from. Joins.

    Raises WrongState.
    """
    with transaction():
        if not pledge.source or pledge.delivery_id:
            raise WrongState("take_back", pledge.state)
        moving.give_back(pledge, why, 0)
