"""A campaign's money to one thing at a time: proposed, approved by a second person when it is much, paid with an invoice."""
from datetime import timedelta

from sqlalchemy import func, select, update

from marketplace.core import audit, clock, images, storage
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.campaigns import rules
from marketplace.market.campaigns.models import Allocation, BudgetLine, Campaign
from marketplace.market.campaigns.models.money import LIFE
from marketplace.market.campaigns.queries import figures
from marketplace.market.campaigns.service.locking import lock
from marketplace.market.pledges import service as pledges
from marketplace.market.wishes.models import Need, Wish
from marketplace.market.wishes.rules import check_anonymous
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.permissions import demand

SPENDING = ("live", "closed")


def to_wish(campaign: Campaign, line: BudgetLine, need: Need, amount_fen: int, by) -> Allocation:
    """Set money aside for a wish's need of money; once approved it is a paid gift to that wish.

    Raises NotAllowed, WrongState, WishOfAnother, LineTooShort, BalanceTooSmall, Invalid; and when one person is enough,
    what `approve` raises.
    """
    with transaction() as session:
        lock(campaign)
        wish = session.get_one(Wish, need.wish_id)
        if wish.organisation_id != campaign.raiser_id or need.kind != "money":
            raise rules.WishOfAnother
        what = wish.title if need.item == wish.title else f"{wish.title} · {need.item}"
        return _propose(campaign, line, "wish", what, amount_fen, by, need.id)


def to_purchase(campaign: Campaign, line: BudgetLine, purpose: str, amount_fen: int, by) -> Allocation:
    """Set money aside for a purchase, or on a line of costs for running the campaign. Paid when the invoice is there.

    Raises NotAllowed, WrongState, LineTooShort, BalanceTooSmall, OverCostCap, Invalid.
    """
    with transaction():
        lock(campaign)
        if not purpose.strip():
            raise Invalid("purpose", "empty")
        check_anonymous("purpose", purpose, ())
        return _propose(campaign, line, "cost" if line.kind == "cost" else "purchase", purpose.strip(), amount_fen, by)


def _propose(campaign: Campaign, line: BudgetLine, kind: str, purpose: str, amount_fen: int, by, need_id=0) -> Allocation:
    allocation = Allocation(
        campaign_id=campaign.id, organisation_id=campaign.raiser_id, place_code=campaign.place_code, line_id=line.id,
        kind=kind, need_id=need_id, purpose=purpose, amount_fen=amount_fen, recorded_by=by.id, recorded_at=clock.now())
    demand(by, "allocation.propose", allocation)
    if campaign.state not in SPENDING:
        raise WrongState("allocate", campaign.state)
    if amount_fen <= 0:
        raise Invalid("amount", "not_positive")
    if line.campaign_id != campaign.id or (line.kind == "cost") != (kind == "cost"):
        raise Invalid("line", "unknown")
    _refuse_too_much(campaign, kind, amount_fen)
    _take(line, amount_fen)
    campaign.reserved_fen += amount_fen
    second = rules.needs_second(amount_fen, _alone(campaign, by))
    allocation.barred_id = by.id if second else 0
    db.session.add(allocation)
    db.session.flush()
    audit.record(by.id, "allocation.propose", f"allocation:{allocation.id}", f"{amount_fen} fen of campaign:{campaign.id}")
    if not second:
        _approve(allocation, campaign, by)
    return allocation


def _refuse_too_much(campaign: Campaign, kind: str, amount_fen: int) -> None:
    if amount_fen > (free := figures.free(campaign)):
        raise rules.BalanceTooSmall(free)
    if kind == "cost":
        cap, left = figures.cost_left(campaign)
        if amount_fen > left:
            raise rules.OverCostCap(cap, max(0, left))


def _take(line: BudgetLine, amount_fen: int) -> None:
    fits = BudgetLine.taken_fen + amount_fen <= BudgetLine.amount_fen
    taken = changed(update(BudgetLine).where(BudgetLine.id == line.id, fits)
                    .values(taken_fen=BudgetLine.taken_fen + amount_fen))
    db.session.refresh(line)
    if not taken:
        raise rules.LineTooShort(line.left_fen)


def _alone(campaign: Campaign, by) -> int:
    """What this person has lately recorded and approved without anybody else, so that much is not split into little."""
    since = clock.now() - timedelta(days=rules.LIMITS.alone_days)
    return db.session.scalar(select(func.coalesce(func.sum(Allocation.amount_fen), 0)).where(
        Allocation.campaign_id == campaign.id, Allocation.recorded_by == by.id, Allocation.approved_by == by.id,
        Allocation.approved_at > since, Allocation.state.in_(("approved", "paid")))) or 0


def approve(allocation: Allocation, by) -> None:
    """Let it stand, as the second person. A wish gets its gift at once.

    Raises NotAllowed (also for its recorder), WrongState, Overdrawn; for a wish NotPublic, WishOfAnother, TooFewLeft.
    """
    with transaction():
        campaign = _campaign(allocation)
        demand(by, "allocation.approve", allocation)
        _approve(allocation, campaign, by)


