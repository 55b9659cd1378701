"""After a change: kinds without one keep their plan, and the others are nearly as good as new."""
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.matching_city import City
from marketplace.market.matching.engine import Line, Need, Rules, match
from tests.market.matching import oracle


@pytest.fixture(scope="module")
def before():
    needs, lines = City(4_000, 800).rows()
    return needs, lines, match(needs, lines, Rules(exact_pairs=0))


def test_only_kinds_in_which_something_changed_are_matched_again(before):
    needs, lines, plan = before
    gone = [need.id for need in needs if need.item == "shoes"][:5]
    again = plan.changed([Need(90_001, "gloves", 2, needs[0].town)], [Line(90_001, "shoes", 3, "3714")], gone_needs=gone)
    assert {item for item in again.kinds if again.kinds[item] is not plan.kinds[item]} == {"gloves", "shoes"}
    assert not {one.need for one in again.proposals} & set(gone)
    assert plan.changed().kinds == plan.kinds


def test_a_changed_hundred_keeps_all_rules_and_nearly_all_points(before):
    needs, lines, plan = before
    chance = np.random.default_rng(5)
    gone_needs, gone_lines = (chance.choice(len(rows), many, replace=False) + 1 for rows, many in ((needs, 80), (lines, 20)))
    new = City(200, 60, seed=9).rows()
    more = [[type(row)(**{name: getattr(row, name) for name in row.__slots__} | {"id": row.id + 10**6}) for row in rows]
            for rows in new]
    again = plan.changed(*more, gone_needs.tolist(), gone_lines.tolist())
    left = ([need for need in needs if need.id not in gone_needs] + more[0],
            [line for line in lines if line.id not in gone_lines] + more[1])
    given, anew = oracle.given(again), match(*left, plan.rules)
    for item, kind in again.kinds.items():
        some = [[row for row in rows if row.item == item] for rows in left]
        numbers = {need.id for need in some[0]}
        assert oracle.value(*some, [row for row in given if row[0] in numbers], plan.rules) == kind.value <= kind.bound
        assert kind.value[:2] == anew.kinds[item].value[:2] and anew.kinds[item].value <= kind.bound
        near = kind.value[2] * plan.rules.slack >= kind.bound[2] * (plan.rules.slack - 1)
        assert near or kind.value == anew.kinds[item].value


@settings(max_examples=40, deadline=None)
@given(oracle.markets(), oracle.markets(), st.data())
def test_any_change_of_a_small_market_keeps_the_bound(one, other, data):
    rules = Rules(exact_pairs=0)
    plan = match(*one, rules)
    gone_needs, gone_lines = ([row.id for row in rows if data.draw(st.booleans())] for rows in one)
    new = [data.draw(st.lists(st.sampled_from(rows), unique_by=lambda row: row.id)) for rows in other]
    again = plan.changed(*new, gone_needs, gone_lines)
    rows = [[row for row in old if row.id not in {*gone, *(row.id for row in more)}] + more
            for old, gone, more in zip(one, (gone_needs, gone_lines), new)]
    kind = again.kinds["quilt"]
    assert oracle.value(*rows, oracle.given(again), rules) == kind.value <= oracle.best(*rows, rules) <= kind.bound


def test_two_processes_find_the_same_plan(before):
    needs, lines, plan = before
    two = match(needs, lines, plan.rules, workers=2)
    assert two.proposals == plan.proposals
    assert two.changed(gone_needs=[1], workers=2).proposals == plan.changed(gone_needs=[1]).proposals
