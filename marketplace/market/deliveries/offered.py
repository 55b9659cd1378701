"""What became of an offer: the promises that were made of it, straight from the giver or out of a store."""
from sqlalchemy import Select, String, cast, literal, or_, select

from marketplace.market.pledges.models import Pledge
from marketplace.market.stock import queries as stock
from marketplace.market.stock.models import Reservation


def pledges(offer_id: int) -> Select:
    """The numbers of the promises that bring things of an offer."""
    reserved = select(literal("stock:") + cast(Reservation.id, String)).where(
        Reservation.batch_id.in_(stock.batches_of(f"offer:{offer_id}")))
    return select(Pledge.id).where(or_(Pledge.offer_id == offer_id, Pledge.source.in_(reserved)))


def deliveries(offer_id: int) -> Select:
    """The numbers of the deliveries that bring them."""
    return select(Pledge.delivery_id).where(Pledge.id.in_(pledges(offer_id)), Pledge.delivery_id.is_not(None))
