"""Accounts of closed campaigns."""
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.market.campaigns.models import Campaign, Settlement
from marketplace.people.accounts.permissions import narrow

Settled = tuple[Settlement, Campaign]


def _with_campaign():
    return select(Settlement, Campaign).join(Campaign, Campaign.id == Settlement.campaign_id)


def one(user, capability: str, settlement_id: int) -> Settled:
    """A settlement with its campaign, if the user may do `capability` to it. Raises NoResultFound."""
    settlement, campaign = db.session.execute(
        narrow(user, capability, _with_campaign(), Settlement).where(Settlement.id == settlement_id)).one()
    return settlement, campaign


def waiting(user, limit: int = 50) -> list[Settled]:
    """Settlements that the user may decide on, the longest waiting first."""
    rows = db.session.execute(narrow(user, "settlement.approve", _with_campaign(), Settlement)
                              .where(Settlement.state == "asked").order_by(Settlement.asked_at).limit(limit))
    return [(settlement, campaign) for settlement, campaign in rows]


def of_campaign(campaign_id: int) -> Settlement | None:
    """The account of a campaign, if one was asked for."""
    return db.session.scalars(select(Settlement).where(Settlement.campaign_id == campaign_id)).first()


def others(campaign: Campaign) -> list[Campaign]:
    """Live campaigns of the same charity, to which a surplus for a similar purpose may go."""
    return list(db.session.scalars(select(Campaign).where(
        Campaign.raiser_id == campaign.raiser_id, Campaign.state == "live", Campaign.id != campaign.id)
        .order_by(Campaign.id)))


def targets(campaign: Campaign) -> list[str]:
    """Accounts to which the surplus may go by the plan's rule: the charity's fund; for a similar purpose a campaign too."""
    found = [other.account for other in others(campaign)] if campaign.surplus_rule == "similar_purpose" else []
    return [*found, f"fund:{campaign.raiser_id}"]
