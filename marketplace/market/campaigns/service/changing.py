"""Changes of a plan in force: a later end, or other budget lines. A filing change: asked, decided, shown to everyone."""
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import update

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.campaigns import rules
from marketplace.market.campaigns.models.plan import CHANGE_LIFE, BudgetLine, Campaign, PlanChange, PlanChangeLine
from marketplace.market.campaigns.parts import LineDraft, check_lines
from marketplace.market.campaigns.queries import changes, duties
from marketplace.market.campaigns.service import raising
from marketplace.market.campaigns.service.locking import lock
from marketplace.market.wishes.rules import check_anonymous
from marketplace.people.accounts.permissions import demand


def ask_extension(campaign: Campaign, new_end: date, reason: str, by) -> PlanChange:
    """Ask for a later end of an approved or live campaign.

    Raises NotAllowed, WrongState, Invalid for a day that is not later or too far, MayNotRaise when the certificate ends
    before, DisclosureLate.
    """
    with transaction():
        lock(campaign)
        demand(by, "campaign.change", campaign)
        if campaign.state not in ("approved", "live"):
            raise WrongState("extend", campaign.state)
        assert campaign.starts_on and campaign.ends_on
        if new_end <= campaign.ends_on:
            raise Invalid("new_end", "not_later", day=campaign.ends_on)
        if new_end > campaign.starts_on + rules.LIMITS.longest:
            raise Invalid("new_end", "too_far", latest=campaign.starts_on + rules.LIMITS.longest)
        raising.demand_certificate(campaign, new_end)
        return _ask(campaign, "extension", reason, by, old_end=campaign.ends_on, new_end=new_end)


def ask_budget(campaign: Campaign, amounts: Mapping[int, int], new: Sequence[LineDraft], reason: str, by) -> PlanChange:
    """Ask for other budget lines: `amounts` of lines that stand, by their number, and `new` ones.

    Raises NotAllowed, WrongState, Invalid (below what a line has given out already, over the goal and what came in,
    more cost than the plan's share), DisclosureLate.
    """
    with transaction():
        lock(campaign)
        demand(by, "campaign.change", campaign)
        if campaign.state not in rules.RUNNING:
            raise WrongState("change", campaign.state)
        lines = [PlanChangeLine(line_id=line.id, kind=line.kind, item=line.item, before_fen=line.amount_fen,
                                amount_fen=amounts.get(line.id, line.amount_fen)) for line in campaign.lines]
        for line in campaign.lines:
            if amounts.get(line.id, line.amount_fen) < line.taken_fen:
                raise Invalid("lines", "below_taken", item=line.item, taken_fen=line.taken_fen)
        lines += [PlanChangeLine(kind=line.kind, item=line.item.strip(), amount_fen=line.amount_fen) for line in new]
        check_lines([line for line in lines if line.amount_fen])
        _check_sums(campaign, lines)
        change = _ask(campaign, "budget", reason, by)
        change.lines = lines
    return change


def _check_sums(campaign: Campaign, lines: Sequence[PlanChangeLine]) -> None:
    total, most = sum(line.amount_fen for line in lines), changes.most_budget(campaign)
    if total > most:
        raise Invalid("lines", "over_budget", most_fen=most)
    cost, cap = sum(line.amount_fen for line in lines if line.kind == "cost"), rules.cost_cap(total, campaign.cost_percent)
    if cost > cap:
        raise Invalid("lines", "cost_lines", cap_fen=cap)


def _ask(campaign: Campaign, kind: str, reason: str, by, **days: date) -> PlanChange:
    if not reason.strip():
        raise Invalid("reason", "empty")
    check_anonymous("reason", reason, ())
    if changes.asked(campaign.id, kind):
        raise WrongState("ask", "asked")
    duties.refuse_late(campaign)
    change = PlanChange(campaign_id=campaign.id, organisation_id=by.organisation_id, place_code=campaign.place_code,
                        kind=kind, reason=reason.strip(), asked_by=by.id, asked_at=clock.now(), **days)
    db.session.add(change)
    db.session.flush()
    audit.record(by.id, "campaign.change", f"campaign:{campaign.id}", f"{kind} {change.id}")
    return change


def approve_change(change: PlanChange, by) -> None:
    """Let the change stand; the campaign follows at once. Raises NotAllowed, WrongState, LineTooShort, MayNotRaise."""
    with transaction() as session:
        demand(by, "change.approve", change)
        campaign = session.get_one(Campaign, change.campaign_id, with_for_update=True)
        CHANGE_LIFE.move(change, "approve", decided_at=clock.now())
        if change.kind == "extension":
            _extend(campaign, change)
        else:
            for line in change.lines:
                _set_line(campaign, line)
        audit.record(by.id, "change.approve", f"campaign:{campaign.id}", f"{change.kind} {change.id}")


def _extend(campaign: Campaign, change: PlanChange) -> None:
    if campaign.state not in ("approved", "live"):
        raise WrongState("extend", campaign.state)
    assert change.new_end and campaign.starts_on
    raising.demand_certificate(campaign, change.new_end)
    campaign.ends_on = change.new_end
    if campaign.reports_from is None and rules.is_long(campaign.starts_on, change.new_end):
        campaign.reports_from = max(campaign.starts_on, clock.today())


def _set_line(campaign: Campaign, line: PlanChangeLine) -> None:
    if campaign.state not in rules.RUNNING:
        raise WrongState("change", campaign.state)
    if not line.line_id:
        db.session.add(BudgetLine(campaign_id=campaign.id, kind=line.kind, item=line.item, amount_fen=line.amount_fen))
        return
    set_ = changed(update(BudgetLine).where(BudgetLine.id == line.line_id, BudgetLine.taken_fen <= line.amount_fen)
                   .values(amount_fen=line.amount_fen))
    if not set_:
        taken = db.session.get_one(BudgetLine, line.line_id, populate_existing=True).taken_fen
        raise rules.LineTooShort(line.amount_fen - taken)


def refuse_change(change: PlanChange, reason: str, by) -> None:
    """Say no to a change, with the reason. Raises NotAllowed, WrongState, Invalid."""
    with transaction():
        demand(by, "change.refuse", change)
        if not reason.strip():
            raise Invalid("reason", "empty")
        CHANGE_LIFE.move(change, "refuse", decided_at=clock.now(), verdict=reason.strip())
        audit.record(by.id, "change.refuse", f"campaign:{change.campaign_id}", f"{change.kind} {change.id}")


def take_back(change: PlanChange, by) -> None:
    """The charity takes back what it asked for. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "change.take_back", change)
        CHANGE_LIFE.move(change, "take_back", decided_at=clock.now())
        audit.record(by.id, "change.take_back", f"campaign:{change.campaign_id}", f"{change.kind} {change.id}")
