"""Numbers by place and policy: exact for who may look at the households anyway, and for others such that nothing under
five is told, by no filter, total or difference."""
from collections import defaultdict
from itertools import product

import pytest
from sqlalchemy import func, select

from marketplace.assistance.policies.models import NearMiss, ScreeningCount, Verdict
from marketplace.assistance.policies.queries import counts, runs, scope
from marketplace.assistance.policies.queries.scope import Wanted
from marketplace.assistance.policies.rules import coarse, coarse_fen
from marketplace.core.errors import NotAllowed
from marketplace.extensions import db
from tests.assistance.policies.town import TOWNS, Registry, counted, screen

CITY = "3714"


@pytest.mark.parametrize("count, shown", [
    (0, None), (4, None), (5, 5), (8, 5), (9, 10), (10, 10), (14, 10), (19, 20), (24, 20)])
def test_numbers_are_coarse(count, shown):
    assert coarse(count) == shown


def test_a_sum_is_that_of_the_coarse_count():
    assert coarse_fen(4 * 123_456, 4) is None
    assert coarse_fen(7 * 1_200_000, 7) == 5 * 1_200_000 and coarse_fen(7 * 1_234_567, 7) % 10_000 == 0


@pytest.mark.parametrize("parts, most", [(2, 24), (3, 18), (4, 8), (5, 8), (6, 4)])
def test_a_total_beside_its_parts_tells_no_part_under_five(parts, most):
    """Whoever sees the parts and their total made coarse still holds several numbers possible for each small part."""
    possible = defaultdict(lambda: [set() for _ in range(parts)])
    for numbers in product(range(most + 1), repeat=parts):
        for part, number in zip(possible[(*map(coarse, numbers), coarse(sum(numbers)))], numbers):
            part.add(number)
    for shown, sets in possible.items():  # `most` ends a step, so that nothing possible is left out
        assert not [one for one in sets if len(one) == 1 and 0 < min(one) < 5], shown


def test_two_runs_of_which_one_has_a_household_more_differ_by_nothing_or_five():
    differences = {coarse(n + 1) - coarse(n) for n in range(5, 200)}
    assert differences == {0, 5}


@pytest.fixture
def seen(city):
    Registry(city, "counts by place", 40)
    screen(city)
    return scope.seen()


def exact(seen, area="", policies=None):
    names = runs.NUMBERS
    rows = counted(ScreeningCount, seen.run.id)
    return [sum(row[at] for (town, policy), row in rows.items()
                if town.startswith(area) and (policies is None or policy in policies)) for at in range(len(names))]


def test_workers_see_exact_numbers_of_their_area(city, seen):
    worker = city.person("social_worker", "371402")
    total = counts.total(worker, seen, Wanted())
    assert [getattr(total, name) for name in runs.NUMBERS] == exact(seen, "371402")
    assert dict(counts.by_place(worker, seen, Wanted())).keys() == set(TOWNS[:2])
    for place, found in counts.by_place(worker, seen, Wanted()):
        assert [getattr(found, name) for name in runs.NUMBERS] == exact(seen, place)
    for policy, found in counts.by_policy(worker, seen, Wanted(area=TOWNS[0])):
        assert [getattr(found, name) for name in runs.NUMBERS] == exact(seen, TOWNS[0], {policy.id})
    assert counts.total(worker, seen, Wanted(area=TOWNS[2])).entitled == 0, "another county's"
    assert runs.totals(worker, [seen.run.id])[seen.run.id] == total


def test_kinds_and_policies_narrow(city, seen):
    worker = city.person("social_worker", CITY)
    for kind in {policy.kind for policy in seen.catalogue.policies}:
        ids = {policy.id for policy in seen.catalogue.policies if policy.kind == kind}
        total = counts.total(worker, seen, Wanted(kind=kind))
        assert [getattr(total, name) for name in runs.NUMBERS] == exact(seen, "", ids)
        assert {policy.id for policy, _found in counts.by_policy(worker, seen, Wanted(kind=kind))} <= ids


