"""Allocations, line by line."""
from collections.abc import Sequence

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.market.campaigns.models import Allocation, Campaign
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.permissions import narrow


def one(user, capability: str, allocation_id: int) -> Allocation:
    """The allocation, if the user may do `capability` to it. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Allocation), Allocation)
                              .where(Allocation.id == allocation_id)).one()


def of_campaign(user, campaign_id: int) -> Sequence[Allocation]:
    """What the user may read of a campaign's allocations, the newest first."""
    return db.session.scalars(narrow(user, "allocation.read", select(Allocation), Allocation)
                              .where(Allocation.campaign_id == campaign_id).order_by(Allocation.id.desc())).all()


def waiting(user, limit: int = 50) -> list[tuple[Allocation, Campaign]]:
    """What the user may approve, the longest waiting first."""
    statement = select(Allocation, Campaign).join(Campaign, Campaign.id == Allocation.campaign_id)
    rows = db.session.execute(narrow(user, "allocation.approve", statement, Allocation)
                              .where(Allocation.state == "proposed").order_by(Allocation.id).limit(limit))
    return [(allocation, campaign) for allocation, campaign in rows]


def invoiced_twice(campaign_id: int) -> set[str]:
    """Invoice numbers that stand at more than one paid allocation of a campaign: right for an invoice over two lines."""
    return set(db.session.scalars(
        select(Allocation.invoice).where(Allocation.campaign_id == campaign_id, Allocation.invoice != "",
                                         Allocation.state == "paid")
        .group_by(Allocation.invoice).having(func.count() > 1)))


def open_needs(campaign: Campaign, limit: int = 60) -> list[tuple[Need, str, str]]:
    """Needs of money that the campaign may give to: of public wishes its charity carries; the longest waiting first.

    With each the wish's title, and its place as coarse as the public sees it.
    """
    rows = db.session.execute(
        public.visible(Need, Wish.title, public.shown_place).join(Need, Need.wish_id == Wish.id)
        .where(Need.kind == "money", Need.pledged < Need.wanted, Wish.organisation_id == campaign.raiser_id)
        .order_by(Wish.published_at, Need.id).limit(limit))
    return [(need, title, place) for need, title, place in rows]
