"""What came and went on a campaign's account: added up from the entries of the ledger, for there is no other book."""
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, func, select

from marketplace.extensions import db
from marketplace.market.campaigns import hooks
from marketplace.market.campaigns.models import Campaign
from marketplace.market.campaigns.rules import cost_cap
from marketplace.money.ledger import service as ledger
from marketplace.money.ledger.models import Account, Booking, Entry

USED, COST, SURPLUS = ("allocation", "allocation_back", "fund_back"), ("cost", "cost_back"), ("surplus", "surplus_late")


@dataclass(frozen=True)
class Figures:
    """Fen of a campaign: received = used + cost + returned + surplus + balance.

    `returned` went back to its givers, or where they chose; `surplus` went on after the settlement.
    """

    received: int = 0
    used: int = 0
    cost: int = 0
    returned: int = 0
    surplus: int = 0

    @property
    def balance(self) -> int:
        return self.received - self.used - self.cost - self.returned - self.surplus

    @property
    def raised(self) -> int:
        """What givers gave and left."""
        return self.received - self.returned

    def columns(self) -> dict[str, int]:
        """As a report or a settlement keeps them."""
        return {f"{name}_fen": getattr(self, name) for name in (
            "received", "used", "cost", "returned", "surplus", "balance")}


NOTHING = Figures()


def kept(row) -> Figures:
    """The figures that a report or a settlement keeps."""
    return Figures(row.received_fen, row.used_fen, row.cost_fen, row.returned_fen, row.surplus_fen)


def of(campaign: Campaign) -> Figures:
    """The figures of now."""
    return of_all([campaign.id])[campaign.id]


def of_all(campaign_ids: Collection[int]) -> dict[int, Figures]:
    """The figures of several campaigns, in one statement. A booking counts by what caused it, the rest by its direction."""
    names = {f"campaign:{number}": number for number in campaign_ids}
    out = Entry.amount_fen > 0
    kind = case((Booking.kind.in_(USED), "used"), (Booking.kind.in_(COST), "cost"),
                (out & Booking.kind.in_(SURPLUS), "surplus"), (out, "returned"), else_="received")
    rows = db.session.execute(
        select(Account.name, kind, func.sum(Entry.amount_fen)).join(Entry, Entry.account_id == Account.id)
        .join(Booking, Booking.id == Entry.booking_id).where(Account.name.in_(names)).group_by(Account.name, kind))
    found: dict[int, dict[str, int]] = {number: {} for number in campaign_ids}
    for name, what, fen in rows:
        found[names[name]][what] = -int(fen) if what == "received" else int(fen)
    return {number: Figures(**parts) for number, parts in found.items()}


def free(campaign: Campaign) -> int:
    """Fen that nobody has spoken for: the balance without open allocations and without money that waits for a choice."""
    return ledger.held(campaign.account) - campaign.reserved_fen - hooks.late_fen(campaign.id)


def cost_left(campaign: Campaign) -> tuple[int, int]:
    """The most that running the campaign may cost by what was raised so far, and how much of it is not taken yet."""
    cap = cost_cap(of(campaign).raised, campaign.cost_percent)
    return cap, cap - sum(line.taken_fen for line in campaign.lines if line.kind == "cost")