def test_near_misses_by_criterion_and_place(city, seen):
    worker = city.person("social_worker", CITY)
    rows = db.session.execute(select(NearMiss.policy, NearMiss.criterion, func.count()).group_by(
        NearMiss.policy, NearMiss.criterion)).all()
    found = counts.near_by_criterion(worker, seen, Wanted())
    assert {(one.policy.id, one.criterion.id, one.near) for one in found} == {tuple(row) for row in rows} and rows
    assert sum(numbers[0] for _place, numbers in counts.near_by_place(worker, seen, Wanted())) == sum(r[2] for r in rows)


@pytest.mark.parametrize("role, area", [("supervisor", CITY), ("administrator", "")])
def test_whoever_may_not_look_at_households_reads_nothing_under_five(city, seen, role, area):
    """Everything that can be asked for is asked for, and what follows from all of it together is drawn."""
    by = city.person(role, area)
    areas = ("", "371402", "371427", *TOWNS)
    kinds = sorted({policy.kind for policy in seen.catalogue.policies})
    ids = [policy.id for policy in seen.catalogue.policies]
    asked = [(a, {p}, Wanted(a, policy=p)) for a in areas for p in ids]
    asked += [(a, {p.id for p in seen.catalogue.policies if k in ("", p.kind)}, Wanted(a, kind=k))
              for a in areas for k in ("", *kinds)]
    shown = []
    for place, policies, wanted in asked:
        number = counts.total(by, seen, wanted).entitled
        assert number is None or number >= 5
        cells = [(town, policy) for town in TOWNS if town.startswith(place) for policy in policies]
        shown.append((cells, *bounds(number)))
    low, high = drawn(shown)
    truth = {key: row[0] for key, row in counted(ScreeningCount, seen.run.id).items()}
    small = [cell for cell in low if 0 < truth.get(cell, 0) < 5]
    assert small and all(low[cell] <= truth.get(cell, 0) <= high[cell] for cell in low)
    assert not [cell for cell in small if low[cell] == high[cell]]


def bounds(number: int | None) -> tuple[int, int]:
    """Between which numbers a shown one can be."""
    if number is None:
        return 0, 4
    return (number, number + 3) if number % 10 else (number - 1, number + 4)


def drawn(shown) -> tuple[dict, dict]:
    """The narrowest bounds of each cell that follow from sums, each tightening the others until nothing moves."""
    cells = {cell for some, _low, _high in shown for cell in some}
    low, high = dict.fromkeys(cells, 0), dict.fromkeys(cells, 10**6)
    moved = True
    while moved:
        moved = False
        for some, least, most in shown:
            lows, highs = sum(low[c] for c in some), sum(high[c] for c in some)
            for cell in some:
                tight = (max(low[cell], least - (highs - high[cell])), min(high[cell], most - (lows - low[cell])))
                if tight != (low[cell], high[cell]):
                    lows, highs = lows + tight[0] - low[cell], highs + tight[1] - high[cell]
                    (low[cell], high[cell]), moved = tight, True
    return low, high


def test_a_supervisor_of_a_county_reads_the_own_county(city, seen):
    by = city.person("supervisor", "371427")
    assert {place for place, _found in counts.by_place(by, seen, Wanted())} <= {TOWNS[2]}
    assert counts.total(by, seen, Wanted(area="371402")).entitled is None


def test_nobody_else_reads_numbers(city, seen):
    for role in ("donor", "charity", "beneficiary", "verifier", "operator", "volunteer"):
        by = city.person(role) if role != "beneficiary" else city.beneficiary(city.home())
        assert counts.by_place(by, seen, Wanted()) == counts.by_policy(by, seen, Wanted()) == []
        with pytest.raises(NotAllowed):
            runs.at_work(by)
        with pytest.raises(NotAllowed):
            runs.listed(by)
    assert db.session.scalar(select(func.count()).select_from(Verdict))
