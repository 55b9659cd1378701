"""Numbers by place and policy.

Who may: whoever reads screenings, within the own area. Social workers, who may look at each of these households anyway, see
exact numbers. Supervisors and administrators may not, and see coarse ones: none below five, the others in steps of five,
every total made coarse on its own, so that neither a filter nor a difference tells of a group under five.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from marketplace.assistance.policies.models import NearCount, ScreeningCount
from marketplace.assistance.policies.queries import scope
from marketplace.assistance.policies.queries.runs import NUMBERS, Totals, totals_of
from marketplace.assistance.policies.queries.scope import Seen, Wanted
from marketplace.assistance.policies.rules import coarse
from marketplace.catalogue.model import Criterion, Policy
from marketplace.extensions import db
from marketplace.people.accounts.permissions import narrow


@dataclass(frozen=True)
class Near:
    """How many miss a policy narrowly by one criterion: within 20 %, within 10 % and within 5 % of what it asks."""

    policy: Policy
    criterion: Criterion
    near: int | None
    within_10: int | None
    within_5: int | None


def by_policy(user, seen: Seen, wanted: Wanted) -> list[tuple[Policy, Totals]]:
    """What the shown run found for each policy, in the order of the catalogue."""
    found = _totals(user, seen, wanted, ScreeningCount.policy)
    return [(policy, found[policy.id]) for policy in seen.catalogue.policies if policy.id in found]


def by_place(user, seen: Seen, wanted: Wanted) -> list[tuple[str, Totals]]:
    """What the shown run found in each place directly below the wanted area, or the user's own."""
    found = _totals(user, seen, wanted, scope.place(user, ScreeningCount.town_code, wanted))
    return sorted(found.items())


def by_town_and_policy(user, seen: Seen, wanted: Wanted) -> list[tuple[str, Policy, Totals]]:
    """What the shown run found in each town for each policy, each number made coarse on its own."""
    found = _totals(user, seen, wanted, ScreeningCount.town_code + " " + ScreeningCount.policy)
    keys = [(*key.partition(" ")[::2], totals) for key, totals in sorted(found.items())]
    return [(town, seen.catalogue.policy[policy], totals) for town, policy, totals in keys]


def total(user, seen: Seen, wanted: Wanted) -> Totals:
    """All of it together; what nobody has is nothing."""
    found = _totals(user, seen, wanted, func.min(""), grouped=False)
    return found.get("") or totals_of(user, *[0] * len(NUMBERS))


def near_by_criterion(user, seen: Seen, wanted: Wanted) -> list[Near]:
    """Near misses by policy and criterion, in the order of the catalogue."""
    found = {(policy, criterion): numbers for policy, criterion, *numbers in
             _near(user, seen, wanted, NearCount.policy, NearCount.criterion)}
    return [Near(policy, criterion, *_coarse(user, found[policy.id, criterion.id])) for policy in seen.catalogue.policies
            for criterion in policy.criteria if (policy.id, criterion.id) in found]


def near_by_place(user, seen: Seen, wanted: Wanted) -> list[tuple[str, list[int | None]]]:
    """Near misses in each place directly below the wanted area: within 20 %, 10 % and 5 %."""
    rows = _near(user, seen, wanted, scope.place(user, NearCount.town_code, wanted))
    return sorted((place, _coarse(user, numbers)) for place, *numbers in rows)


def _totals(user, seen: Seen, wanted: Wanted, by: Any, grouped: bool = True) -> dict[str, Totals]:
    sums = [func.sum(getattr(ScreeningCount, name)) for name in NUMBERS]
    statement = _narrowed(user, seen, wanted, select(by, *sums), ScreeningCount)
    rows = db.session.execute(statement.group_by(by) if grouped else statement).all()
    return {key: totals_of(user, *map(int, numbers)) for key, *numbers in rows if numbers[0] is not None}


def _near(user, seen: Seen, wanted: Wanted, *by: Any) -> Sequence[Any]:
    sums = [func.sum(getattr(NearCount, name)) for name in ("near", "within_10", "within_5")]
    statement = _narrowed(user, seen, wanted, select(*by, *sums), NearCount)
    return [row for row in db.session.execute(statement.group_by(*by)).all() if row[len(by)]]


def _narrowed(user, seen: Seen, wanted: Wanted, statement: Select, model: Any) -> Select:
    return narrow(user, "screening.read", statement, model).where(
        model.screening_id == seen.run.id, wanted.holds(model.town_code, model.policy, seen.catalogue))


def _coarse(user, numbers: Sequence[Any]) -> list[int | None]:
    whole = [int(number) for number in numbers]
    return list(whole) if scope.sees_households(user) else [coarse(number) for number in whole]
