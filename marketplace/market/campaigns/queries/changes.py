"""Changes of plans, asked and decided."""
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from marketplace.extensions import db
from marketplace.market.campaigns.models import Campaign, PlanChange
from marketplace.market.campaigns.queries import figures
from marketplace.people.accounts.permissions import narrow

WITH_LINES = selectinload(PlanChange.lines)


def one(user, capability: str, change_id: int) -> PlanChange:
    """The change, if the user may do `capability` to it. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(PlanChange).options(WITH_LINES), PlanChange)
                              .where(PlanChange.id == change_id)).one()


def asked(campaign_id: int, kind: str) -> PlanChange | None:
    """The change of this kind that waits for its decision."""
    return db.session.scalars(select(PlanChange).where(
        PlanChange.campaign_id == campaign_id, PlanChange.kind == kind, PlanChange.state == "asked")).first()


def of_campaign(campaign_id: int) -> Sequence[PlanChange]:
    """All changes of a campaign, the newest first."""
    return db.session.scalars(select(PlanChange).options(WITH_LINES).where(PlanChange.campaign_id == campaign_id)
                              .order_by(PlanChange.id.desc())).all()


def waiting(user, limit: int = 50) -> list[tuple[PlanChange, Campaign]]:
    """Changes that the user may decide on, the longest waiting first."""
    statement = select(PlanChange, Campaign).join(Campaign, Campaign.id == PlanChange.campaign_id)
    rows = db.session.execute(narrow(user, "change.approve", statement, PlanChange).where(PlanChange.state == "asked")
                              .order_by(PlanChange.asked_at, PlanChange.id).limit(limit))
    return [(change, campaign) for change, campaign in rows]


def most_budget(campaign: Campaign) -> int:
    """The most that budget lines may add up to: the goal, or what came in when that is more."""
    return max(campaign.goal_fen, figures.of(campaign).raised)
