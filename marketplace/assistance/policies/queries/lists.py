"""Households that a screening found: the missed, the over-covered and the near misses, by number and without names.

Who may: whoever may read the silent, within the own area. What a list says is worked out by a machine: a hint for a person
who looks, never a decision. Policies that one member alone may know of carry no name here: a list lies open on a desk.
"""
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text, true
from sqlalchemy.orm import aliased

from marketplace.assistance.policies import words
from marketplace.assistance.policies.models import Entitlement, NearMiss, OverCovered
from marketplace.assistance.policies.queries import scope
from marketplace.assistance.policies.queries.scope import Seen, Wanted
from marketplace.assistance.policies.rules import unmet
from marketplace.catalogue.model import Catalogue, Criterion, Policy
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.network.registry.models import Household
from marketplace.people.accounts.permissions import narrow

SIZE = 50
COUNTED = 1000
WITHIN = (50, 100, 200)  # per mille of the threshold
MISSED = text("NOT entitlement.received")  # word for word as in its index

_inside = aliased(Household)


@dataclass(frozen=True)
class Found:
    """A policy of a household, or of a member. `policy` is None where it is for one person alone to know."""

    household_id: int
    place_code: str
    policy: Policy | None
    member: bool
    eligible_until: date


@dataclass(frozen=True)
class Missed(Found):
    """It qualifies, and the record that exists for such policies lacks it. Fen in a year."""

    yearly_fen: int
    provisional: bool


@dataclass(frozen=True)
class Over(Found):
    """It is on record without meeting these criteria."""

    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Near(Found):
    """A single number keeps it from the policy; `gap` in units of the measure, `per_mille` of what is asked."""

    criterion: str
    measure: str
    gap: int
    per_mille: int


def private(policy: str, person_id: int) -> bool:
    """Whether one member alone may know of it."""
    return bool(person_id) and words.built_in().private(policy)


def nameable(catalogue: Catalogue) -> list[Policy]:
    """The policies by which lists of households may be narrowed."""
    return [p for p in catalogue.policies if not (p.level == "person" and words.built_in().private(p.id))]


def missed(user, seen: Seen, wanted: Wanted, after: str = "", size: int = SIZE) -> Page:
    """A page of Missed, the most at stake first."""
    columns = (Entitlement.yearly_fen, Entitlement.provisional, Entitlement.id)
    statement = _of(user, seen, wanted, Entitlement, *columns).where(MISSED)
    order = Order((Entitlement.yearly_fen, Entitlement.id), (True, True))
    found = page(statement, order, size, after, lambda row: (row.yearly_fen, row.id))
    return Page([Missed(**_shared(seen, row), yearly_fen=row.yearly_fen, provisional=row.provisional)
                 for row in found.rows], found.after)


def over(user, seen: Seen, wanted: Wanted, after: str = "", size: int = SIZE) -> Page:
    """A page of Over, the newest first."""
    statement = _of(user, seen, wanted, OverCovered, OverCovered.mask, OverCovered.id)
    found = page(statement, Order((OverCovered.id,), (True,)), size, after, lambda row: (row.id,))
    return Page([Over(**_shared(seen, row), criteria=_criteria(seen, row)) for row in found.rows], found.after)


def near(user, seen: Seen, wanted: Wanted, within: int = WITHIN[-1], after: str = "", size: int = SIZE) -> Page:
    """A page of Near that miss by at most so many per mille, the nearest first."""
    columns = (NearMiss.criterion, NearMiss.measure, NearMiss.gap, NearMiss.per_mille, NearMiss.id)
    statement = _of(user, seen, wanted, NearMiss, *columns).where(NearMiss.per_mille <= within)
    order = Order((NearMiss.per_mille, NearMiss.id), (False, False))
    found = page(statement, order, size, after, lambda row: (row.per_mille, row.id))
    return Page([Near(**_shared(seen, row), criterion=row.criterion, measure=row.measure, gap=row.gap,
                      per_mille=row.per_mille) for row in found.rows], found.after)


def counted(user, seen: Seen, wanted: Wanted, of: str, within: int = WITHIN[-1]) -> int:
    """How many a list has ("missed", "over" or "near"), at most COUNTED + 1, which stands for more."""
    conditions: dict[str, tuple[Any, Any]] = {
        "missed": (Entitlement, MISSED), "over": (OverCovered, true()), "near": (NearMiss, NearMiss.per_mille <= within)}
    model, only = conditions[of]
    return at_most(_of(user, seen, wanted, model).where(only))


def at_most(statement: Select) -> int:
    """How many rows, counted no further than one beyond COUNTED."""
    return db.session.scalar(select(func.count()).select_from(statement.limit(COUNTED + 1).subquery())) or 0


def _of(user, seen: Seen, wanted: Wanted, model: Any, *columns: Any) -> Select:
    shared = (Household.id.label("household"), Household.place_code, Household.eligible_until, model.policy, model.person_id)
    statement = select(*shared, *columns).select_from(model).join(Household, Household.id == model.household_id)
    # asked of each household, beside the join: else SQLite begins with all households of the area and sorts them
    home = narrow(user, "silent.read", select(_inside.id), _inside).where(
        _inside.id == model.household_id, scope.inside(_inside.place_code, wanted.area)).correlate(model)
    return statement.where(scope.standing(model, seen.run.id), home.exists(), named(wanted, model, seen.catalogue))


def named(wanted: Wanted, model: Any, catalogue: Catalogue) -> ColumnElement[bool]:
    """The condition on policies; one that a single member alone may know of narrows to nobody."""
    if not (wanted.policy or wanted.kind):
        return true()
    known = {policy.id for policy in nameable(catalogue)}
    return model.policy.in_([name for name in wanted.policies(catalogue) or [] if name in known])


def _shared(seen: Seen, row: Any) -> dict[str, Any]:
    hidden = private(row.policy, row.person_id)
    return {"household_id": row.household, "place_code": row.place_code, "member": bool(row.person_id),
            "policy": None if hidden else seen.catalogue.policy.get(row.policy), "eligible_until": row.eligible_until}


def _criteria(seen: Seen, row: Any) -> tuple[Criterion, ...]:
    return () if private(row.policy, row.person_id) else unmet(seen.catalogue.policy.get(row.policy), row.mask)
