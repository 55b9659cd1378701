"""Pure decisions about a campaign: its plan, its days, what it owes the public, and who must approve money."""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from marketplace.core.errors import Invalid, Refused

PUBLIC_STATES = ("live", "approved", "closed", "settled")
RUNNING = ("approved", "live", "closed")
NEEDED = {
    "about": ("title", "summary", "purpose", "beneficiaries"),
    "when": ("starts_on", "ends_on", "area_code"),
    "contact": ("in_charge", "office", "contact_phone", "inquiry"),
    "money": ("goal_fen", "cost_text", "surplus_text"),
    "giving": ("ways", "bank_holder", "bank_name", "bank_account"),
}


@dataclass(frozen=True)
class Limits:
    """The parameters of public fundraising, with the rule that each comes from."""

    filed_before: timedelta = timedelta(days=10)  # Measures for Public Fundraising, art. 11
    filed_after: timedelta = timedelta(days=10)  # Charity Law, art. 73: major emergencies
    long_months: int = 6  # Charity Law, disclosure of campaigns longer than this …
    every_months: int = 3  # … at least this often
    final_months: int = 3  # full account after the end
    cost_percent: int = 10  # 民发〔2016〕189号: management cost of those who may raise from the public
    alone_fen: int = 100_000  # above it a second person approves
    alone_days: int = 7  # what one person approved alone within these days counts together
    told_before: timedelta = timedelta(days=31)  # a duty shows up this long before its day
    reminded_before: timedelta = timedelta(days=14)
    longest: relativedelta = relativedelta(years=3)
    lines: int = 12
    targets: int = 30
    pictures: int = 4
    words: int = 2000


LIMITS = Limits()


class PlanIncomplete(Refused):
    """Parts of the plan are empty: `sections` of NEEDED, "lines" or "filing"."""

    def __init__(self, sections: Sequence[str]):
        super().__init__(*sections)
        self.sections = tuple(sections)


class MayNotRaise(Refused):
    """Nobody in this campaign holds a certificate to raise from the public that is valid on that day."""

    def __init__(self, on: date):
        super().__init__(on)
        self.on = on


class FiledTooLate(Refused):
    """The plan was filed on another day than the law asks: by `until`."""

    def __init__(self, until: date, emergency: bool):
        super().__init__(until, emergency)
        self.until, self.emergency = until, emergency


class DisclosureLate(Refused):
    """The charity owes the public a report that was due on `due_on`, of the campaign `ref`; until then nothing new."""

    def __init__(self, ref: str, title: str, kind: str, due_on: date):
        super().__init__(ref, kind, due_on)
        self.ref, self.title, self.kind, self.due_on = ref, title, kind, due_on


class PlanFrozen(Refused):
    """The plan is with the bureau, or in force: it changes only by an approved change."""


class StalePlan(Refused):
    """The plan was changed by somebody else since the form was opened."""


class TooFewShown(Refused):
    """Fewer than five households, or none, are of this kind at this place: no target."""


class LineTooShort(Refused):
    """The budget line has only `left_fen` left."""

    def __init__(self, left_fen: int):
        super().__init__(left_fen)
        self.left_fen = left_fen


class BalanceTooSmall(Refused):
    """The campaign has only `left_fen` that is not spoken for."""

    def __init__(self, left_fen: int):
        super().__init__(left_fen)
        self.left_fen = left_fen


class OverCostCap(Refused):
    """Costs may be at most `cap_fen` of what came in so far; `left_fen` of it are left."""

    def __init__(self, cap_fen: int, left_fen: int):
        super().__init__(cap_fen, left_fen)
        self.cap_fen, self.left_fen = cap_fen, left_fen


class WishOfAnother(Refused):
    """The wish is carried by another charity, or asks for no money: this campaign cannot give to it."""


class StillOpen(Refused):
    """Money is allocated and not paid yet, waits for its givers' choice, or a change waits for its decision."""


def months(day: date, number: int) -> date:
    """The same day `number` months later; the last of a shorter month."""
    return day + relativedelta(months=number)


def missing(plan, lines: Sequence) -> list[str]:
    """The sections of a plan in which something is empty; a campaign with all of them can be handed in."""
    empty = [section for section, names in NEEDED.items() if not all(getattr(plan, name) for name in names)]
    if not lines:
        empty.append("lines")
    if not plan.emergency and not (plan.filing_number and plan.filed_on):
        empty.append("filing")
    return empty


def check_days(starts_on: date, ends_on: date) -> None:
    """Raise Invalid unless the campaign ends after it starts, and within LIMITS.longest."""
    if ends_on <= starts_on:
        raise Invalid("ends_on", "before_start")
    if ends_on > starts_on + LIMITS.longest:
        raise Invalid("ends_on", "too_far", latest=starts_on + LIMITS.longest)


def filed_until(starts_on: date, emergency: bool) -> date:
    """The last day on which the plan may be filed: ten days before the start; in a major emergency ten days after."""
    return starts_on + LIMITS.filed_after if emergency else starts_on - LIMITS.filed_before


def check_filed(starts_on: date, filed_on: date, emergency: bool) -> None:
    """Raise FiledTooLate with the last possible day."""
    if filed_on > (until := filed_until(starts_on, emergency)):
        raise FiledTooLate(until, emergency)


def check_budget(goal_fen: int, cost_percent: int, lines: Iterable) -> None:
    """Raise Invalid unless the lines add up to the goal and those of cost stay within the share the plan names."""
    lines = list(lines)
    if (total := sum(line.amount_fen for line in lines)) != goal_fen:
        raise Invalid("goal_fen", "lines_differ", total_fen=total)
    if cost_percent > LIMITS.cost_percent:
        raise Invalid("cost_percent", "over_percent", most=LIMITS.cost_percent)
    cost = sum(line.amount_fen for line in lines if line.kind == "cost")
    if cost > cost_cap(goal_fen, cost_percent):
        raise Invalid("cost_percent", "cost_lines", cap_fen=cost_cap(goal_fen, cost_percent))


def cost_cap(received_fen: int, cost_percent: int) -> int:
    """The most that may be spent on running the campaign, of so much received; whole fen, rounded down."""
    return max(0, received_fen) * cost_percent // 100


def is_long(starts_on: date, ends_on: date) -> bool:
    """Whether it runs longer than six months, and so reports every three."""
    return ends_on > months(starts_on, LIMITS.long_months)


def quarters(starts_on: date, ends_on: date, since: date) -> Iterator[date]:
    """The days by which a long campaign reports while it runs, from the day `since` which it is known to be long."""
    number = LIMITS.every_months
    while (due := months(starts_on, number)) <= ends_on:
        if due > since:
            yield due
        number += LIMITS.every_months


def final_due(closed_on: date) -> date:
    """The day by which the full account is public."""
    return months(closed_on, LIMITS.final_months)


def needs_second(amount_fen: int, alone_fen: int) -> bool:
    """Whether a second person approves: above LIMITS.alone_fen together with what one person approved alone lately."""
    return amount_fen + alone_fen > LIMITS.alone_fen
