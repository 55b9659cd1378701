"""The end of a campaign's money: what is left goes on by the plan's rule, and every line is published."""
from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.campaigns import hooks, rules
from marketplace.market.campaigns.events import CampaignMoved
from marketplace.market.campaigns.models import Allocation, Campaign, PlanChange, Settlement
from marketplace.market.campaigns.models.duties import SETTLEMENT_LIFE
from marketplace.market.campaigns.models.plan import LIFE
from marketplace.market.campaigns.queries import figures, settlements
from marketplace.market.campaigns.service import allocating
from marketplace.market.campaigns.service.locking import lock
from marketplace.market.wishes.rules import check_anonymous
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.permissions import demand


def ask(campaign: Campaign, target: str, words: str, by) -> Settlement:
    """Ask the officer to settle a closed campaign: what is left is to go to `target` ("fund:3", "campaign:9").

    Raises NotAllowed, WrongState, StillOpen, Invalid (a target that the surplus rule does not allow, no words).
    """
    with transaction() as session:
        lock(campaign)
        demand(by, "campaign.settle_up", campaign)
        if campaign.state != "closed":
            raise WrongState("settle", campaign.state)
        _refuse_open(campaign)
        if not words.strip():
            raise Invalid("words", "empty")
        check_anonymous("words", words, ())
        if target not in settlements.targets(campaign):
            raise Invalid("target", "unknown")
        found = session.scalars(select(Settlement).where(Settlement.campaign_id == campaign.id)).first()
        if found is None:
            found = Settlement(campaign_id=campaign.id, organisation_id=campaign.raiser_id, place_code=campaign.place_code,
                               asked_by=by.id, asked_at=clock.now(), asked_fen=0, target=target, words=words)
            session.add(found)
            session.flush()
        else:
            SETTLEMENT_LIFE.move(found, "ask", asked_by=by.id, asked_at=clock.now())
        found.asked_fen, found.target, found.words = ledger.held(campaign.account), target, words.strip()
        audit.record(by.id, "campaign.settle_up", f"campaign:{campaign.id}", f"{found.asked_fen} fen to {target}")
    return found


def _refuse_open(campaign: Campaign) -> None:
    waits = select(PlanChange.id).where(PlanChange.campaign_id == campaign.id, PlanChange.state == "asked")
    if campaign.reserved_fen or hooks.late_fen(campaign.id) or db.session.scalar(waits):
        raise rules.StillOpen


def approve(settlement: Settlement, by) -> None:
    """Let the rest go on, settle the campaign, and publish its account.

    Raises NotAllowed, WrongState, StillOpen, StalePlan when the rest is no longer what was asked for.
    """
    with transaction() as session:
        campaign = session.get_one(Campaign, settlement.campaign_id)
        lock(campaign)
        demand(by, "settlement.approve", settlement)
        _refuse_open(campaign)
        left = ledger.held(campaign.account)
        if left != settlement.asked_fen or settlement.target not in settlements.targets(campaign):
            raise rules.StalePlan
        if left:
            ledger.move(settlement.target, campaign.account, left, f"surplus:{campaign.id}")
        SETTLEMENT_LIFE.move(settlement, "approve", approved_at=clock.now(), **figures.of(campaign).columns())
        LIFE.move(campaign, "settle")
        audit.record(by.id, "settlement.approve", f"campaign:{campaign.id}", f"{left} fen to {settlement.target}")
        announce(CampaignMoved(campaign.id, "settled"))


def return_(settlement: Settlement, reason: str, by) -> None:
    """Give the account back to the charity, with what is wrong. Raises NotAllowed, WrongState, Invalid."""
    with transaction():
        demand(by, "settlement.return", settlement)
        if not reason.strip():
            raise Invalid("reason", "empty")
        SETTLEMENT_LIFE.move(settlement, "return", verdict=reason.strip())
        audit.record(by.id, "settlement.return", f"campaign:{settlement.campaign_id}")


def came_back(pledge_id: int) -> None:
    """A wish gave back what a campaign had given it: the line has it again; after the settlement it goes on. Safe twice."""
    with transaction() as session:
        allocation = session.scalars(select(Allocation).where(
            Allocation.pledge_id == pledge_id, Allocation.state == "paid")).first()
        if allocation is None:
            return
        campaign = session.get_one(Campaign, allocation.campaign_id)
        lock(campaign)
        allocating.undo_gift(allocation)
        if campaign.state == "settled":
            settled = session.scalars(select(Settlement).where(Settlement.campaign_id == campaign.id)).one()
            ledger.move(settled.target, campaign.account, allocation.amount_fen, f"surplus_late:{allocation.id}")
