"""Nobody is preferred to who has waited too long."""
import numpy as np
from hypothesis import given, settings

from marketplace.market.matching.engine import Fairness, Line, Need, Rules, match
from marketplace.market.matching.engine.fairness import LATEST, median, tiers
from marketplace.market.matching.engine.model import NEED, Columns
from tests.market.matching import oracle

HERE, THERE = "371402001", "371422100"


def test_the_overdue_go_before_the_urgent_whatever_the_points():
    needs = [Need(number, "quilt", 1, HERE, waited=10, urgency=2) for number in range(1, 6)]
    needs += [Need(number, "quilt", 1, THERE, waited=21) for number in (6, 7)]
    plan = match(needs, [Line(1, "quilt", 2, HERE)])
    assert [(one.need, one.tier) for one in plan.proposals] == [(6, 2), (7, 2)]
    assert all(waiting.held for waiting in plan.waiting())
    nobody = match(needs, [Line(1, "quilt", 2, HERE)], Rules(multiple=3))
    assert [one.need for one in nobody.proposals] == [1, 2]


def test_where_help_does_not_suffice_the_report_says_who_still_waits():
    needs = [Need(number, "quilt", 1, HERE, waited=10) for number in range(1, 6)]
    needs += [Need(number, "quilt", 1, THERE, waited=30, group=1) for number in range(6, 10)]
    plan = match(needs, [Line(1, "quilt", 3, "3714")])
    there = next(waiting for waiting in plan.waiting() if waiting.by == "county" and waiting.code == 371422)
    assert (there.needs, there.overdue, there.left, there.left_overdue, there.median, there.limit) == (4, 4, 1, 1, 30, 20)
    assert not there.held and plan.kinds["quilt"].fair and plan.kinds["quilt"].bound[:2] == (3, 3)
    assert [w.code for w in plan.waiting() if not w.held] == [371422, 1]
    assert plan.fairness == plan.overdue == [Fairness("quilt", "371422", 1, 4, 3, 30, 20)]


def test_a_county_where_most_wait_too_long_goes_before_one_where_few_do():
    needs = [Need(number, "quilt", 1, HERE, waited=10) for number in range(1, 8)]
    needs += [Need(8, "quilt", 1, HERE, waited=99)] + [Need(number, "quilt", 1, THERE, waited=30) for number in (9, 10)]
    plan = match(needs, [Line(1, "quilt", 2, HERE)])
    assert [one.need for one in plan.proposals] == [9, 10]
    assert all(waiting.held for waiting in plan.waiting())


@settings(max_examples=100, deadline=None)
@given(oracle.markets())
def test_when_the_latest_are_served_no_county_and_no_group_waits_beyond_the_limit(rows):
    needs = Columns.read(rows[0], NEED)
    tier = tiers(needs, 2)
    assert dict(zip(needs.id.tolist(), tier.tolist())) == oracle.tiers(rows[0], Rules())
    left = tier < LATEST
    for codes in (needs.town // 1_000, needs.group):
        for code in np.unique(codes):
            assert median(needs.waited[left & (codes == code)]) <= 2 * median(needs.waited)
