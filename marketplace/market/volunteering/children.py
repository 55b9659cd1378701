"""Where somebody may meet a child: asked anew each time, for households change. What comes out of it is yes or no alone."""
from sqlalchemy import or_, select

from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.volunteering.models import Appointment
from marketplace.market.volunteering.rules import WITH_CHILDREN
from marketplace.market.wishes.models import Need, Wish
from marketplace.network.registry.eligibility import MINORS
from marketplace.network.registry.queries import minor_lives_in


def _asked_for():
    """Services that are a child's, or that are done with children."""
    return or_(Wish.age_band.in_(MINORS), Need.category.in_(WITH_CHILDREN))


def met(need_id: int, venue: str = "") -> bool:
    """Whether a child may be met for this service: it is a child's, or done with children, or somebody under age lives where
    it takes place. Without a venue it is not known yet, and may be at home.
    """
    with_child = _asked_for() if venue == "station" else or_(_asked_for(), minor_lives_in(Wish.household_id))
    return bool(db.session.scalar(select(Need.id).join(Wish, Wish.id == Need.wish_id).where(Need.id == need_id, with_child)))


def met_at(appointment: Appointment) -> bool:
    """The same of a time that was named."""
    return met(db.session.get_one(Delivery, appointment.delivery_id).need_id, appointment.venue)


def needs() -> set[int]:
    """All services that are still wanted and for which a child may be met, by number, in one statement."""
    return set(db.session.scalars(select(Need.id).join(Wish, Wish.id == Need.wish_id).where(
        Need.kind == "service", Need.pledged < Need.wanted, Wish.state == "published",
        or_(_asked_for(), minor_lives_in(Wish.household_id)))))
