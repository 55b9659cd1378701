"""How promises end by themselves, and by what happens to their wish."""
from sqlalchemy import and_, or_, select

from marketplace.core import clock
from marketplace.core.errors import WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.pledges.models import Pledge
from marketplace.market.pledges.rules import fate
from marketplace.market.pledges.service import moving
from marketplace.people.accounts.permissions import demand


def refund(pledge: Pledge, by) -> None:
    """The charity gives an unspent gift back. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "pledge.refund", pledge)
        if pledge.kind != "money" or pledge.delivery_id:
            raise WrongState("refund", pledge.state)
        moving.give_back(pledge, "charity", by.id)


def lapse() -> int:
    """End promises that were not confirmed, paid or sent in time. Safe to run twice. Returns how many.

    What a charity has in its store does not end because the charity is slow: it is late, and stands under exceptions.
    """
    firm = and_(Pledge.state == "committed", Pledge.kind != "money", ~Pledge.source.startswith("stock:"))
    due = db.session.scalars(select(Pledge.id).where(
        or_(Pledge.state == "reserved", firm), Pledge.lapses_at < clock.now())).all()
    ended = 0
    for pledge_id in due:
        with transaction() as session:
            pledge = session.get_one(Pledge, pledge_id)
            if pledge.lapses_at >= clock.now():
                continue
            if pledge.state == "reserved":
                moving.end(pledge, "expire", "not_confirmed", 0)
                ended += 1
            elif pledge.state == "committed" and pledge.kind != "money" and not pledge.source:
                moving.end(pledge, "cancel", "not_sent", 0)
                ended += 1
    return ended


def end_of_wish(wish_id: int, why: str) -> None:
    """Settle everything promised to a wish that cannot be fulfilled now, by `rules.fate`. Safe twice."""
    with transaction() as session:
        for pledge in session.scalars(select(Pledge).where(
                Pledge.wish_id == wish_id, Pledge.state.in_(("reserved", "committed"))).order_by(Pledge.id)).all():
            what = fate(pledge.state, pledge.kind, pledge.if_ended)
            if what == "free":
                moving.end(pledge, "expire", why, 0)
            elif what == "end":
                moving.end(pledge, "cancel", why, 0)
            elif what != "keep" and not moving.carry_out(pledge, what, why, 0):
                moving.give_back(pledge, why, 0)
