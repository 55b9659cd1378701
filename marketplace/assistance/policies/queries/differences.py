"""Two runs compared: who is new, who left, whose benefit changed, and why.

Compared is what stood at a full run with what stood at the full run before it; what changed in between and came back is no
difference. Who may: whoever reads screenings gets numbers of the own area (see `counts` on coarse ones); households are
listed for those alone who may look at each of them.
"""
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, and_, case, func, null, or_, select
from sqlalchemy.orm import aliased

from marketplace.assistance.policies import words
from marketplace.assistance.policies.models import Entitlement, Screening, Verdict
from marketplace.assistance.policies.queries import runs, scope
from marketplace.assistance.policies.queries.scope import Wanted, standing
from marketplace.assistance.policies.rules import coarse, coarse_fen, unmet
from marketplace.catalogue.model import Catalogue, Criterion, Policy
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.network.registry import rulebook
from marketplace.network.registry.models import Household
from marketplace.people.accounts.permissions import demand, narrow

WHAT = ("new", "left", "changed")


@dataclass(frozen=True)
class Ends:
    """A full run and the one before it, each with its catalogue."""

    run: Screening
    before: Screening
    now: Catalogue
    then: Catalogue

    def policy(self, name: str) -> Policy:
        """A policy of either catalogue, the newer one first."""
        return self.now.policy.get(name) or self.then.policy[name]

    @property
    def policies(self) -> list[Policy]:
        """Those of both catalogues, each once."""
        return [*self.now.policies, *(p for p in self.then.policies if p.id not in self.now.policy)]


@dataclass(frozen=True)
class Reason:
    """Why: `kind` is "unmet" (criteria that were not met before, or are not any more, as `catalogue` words them),
    "policy", "household" or "person" (it is new, or gone), "amount", "verify", "verified", "recorded" or "unrecorded"."""

    kind: str
    policy: Policy
    criteria: tuple[Criterion, ...] = ()
    catalogue: Catalogue | None = None


@dataclass(frozen=True)
class Moved:
    """One difference: `person_id` is 0 for the household itself; `before_fen` what it was, where the benefit changed."""

    what: str
    household_id: int
    place_code: str
    person_id: int
    policy: Policy
    amount_fen: int
    before_fen: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Moves:
    """How many entitlements are new, left or changed, and what that comes to in a year."""

    new: int | None
    left: int | None
    changed: int | None
    new_fen: int | None
    left_fen: int | None

    @property
    def told(self) -> bool:
        """Whether it tells of any difference. That there is one for fewer than five is not told either."""
        return bool(self.new or self.left or self.changed)


@dataclass(frozen=True)
class Numbers:
    """The differences of an area, altogether, by policy and by the places directly below, where there is any to be told."""

    total: Moves
    by_policy: list[tuple[Policy, Moves]]
    by_place: list[tuple[str, Moves]]


def ends(user, run: Screening) -> Ends | None:
    """The run and what it is compared with; None for the first run and for no finished full run. Raises NotAllowed."""
    before = runs.before(user, run) if (run.kind, run.state) == ("full", "done") else None
    return Ends(run, before, rulebook.read(run.catalogue), rulebook.read(before.catalogue)) if before else None


def numbers(user, between: Ends, wanted: Wanted) -> Numbers:
    """How many differences there are, in three statements. Raises NotAllowed."""
    demand(user, "screening.read")
    policies, below = defaultdict[str, list[int]](_none), defaultdict[str, list[int]](_none)
    whole = _none()
    for column, what in enumerate(WHAT):
        place = scope.place(user, Household.place_code, wanted)
        found = _Found(what, between)
        statement = narrow(user, "screening.read", found.among(wanted, place, found.row.policy, func.count(),
                                                              func.sum(found.row.yearly_fen)), Household)
        for code, policy, count, fen in db.session.execute(statement.group_by(place, found.row.policy)):
            for sums in (whole, policies[policy], below[code]):
                sums[column] += count
                sums[column + len(WHAT)] += int(fen)
    by_policy = [(p, _seen_by(user, policies[p.id])) for p in between.policies if p.id in policies]
    by_place = [(code, _seen_by(user, sums)) for code, sums in sorted(below.items())]
    return Numbers(_seen_by(user, whole), [row for row in by_policy if row[1].told],
                   [row for row in by_place if row[1].told])


def _none() -> list[int]:
    return [0] * (2 * len(WHAT))


def _seen_by(user, sums: Sequence[int]) -> Moves:
    new, left, changed, new_fen, left_fen, _fen = sums
    if scope.sees_households(user):
        return Moves(new, left, changed, new_fen, left_fen)
    return Moves(coarse(new), coarse(left), coarse(changed), coarse_fen(new_fen, new), coarse_fen(left_fen, left))


def reasons(user, between: Ends, wanted: Wanted, what: str) -> list[tuple[Reason, int]]:
    """Why entitlements are new or left, the most frequent first; one with two unmet criteria counts under each of them.

    A reason of fewer than five is told to those alone who may look at each household.
    """
    demand(user, "screening.read")
    found = _Found(what, between)
    row = found.row
    of_person = (row.person_id > 0).label("of_person")
    one = narrow(user, "screening.read", found.among(wanted, row.policy, of_person, *found.why), Household).subquery()
    sums: dict[Reason, int] = defaultdict(int)
    for count, policy, person, *why in db.session.execute(select(func.count(), *one.c).group_by(*one.c)):
        for reason in _reasons(between, what, policy, person, *why):
            for single in ([replace(reason, criteria=(c,)) for c in reason.criteria] or [reason]):
                sums[single] += count
    exact = sorted(sums.items(), key=lambda item: (-item[1], item[0].policy.seq))
    if scope.sees_households(user):
        return exact
    return [(reason, shown) for reason, count in exact if (shown := coarse(count)) is not None]


