"""The engine against a slow and simple reading of the same rules, and against a linear program made of it."""
import random
from collections import defaultdict
from dataclasses import replace

import pytest
from ortools.linear_solver import pywraplp

from bench.matching_city import City
from marketplace.market.matching.engine import Line, Need, Rules, match

RULES = Rules()
TOWN, SAME_COUNTY, FAR = "371402001", "371402002", "371427100"


def away(need: Need, line: Line) -> int:
    if line.item in RULES.still:
        return 0
    if line.place == need.town:
        return 0
    return 1 if len(line.place) >= 6 and line.place[:6] == need.town[:6] else 2


def points(need: Need, line: Line) -> int | None:
    """Of one unit; None where the line may not serve the need. Written from the rules, not from the engine."""
    far, days = away(need, line), (0, 0, 0) if line.item in RULES.still else RULES.days
    if line.size and need.size and line.size != need.size or not need.town.startswith(line.area):
        return None
    if line.charity not in (0, need.charity) or line.category not in ("", need.category):
        return None
    if not line.groups >> need.group & 1 or need.urgency < line.urgency:
        return None
    if days[far] > min(need.closes_in, line.ends_in):
        return None
    found = RULES.served + RULES.urgency[need.urgency]
    found += RULES.waiting * min(need.waited // RULES.stretch, RULES.most_stretches)
    found += next((worth for days_left, worth in RULES.expiry if line.ends_in <= days_left), 0)
    found += RULES.exact if need.size and need.size == line.size else 0
    return found + (0 if line.item in RULES.still else RULES.closeness[far])


@pytest.mark.parametrize("seed", range(4))
def test_every_proposal_keeps_every_rule_and_says_why(seed):
    needs, lines = City(400, 120, seed).rows()
    plan = match(needs, lines)
    asked, there = {n.id: n for n in needs}, {one.id: one for one in lines}
    used, given = defaultdict(int), defaultdict(list)
    for one in plan.proposals:
        need, line = asked[one.need], there[one.line]
        each = points(need, line)
        assert each is not None and need.item == line.item and sum(one.terms.values()) == each * one.units
        assert not line.most or one.units <= line.most
        used[line.id] += one.units
        given[need.id].append(one.units)
    assert all(units <= there[number].units for number, units in used.items())
    for number, parts in given.items():
        need = asked[number]
        assert sum(parts) <= need.units and (need.splittable or parts == [need.units])
        assert all(part >= need.least for part in parts) or sum(parts) == need.units
    assert plan.objective == sum(sum(one.terms.values()) for one in plan.proposals) <= plan.bound
    random.Random(seed).shuffle(needs)
    random.Random(seed).shuffle(lines)
    assert match(needs, lines).proposals == plan.proposals


@pytest.mark.parametrize("seed", range(4))
def test_single_things_are_given_as_well_as_a_linear_program_could(seed):
    """Nobody overdue here, so that points alone decide; the program may split what the engine may not."""
    needs, lines = City(150, 60, seed).rows()
    needs = [replace(n, units=1, splittable=False, least=1, waited=10) for n in needs if n.item != "money"]
    lines = [replace(one, most=0) for one in lines]
    plan = match(needs, lines)
    solver = pywraplp.Solver.CreateSolver("GLOP")
    at_need, at_line = defaultdict(list), defaultdict(list)
    for need in needs:
        for line in lines:
            each = points(need, line) if need.item == line.item else None
            if each:
                share = solver.NumVar(0, 1, "")
                solver.Objective().SetCoefficient(share, each)
                at_need[need.id].append(share)
                at_line[line.id].append((share, line.units))
    for shares in at_need.values():
        solver.Add(sum(shares) <= 1)
    for rows in at_line.values():
        solver.Add(sum(share for share, _units in rows) <= rows[0][1])
    solver.Objective().SetMaximization()
    solver.Solve()
    assert plan.proven and plan.objective == plan.bound == round(solver.Objective().Value())


def test_who_has_waited_too_long_goes_before_every_better_story():
    """Two near and urgent wishes would bring more; the one far away has waited more than twice the median."""
    near = [Need(number, "quilt", 1, TOWN, urgency=2, waited=20) for number in (1, 2, 3)]
    late = Need(4, "quilt", 1, FAR, waited=90)
    plan = match([*near, late], [Line(1, "quilt", 2, TOWN)])
    assert {one.need for one in plan.proposals} == {1, 4} and plan.fairness == []
    two_late = [late, replace(late, id=5)]
    (left,) = match([*near, *near[:0], *two_late], [Line(1, "quilt", 1, TOWN)]).fairness
    assert (left.county, left.overdue, left.served) == (FAR[:6], 2, 1)


def test_whole_needs_stay_whole_and_divisible_ones_take_what_there_is():
    lines = [Line(1, "chair", 2, TOWN), Line(2, "chair", 2, SAME_COUNTY)]
    whole, parted = Need(1, "chair", 3, TOWN), Need(2, "chair", 3, TOWN, splittable=True)
    assert match([whole], lines).proposals == []
    assert [(p.line, p.units) for p in match([parted], lines).proposals] == [(1, 2), (2, 1)]


def test_a_change_solves_its_own_kind_anew_and_leaves_the_others():
    needs, lines = City(300, 100, 5).rows()
    plan = match(needs, lines)
    item = needs[0].item
    changed = [replace(n, urgency=2) for n in needs if n.item == item][:5]
    again = plan.changed(needs=changed, gone_lines=[next(one.id for one in lines if one.item == item)])
    assert all(again.kinds[name] is plan.kinds[name] for name in plan.kinds if name != item)
    kept = {n.id: n for n in needs} | {n.id: n for n in changed}
    gone = next(one.id for one in lines if one.item == item)
    assert again.proposals == match(kept.values(), [one for one in lines if one.id != gone]).proposals


def test_a_hundred_that_changed_are_matched_quickly_with_what_the_others_leave():
    needs, lines = City(300, 100, 6).rows()
    plan, changed = match(needs, lines), [replace(n, urgency=2 - n.urgency) for n in needs[::10]]
    mended, numbers = plan.mended(changed), {n.id for n in changed}
    assert [p for p in mended.proposals if p.need not in numbers] == [p for p in plan.proposals if p.need not in numbers]
    used = defaultdict(int)
    for one in mended.proposals:
        used[one.line] += one.units
    assert all(used[line.id] <= line.units for line in lines) and not mended.proven
    assert mended.objective >= 0.95 * plan.changed(needs=changed).objective


def test_what_people_declined_is_not_proposed_and_another_line_serves():
    need, lines = Need(7, "radio", 1, TOWN), [Line(1, "radio", 1, TOWN), Line(2, "radio", 1, FAR)]
    assert [p.line for p in match([need], lines).proposals] == [1]
    assert [p.line for p in match([need], lines, barred=frozenset({(7, 1)})).proposals] == [2]
