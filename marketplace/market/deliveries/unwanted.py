"""What a household does not want any more. Its need is not open again, and nobody brings anything for it: once nothing else
of the wish is open or promised either, a worker ends the wish."""
from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import selectinload

from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.records import DeliveryProblem
from marketplace.market.deliveries.rules import StillWaiting
from marketplace.market.deliveries.standing import BOUND
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.permissions import demand, narrow

DECISIONS_OF_WORKERS = ("put_right", "go_on")  # rows that tell of no thing that came back or is gone
UNDECIDED = ("reserved", *BOUND)


def waiting(user, limit: int = 50) -> Sequence[Wish]:
    """Wishes that the user may end because nothing more will come of them, the longest open first; two statements."""
    return db.session.scalars(narrow(user, "wish.close", select(Wish).options(selectinload(Wish.needs)), Wish)
                              .where(_over()).order_by(Wish.published_at, Wish.id).limit(limit)).all()


def over(wish_id: int) -> bool:
    """Whether nothing more will come of a wish, and a worker can end it."""
    return bool(db.session.scalar(select(Wish.id).where(Wish.id == wish_id, _over())))


def end(wish: Wish, by) -> None:
    """Close a wish of which the household has all that it still wants; if it wanted none of it, take it back.

    Raises NotAllowed, StillWaiting.
    """
    with transaction() as session:
        demand(by, "wish.close", wish)
        session.refresh(wish, with_for_update=True)
        if not over(wish.id):
            raise StillWaiting
        (wishes.close if any(need.received for need in wish.needs) else wishes.withdraw)(wish, by)


def _over() -> ColumnElement[bool]:
    of_wish = Need.wish_id == Wish.id
    unwanted = exists().where(
        Delivery.wish_id == Wish.id, Delivery.state.in_(("returned", "lost")), DeliveryProblem.delivery_id == Delivery.id,
        DeliveryProblem.wanted.is_(False), DeliveryProblem.outcome.not_in(DECISIONS_OF_WORKERS)).correlate(Wish)
    return (Wish.state == "published") & unwanted & ~exists().where(of_wish, Need.pledged < Need.wanted).correlate(Wish) & (
        ~exists().where(Pledge.wish_id == Wish.id, Pledge.state.in_(UNDECIDED)).correlate(Wish))
