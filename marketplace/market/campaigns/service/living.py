"""What days do to a campaign: it begins, it ends, and reports fall due. Run as often as one likes."""
from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.campaigns import rules
from marketplace.market.campaigns.events import CampaignMoved
from marketplace.market.campaigns.models.plan import LIFE, Campaign
from marketplace.market.campaigns.service import duties, raising
from marketplace.market.wishes.rules import check_anonymous
from marketplace.people.accounts.permissions import demand


def by_day() -> None:
    """Open what begins today, close what is over, and put down which reports are due. Safe twice."""
    today = clock.today()
    for campaign_id in _in("approved", Campaign.starts_on <= today, Campaign.ends_on >= today):
        open_(campaign_id)
    for campaign_id in _in("live", Campaign.ends_on < today):
        end(campaign_id)
    duties.put_down()
    duties.remind()


def _in(state: str, *conditions) -> list[int]:
    return list(db.session.scalars(select(Campaign.id).where(Campaign.state == state, *conditions).order_by(Campaign.id)))


def open_(campaign_id: int) -> bool:
    """Begin an approved campaign on its day, if its charity may raise money and its plan is filed; whether it did."""
    with transaction() as session:
        campaign = session.get_one(Campaign, campaign_id, with_for_update=True)
        today = clock.today()
        if campaign.state != "approved" or not (campaign.starts_on and campaign.ends_on) or not (
                campaign.starts_on <= today <= campaign.ends_on):
            return False
        if not (raising.may_raise(campaign, today) and is_filed(campaign)):
            return False
        LIFE.move(campaign, "open", opened_on=today)
        audit.record(0, "campaign.open", f"campaign:{campaign.id}")
        announce(CampaignMoved(campaign.id, "live"))
    return True


def is_filed(campaign: Campaign) -> bool:
    """Whether the plan is filed, or an emergency leaves time for it."""
    if campaign.filing_number:
        return True
    return bool(campaign.emergency and campaign.starts_on
                and clock.today() <= rules.filed_until(campaign.starts_on, True))


def takes_gifts(campaign: Campaign) -> bool:
    """Whether it may take money today: live, within its days, filed, and its charity certified."""
    today = clock.today()
    return bool(campaign.state == "live" and campaign.ends_on and today <= campaign.ends_on and is_filed(campaign)
                and raising.may_raise(campaign, today))


def end(campaign_id: int) -> bool:
    """Close a live campaign whose last day is over; whether it closed now."""
    with transaction() as session:
        campaign = session.get_one(Campaign, campaign_id, with_for_update=True)
        if campaign.state != "live" or campaign.ends_on is None or campaign.ends_on >= clock.today():
            return False
        _close(campaign, 0, "over", campaign.ends_on)
    return True


def close(campaign: Campaign, reason: str, by) -> None:
    """Close a live campaign before its last day; nothing new comes in from now. Raises NotAllowed, WrongState, Invalid."""
    with transaction():
        demand(by, "campaign.close", campaign)
        if not reason.strip():
            raise Invalid("reason", "empty")
        check_anonymous("reason", reason, ())
        _close(campaign, by.id, reason.strip(), clock.today())


def _close(campaign: Campaign, actor: int, why: str, day) -> None:
    LIFE.move(campaign, "close", closed_on=day, closed_why=why)
    audit.record(actor, "campaign.close", f"campaign:{campaign.id}", "over" if why == "over" else "early")
    announce(CampaignMoved(campaign.id, "closed"))
