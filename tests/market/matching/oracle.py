"""Small markets drawn by chance, and the best that can be done in them: another way to the same answer, row by row."""
from collections.abc import Iterable, Sequence
from itertools import product

from hypothesis import strategies as st
from ortools.sat.python import cp_model

from marketplace.market.matching.engine import EVERY_GROUP, LONG, Line, Need, Plan, Rules

TOWNS = ("371402001", "371402002", "371422100")
PLACES = (*TOWNS, "371402", "371422", "3714")
SIZES = ("", "M", "L")


def days(rules: Rules, need: Need, line: Line) -> int:
    return 0 if need.item in rules.still else rules.days[away(need, line)]


def away(need: Need, line: Line) -> int:
    return 0 if line.place == need.town else 1 if line.place[:6] == need.town[:6] else 2


def suits(need: Need, line: Line, rules: Rules) -> bool:
    """Whether a line may serve a need at all."""
    return (need.item == line.item and (not line.size or not need.size or line.size == need.size)
            and need.town.startswith(line.area) and bool(line.groups >> need.group & 1) and need.urgency >= line.urgency
            and line.charity in (0, need.charity) and line.category in ("", need.category)
            and (not line.most or need.units <= line.most)
            and days(rules, need, line) <= min(need.closes_in, line.ends_in))


def points(need: Need, line: Line, rules: Rules) -> int:
    ending = next((worth for days, worth in rules.expiry if line.ends_in <= days), 0)
    close = 0 if need.item in rules.still else rules.closeness[away(need, line)]
    fit = rules.exact if line.size and line.size == need.size else 0
    waiting = rules.waiting * min(need.waited // rules.stretch, rules.most_stretches)
    return rules.served + rules.urgency[need.urgency] + waiting + ending + close + fit


def tiers(needs: Sequence[Need], rules: Rules) -> dict[int, int]:
    """0, 1 for overdue, 2 for those that bring the median of their county's group back."""
    waited = sorted(need.waited for need in needs)
    limit = rules.multiple * waited[(len(waited) - 1) // 2] if waited else 0
    found = {need.id: int(need.waited > limit) for need in needs}
    for cell in {(need.town[:6], need.group) for need in needs}:
        inside = sorted((n for n in needs if (n.town[:6], n.group) == cell), key=lambda n: (-n.waited, n.id))
        while (left := sorted(n.waited for n in inside)) and left[(len(left) - 1) // 2] > limit:
            found[inside.pop(0).id] = 2
    return found


def value(needs: Sequence[Need], lines: Sequence[Line], given: Iterable[tuple[int, int, int]], rules: Rules) -> tuple:
    """(units for the latest, for all overdue, points) of a plan that keeps all rules."""
    need_of, line_of, tier = {n.id: n for n in needs}, {line.id: line for line in lines}, tiers(needs, rules)
    got, used, total = dict.fromkeys(need_of, 0), dict.fromkeys(line_of, 0), [0, 0, 0]
    for number, line, units in given:
        need = need_of[number]
        assert units > 0 and suits(need, line_of[line], rules)
        assert units == need.units or need.splittable and units >= min(need.least, need.units)
        got[number] += units
        used[line] += units
        total[0] += units * (tier[number] == 2)
        total[1] += units * (tier[number] > 0)
        total[2] += units * points(need, line_of[line], rules)
    for need in needs:
        left = need.units - got[need.id]
        assert left == 0 or got[need.id] == 0 or left >= need.least
    assert all(used[line.id] <= line.units for line in lines)
    return tuple(total)


def best(needs: Sequence[Need], lines: Sequence[Line], rules: Rules, barred: frozenset = frozenset()) -> tuple:
    """The greatest value of any plan."""
    model, tier = cp_model.CpModel(), tiers(needs, rules)
    units = {(n.id, line.id): model.new_int_var(0, n.units, "")
             for n, line in product(needs, lines) if suits(n, line, rules) and (n.id, line.id) not in barred}
    for need in needs:
        mine = [(line, units[need.id, line.id]) for line in lines if (need.id, line.id) in units]
        used = [model.new_bool_var("") for _ in mine]
        for (_, some), yes in zip(mine, used):
            least = min(need.least, need.units) if need.splittable else need.units
            model.add(some == 0).only_enforce_if(~yes)
            model.add(some >= least).only_enforce_if(yes)
        whole = model.new_bool_var("")
        total = sum(some for _, some in mine)
        model.add(total == need.units).only_enforce_if(whole)
        model.add(total <= (max(0, need.units - need.least) if need.splittable else 0)).only_enforce_if(~whole)
    for line in lines:
        model.add(sum(some for (_, other), some in units.items() if other == line.id) <= line.units)
    need_of, line_of = {n.id: n for n in needs}, {line.id: line for line in lines}
    stages = [sum(some for (n, _), some in units.items() if tier[n] == 2), sum(
        some for (n, _), some in units.items() if tier[n]), sum(
        some * points(need_of[n], line_of[line], rules) for (n, line), some in units.items())]
    found = []
    for stage in stages:
        model.maximize(stage)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model) == cp_model.OPTIMAL
        found.append(round(solver.objective_value))
        model.add(stage >= found[-1])
    return tuple(found)


def given(plan: Plan) -> list[tuple[int, int, int]]:
    return [(one.need, one.line, one.units) for one in plan.proposals]


@st.composite
def markets(draw: st.DrawFn, most_units: int = 4, item: str = "quilt", splittable: bool | None = None, least: int = 1):
    """Needs and lines of one item that are short of this and that."""
    pick = st.sampled_from
    needs = [Need(number, item, draw(st.integers(1, most_units)), draw(pick(TOWNS)), draw(pick(SIZES)),
                  draw(st.booleans()) if splittable is None else splittable, least, draw(pick((0, 10, 40, 100, 300))),
                  draw(st.integers(0, 2)), draw(pick((2, 5, LONG))), draw(st.integers(0, 1)), draw(pick(("", "food"))),
                  draw(st.integers(1, 2))) for number in range(1, draw(st.integers(1, 9)) + 1)]
    lines = [Line(number, item, draw(st.integers(1, most_units + 3)), draw(pick(PLACES)), draw(pick(SIZES)),
                  draw(pick((0, 3, 20, LONG))), draw(pick(("", "", "371402", "371402002"))), draw(pick((EVERY_GROUP, 1, 2))),
                  draw(pick((0, 0, 1))), draw(pick((0, 0, 1))), draw(pick(("", "", "food"))), draw(pick((0, 0, 2))))
             for number in range(1, draw(st.integers(1, 5)) + 1)]
    return needs, lines