def listed(user, between: Ends, wanted: Wanted, what: str, after: str = "", size: int = 30) -> Page:
    """A page of differences of households that the user may look at, each a Moved; by household. Raises NotAllowed.

    Whose difference is about a policy that one member alone may know of is not listed when just that policy is asked for.
    """
    demand(user, "household.read")
    if words.built_in().private(wanted.policy):
        return Page([], None)
    found = _Found(what, between)
    row = found.row
    statement = narrow(user, "household.read", found.among(
        wanted, row.id, row.household_id, Household.place_code, row.person_id, row.policy, row.amount_fen,
        found.amount_before, *found.why), Household)
    order = Order((row.household_id, row.id), (False, False))
    rows = page(statement, order, size, after, lambda one: (one[1], one[0]))
    return replace(rows, rows=[_moved(between, what, *one[1:]) for one in rows.rows])


def _moved(between: Ends, what: str, home: int, place: str, person: int, policy: str, amount: int, before: int | None,
           *why: Any) -> Moved:
    return Moved(what, home, place, person, between.policy(policy), amount, before,
                 _reasons(between, what, policy, bool(person), *why))


class _Found:
    """Differences of one sort, as rows of Entitlement (`row`: how it is now, of who left how it was) with what says why."""

    def __init__(self, what: str, between: Ends):
        self.what, self.now, self.then = what, between.run.id, between.before.id
        self.row, self.other, self.chain = aliased(Entitlement), aliased(Entitlement), aliased(Entitlement)
        self.amount_before: Any = self.other.amount_fen if what == "changed" else null()

    @property
    def why(self) -> tuple[Any, ...]:
        """What `_reasons` takes: for a change what is different; else a mask, and who knew or which run ended it."""
        row, other, chain = self.row, self.other, self.chain
        if self.what == "changed":
            return ((row.amount_fen != other.amount_fen).label("more"), row.provisional.label("verify"),
                    other.provisional.label("verified"), row.received.label("received"), other.received.label("had"))
        if self.what == "new":
            knew = select(Verdict.id).where(Verdict.household_id == row.household_id, standing(Verdict, self.then)).exists()
            mask = case((chain.id.is_not(None), chain.failed_before), else_=row.failed_before)
            return mask.label("mask"), knew.label("knew")
        mask = case((chain.id.is_not(None), chain.fails_now), else_=row.fails_now)
        return mask.label("mask"), case((chain.id.is_not(None), chain.closed_by), else_=row.closed_by).label("ended")

    def among(self, wanted: Wanted, *columns: Any) -> Select:
        """These columns of the differences in the wanted area and policy."""
        row, other = self.row, self.other
        statement = select(*columns).select_from(row).join(Household, Household.id == row.household_id).where(
            Household.place_code.startswith(wanted.area, autoescape=True))
        if wanted.policy:
            statement = statement.where(row.policy == wanted.policy)
        if self.what == "changed":
            return statement.join(other, self._same(other) & standing(other, self.then)).where(
                row.opened_by > self.then, standing(row, self.now), or_(
                    row.amount_fen != other.amount_fen, row.provisional != other.provisional,
                    row.received.is_distinct_from(other.received)))
        here, there = (self.now, self.then) if self.what == "new" else (self.then, self.now)
        moved = row.opened_by > self.then if self.what == "new" else row.closed_by <= self.now
        elsewhere = select(other.id).where(self._same(other), standing(other, there)).correlate(row).exists()
        return statement.outerjoin(self.chain, self._chained()).where(moved, standing(row, here), ~elsewhere)

    def _same(self, other: Any) -> Any:
        row = self.row
        return and_(other.household_id == row.household_id, other.person_id == row.person_id, other.policy == row.policy)

    def _chained(self) -> Any:
        """Between two full runs there is at most one over changes: what it found first, or last, says why."""
        row, chain = self.row, self.chain
        if self.what == "new":
            return and_(self._same(chain), chain.closed_by == row.opened_by, chain.opened_by > self.then)
        return and_(self._same(chain), chain.opened_by == row.closed_by)


def _reasons(between: Ends, what: str, name: str, person: bool, *why: Any) -> tuple[Reason, ...]:
    policy = between.policy(name)
    if what == "changed":
        return tuple(Reason(kind, policy) for kind in _kinds_of_change(*why))
    mask, told = why
    catalogue = between.now if what == "left" and told == between.run.id else between.then
    if mask is not None and name in catalogue.policy:
        of_then = catalogue.policy[name]
        return (Reason("unmet", of_then, unmet(of_then, mask), catalogue),)
    levels = {c.policy[name].level if name in c.policy else "" for c in (between.now, between.then)}
    if len(levels) > 1:
        return (Reason("policy", policy),)
    return (Reason("person" if person and told else "household", policy),)


def _kinds_of_change(amount: bool, verify: bool, verify_before: bool, received: bool | None,
                     received_before: bool | None) -> list[str]:
    found = ["amount"] if amount else []
    if verify != verify_before:
        found.append("verify" if verify else "verified")
    if received is not received_before:
        found.append("recorded" if received else "unrecorded")
    return found
