"""Deciding on a plan: the officer of the bureau that registered the charity checks it, and its filing."""
from marketplace.core import audit, clock
from marketplace.core.errors import Invalid
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.market.campaigns import rules
from marketplace.market.campaigns.events import CampaignMoved
from marketplace.market.campaigns.models.plan import LIFE, Campaign
from marketplace.market.campaigns.service import writing
from marketplace.market.campaigns.service.locking import lock
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand


def approve(campaign: Campaign, version: int, by: User) -> None:
    """Let a plan stand, as it was when the page was opened; it begins by itself on its day.

    Raises NotAllowed, WrongState, StalePlan, and what handing it in raises.
    """
    with transaction():
        lock(campaign)
        demand(by, "campaign.approve", campaign)
        if campaign.version != version:
            raise rules.StalePlan
        writing.check(campaign)
        assert campaign.starts_on and campaign.ends_on
        long = rules.is_long(campaign.starts_on, campaign.ends_on)
        LIFE.move(campaign, "approve", decided_at=clock.now(), decided_by=by.id, verdict="",
                  reports_from=campaign.starts_on if long else None)
        audit.record(by.id, "campaign.approve", f"campaign:{campaign.id}", f"version {version}")
        announce(CampaignMoved(campaign.id, "approved"))


def return_(campaign: Campaign, reason: str, by: User) -> None:
    """Give a plan back for changes, with what should change. Raises NotAllowed, WrongState, Invalid."""
    _turn_down(campaign, "return", reason, by)


def refuse(campaign: Campaign, reason: str, by: User) -> None:
    """Refuse a plan for good, with the reason. Raises NotAllowed, WrongState, Invalid."""
    _turn_down(campaign, "refuse", reason, by)


def _turn_down(campaign: Campaign, verb: str, reason: str, by: User) -> None:
    with transaction():
        demand(by, f"campaign.{verb}", campaign)
        if not reason.strip():
            raise Invalid("reason", "empty")
        LIFE.move(campaign, verb, verdict=reason.strip(), decided_at=clock.now(), decided_by=by.id)
        audit.record(by.id, f"campaign.{verb}", f"campaign:{campaign.id}")
        announce(CampaignMoved(campaign.id, campaign.state))
