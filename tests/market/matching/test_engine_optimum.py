"""Plans keep all rules, are as good as can be, and say so only when they are."""
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.market.matching.engine import Line, Need, Rules, match
from tests.market.matching import oracle

FLOW = Rules(exact_pairs=0)


@settings(max_examples=60, deadline=None)
@given(oracle.markets())
def test_a_small_market_is_matched_as_well_as_can_be_and_that_is_proven(rows):
    plan = match(*rows)
    assert oracle.value(*rows, oracle.given(plan), Rules()) == oracle.best(*rows, Rules())
    assert plan.proven


@settings(max_examples=60, deadline=None)
@given(st.one_of(oracle.markets(most_units=1), oracle.markets(splittable=True)))
def test_single_units_and_needs_that_may_be_split_need_no_search(rows):
    plan = match(*rows, FLOW)
    assert oracle.value(*rows, oracle.given(plan), FLOW) == oracle.best(*rows, FLOW)
    assert plan.proven


@settings(max_examples=60, deadline=None)
@given(oracle.markets(), st.sampled_from((0, 1, 6)))
def test_without_a_search_the_bound_still_holds(rows, rounds):
    rules = Rules(exact_pairs=0, rounds=rounds)
    plan = match(*rows, rules)
    (kind,) = plan.kinds.values()
    value, best = oracle.value(*rows, oracle.given(plan), rules), oracle.best(*rows, rules)
    assert value == kind.value <= best <= kind.bound
    assert not plan.proven or value == best


@settings(max_examples=40, deadline=None)
@given(oracle.markets(), st.frozensets(st.tuples(st.integers(1, 9), st.integers(1, 5)), max_size=8))
def test_pairs_that_are_barred_do_not_come_together_and_others_serve(rows, barred):
    plan = match(*rows, barred=barred)
    assert not barred & {(one.need, one.line) for one in plan.proposals}
    assert oracle.value(*rows, oracle.given(plan), Rules()) == oracle.best(*rows, Rules(), barred)
    assert plan.proven


@pytest.mark.parametrize("rules", [Rules(), FLOW])
def test_a_whole_need_does_not_get_what_it_is_barred_from_because_nothing_else_near_is_enough(rules):
    near, far = oracle.TOWNS[0], oracle.TOWNS[2]
    lines = [Line(1, "quilt", 1, near), Line(2, "quilt", 1, near), Line(3, "quilt", 2, near), Line(4, "quilt", 2, far)]
    plan = match([Need(1, "quilt", 2, near)], lines, rules, barred=frozenset({(1, 3)}))
    assert [(one.need, one.line, one.units) for one in plan.proposals] == [(1, 4, 2)]


@settings(max_examples=40, deadline=None)
@given(oracle.markets(most_units=30, item="money", splittable=True, least=4))
def test_money_is_given_in_parts_that_are_large_enough(rows):
    plan = match(*rows)
    assert oracle.value(*rows, oracle.given(plan), Rules()) == oracle.best(*rows, Rules())
    assert plan.proven


@settings(max_examples=20, deadline=None)
@given(oracle.markets())
def test_terms_add_up_and_the_order_of_rows_does_not_matter(rows):
    needs, lines = rows
    plan, again = match(needs, lines), match(reversed(needs), reversed(lines))
    assert plan.proposals == again.proposals
    assert sum(one.points for one in plan.proposals) == plan.objective
    need_of, line_of = {need.id: need for need in needs}, {line.id: line for line in lines}
    for one in plan.proposals:
        assert one.points == one.units * oracle.points(need_of[one.need], line_of[one.line], Rules())
        assert one.tier == oracle.tiers(needs, Rules())[one.need]