def _approve(allocation: Allocation, campaign: Campaign, by) -> None:
    LIFE.move(allocation, "approve", approved_by=by.id, approved_at=clock.now())
    audit.record(by.id, "allocation.approve", f"allocation:{allocation.id}",
                 "alone" if by.id == allocation.recorded_by else "")
    if allocation.kind == "wish":
        need = db.session.get_one(Need, allocation.need_id)
        pledge = pledges.fund(need, allocation.amount_fen, campaign.account, f"allocation:{allocation.id}", by)
        if pledge.organisation_id != campaign.raiser_id:  # another charity carries the wish since it was proposed
            raise rules.WishOfAnother
        _paid(allocation, campaign, pledge_id=pledge.id)


def pay(allocation: Allocation, invoice: str, picture: bytes, by) -> None:
    """Book an approved purchase as paid from the charity's bank account, with the invoice's number and picture.

    Raises NotAllowed, WrongState, Overdrawn, Invalid (no number, no picture).
    """
    drawn = images.redraw(picture) if picture else []
    with transaction():
        campaign = _campaign(allocation)
        demand(by, "allocation.pay", allocation)
        if not invoice.strip():
            raise Invalid("invoice", "empty")
        if not drawn:
            raise Invalid("photo", "empty")
        key = storage.new_key("invoice")
        _paid(allocation, campaign, invoice=invoice.strip(), invoice_picture=key)
        ledger.move(campaign.bank, campaign.account, allocation.amount_fen, _cause(allocation))
        storage.store().put(f"{key}-{images.WIDTHS[0]}.webp", drawn[0].content)
        audit.record(by.id, "allocation.pay", f"allocation:{allocation.id}", f"{allocation.amount_fen} fen")


def _paid(allocation: Allocation, campaign: Campaign, **also: object) -> None:
    LIFE.move(allocation, "pay", paid_at=clock.now(), **also)
    campaign.reserved_fen -= allocation.amount_fen


def refuse(allocation: Allocation, reason: str, by) -> None:
    """Say no to what somebody else proposed; the money is free again. Raises NotAllowed, WrongState, Invalid."""
    _end(allocation, "refuse", reason, by)


def cancel(allocation: Allocation, reason: str, by) -> None:
    """Give up what is not paid yet; the money is free again. Raises NotAllowed, WrongState, Invalid."""
    _end(allocation, "cancel", reason, by)


def _end(allocation: Allocation, verb: str, reason: str, by) -> None:
    with transaction():
        campaign = _campaign(allocation)
        demand(by, f"allocation.{verb}", allocation)
        if not reason.strip():
            raise Invalid("reason", "empty")
        check_anonymous("reason", reason, ())
        LIFE.move(allocation, verb, ended_at=clock.now(), reason=reason.strip())
        campaign.reserved_fen -= allocation.amount_fen
        let_go(allocation)
        audit.record(by.id, f"allocation.{verb}", f"allocation:{allocation.id}")


def give_back(allocation: Allocation, reason: str, by) -> None:
    """A paid purchase came to nothing and the money is back at the bank: reverse its booking.

    Raises NotAllowed (also for its recorder), WrongState, Invalid. A wish's gift comes back by its own way.
    """
    with transaction():
        campaign = _campaign(allocation)
        demand(by, "allocation.give_back", allocation)
        if not reason.strip():
            raise Invalid("reason", "empty")
        check_anonymous("reason", reason, ())
        if allocation.kind == "wish" or campaign.state not in SPENDING:
            raise WrongState("give_back", campaign.state)
        LIFE.move(allocation, "give_back", ended_at=clock.now(), reason=reason.strip())
        ledger.reverse(_cause(allocation), _cause(allocation, "_back"))
        let_go(allocation)
        audit.record(by.id, "allocation.give_back", f"allocation:{allocation.id}")


def undo_gift(allocation: Allocation) -> None:
    """A wish's gift came back: so says the allocation, and its line has the amount again. Joins."""
    LIFE.move(allocation, "give_back", ended_at=clock.now(), reason="returned")
    let_go(allocation)
    audit.record(0, "allocation.give_back", f"allocation:{allocation.id}", "the wish's gift came back")


def let_go(allocation: Allocation) -> None:
    """The budget line has this amount again. Joins."""
    changed(update(BudgetLine).where(BudgetLine.id == allocation.line_id)
            .values(taken_fen=BudgetLine.taken_fen - allocation.amount_fen))


def _cause(allocation: Allocation, ending: str = "") -> str:
    return f"{'cost' if allocation.kind == 'cost' else 'allocation'}{ending}:{allocation.id}"


def _campaign(allocation: Allocation) -> Campaign:
    """Its campaign, locked, so that of two who act at once the second sees what the first did."""
    campaign = db.session.get_one(Campaign, allocation.campaign_id)
    lock(campaign)
    lock(allocation)
    return campaign
