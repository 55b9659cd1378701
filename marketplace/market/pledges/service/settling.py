"""What a promise of money makes of what the provider says. Each is safe twice, and in any order."""
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.pledges.models import HOLDING, LIFE, Pledge
from marketplace.market.pledges.service import moving
from marketplace.market.wishes import public
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need


def take_payment(pledge_id: int) -> None:
    """The money is there: make the promise firm. If it lapsed meanwhile, hold the rest again, or let the giver choose."""
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        moving.lock(pledge)
        if moving.all_gone(pledge):
            return
        if pledge.state == "reserved":
            moving.make_firm(pledge, "commit", 0)
        elif pledge.state in ("expired", "cancelled"):
            _revive(pledge)


def _revive(pledge: Pledge) -> None:
    need = db.session.get_one(Need, pledge.need_id)
    if public.is_visible(pledge.wish_id) and wishes.try_hold(need, pledge.units):
        moving.make_firm(pledge, "revive", 0)
    else:
        moving.come_late(pledge)


def payment_ended(pledge_id: int) -> None:
    """Nothing was paid: free what was held."""
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        if pledge.state == "reserved":
            moving.end(pledge, "expire", "not_paid", 0)


def refunded(pledge_id: int) -> None:
    """The provider gave all of it back."""
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        moving.lock(pledge)
        if pledge.state in HOLDING:
            moving.let_go(pledge)
        if pledge.state in LIFE.arrows["refund"].sources:
            LIFE.move(pledge, "refund")


def dispute_closed(pledge_id: int, won: bool) -> None:
    """A giver's bank has decided. Won: what was to go back goes now. Lost: the promise fails, unless it was spent."""
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        moving.lock(pledge)
        if won and pledge.state == "cancelled":
            moving.ask_back(pledge)
        elif not won and pledge.state in LIFE.arrows["lose"].sources and not pledge.delivery_id:
            moving.lose(pledge)
