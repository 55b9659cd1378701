"""What becomes of the promises that a delivery carries. Both join; the callers have asked the rule table."""
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.market.deliveries.models import Delivery
from marketplace.market.offers import service as offers
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import LIFE, Pledge
from marketplace.market.stock import service as stock
from marketplace.market.wishes import service as wishes


def set_out(delivery: Delivery, actor: int) -> None:
    """They are on their way, and what they hold of a store leaves it. Raises WrongState, NotToGive."""
    with transaction() as session:
        for reservation in pledges.reservations(delivery.id):
            if reservation.state == "held":
                stock.load(reservation, actor)
        for pledge in session.scalars(select(Pledge).where(Pledge.delivery_id == delivery.id, Pledge.state == "committed")):
            LIFE.move(pledge, "deliver")


def fail(delivery: Delivery, why: str, reopen: bool = True, offered_again: bool = False) -> None:
    """Nothing comes of those under way, each once; what ended otherwise stays as it is. `reopen` their need, and what was
    offered if it can still be had."""
    with transaction() as session:
        for pledge in session.scalars(select(Pledge).where(
                Pledge.delivery_id == delivery.id, Pledge.state == "delivering")).all():
            LIFE.move(pledge, "fail", ended_at=clock.now(), ended_why=why)
            if reopen:
                wishes.release(pledge.need_id, pledge.units)
            if offered_again and pledge.offer_id:
                offers.release(pledge.offer_id, pledge.units)
