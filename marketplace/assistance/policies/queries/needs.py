"""Where help is missing, as numbers: near misses and the silent, for those who plan a campaign or look after the whole.

Every number is coarse for everybody, and each made coarse on its own (`rules.coarse`): none below five, nothing between the
steps, so that no filter and no difference of two of them tells of a small group.
"""
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from marketplace.assistance.policies.models import NearCount, Verdict
from marketplace.assistance.policies.queries import scope, silent
from marketplace.assistance.policies.queries.counts import Near
from marketplace.assistance.policies.queries.scope import Seen, Wanted
from marketplace.assistance.policies.rules import coarse
from marketplace.extensions import db
from marketplace.people.accounts.permissions import demand, narrow

NEAR = {50: "within_5", 100: "within_10", 200: "near"}


@dataclass(frozen=True)
class Missing:
    """What a place lacks: near misses within the wanted distance, and silent households. None is fewer than five."""

    near: int | None
    silent: int | None


def by_place(user, seen: Seen, wanted: Wanted, within: int) -> dict[str, Missing]:
    """The numbers of each place directly below the wanted area, or the user's own. Raises NotAllowed."""
    demand(user, "needs.read")
    place = scope.place(user, NearCount.town_code, wanted)
    counted = func.sum(getattr(NearCount, NEAR[within]))
    near = {code: int(number) for code, number in db.session.execute(
        _near(user, seen, wanted, select(place, counted)).group_by(place))}
    quiet = silent.by_place(user, "needs.read", seen, wanted, scope.place(user, Verdict.town_code, wanted))
    return {code: Missing(coarse(near.get(code, 0)), coarse(quiet.get(code, 0))) for code in sorted({*near, *quiet})}


def by_criterion(user, seen: Seen, wanted: Wanted) -> list[Near]:
    """Near misses by policy and criterion, in the order of the catalogue. Raises NotAllowed."""
    demand(user, "needs.read")
    sums = [func.sum(getattr(NearCount, name)) for name in ("near", "within_10", "within_5")]
    statement = _near(user, seen, wanted, select(NearCount.policy, NearCount.criterion, *sums))
    rows = db.session.execute(statement.group_by(NearCount.policy, NearCount.criterion))
    found = {(policy, name): [coarse(int(number)) for number in numbers] for policy, name, *numbers in rows}
    return [Near(policy, criterion, *found[policy.id, criterion.id]) for policy in seen.catalogue.policies
            for criterion in policy.criteria if found.get((policy.id, criterion.id), [None])[0]]


def _near(user, seen: Seen, wanted: Wanted, statement: Select) -> Select:
    return narrow(user, "needs.read", statement, NearCount).where(
        NearCount.screening_id == seen.run.id, wanted.holds(NearCount.town_code, NearCount.policy, seen.catalogue))
