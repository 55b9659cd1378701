"""From measurements of the matching to aims that were met or not; and what a plan breaks, counted from its rows."""
from collections.abc import Iterator
from typing import Any

import numpy as np

from marketplace.market.matching.engine import KindPlan, Rules
from marketplace.market.matching.engine.model import COUNTY, SMALLER, TOWN


def aims(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Each aim, what was measured for it, and whether it was met."""
    seconds, goods, all_of_it = said["seconds"], said["goods"], said["seconds"]["optimum, all processors"]
    rows = [
        ("kinds whose optimum is proven, of all", said["proven"] / said["kinds"], ">=", 1.0),
        ("kinds in which nobody could give the overdue more", said["fair"] / said["kinds"], ">=", 1.0),
        ("optimum, times greedy, both on one processor", seconds["optimum"] / seconds["greedy"], "<=", 5.0),
        ("optimum on all processors, times greedy on one", all_of_it / seconds["greedy"], "<=", 5.0),
        ("kinds of things proven, if all needs may be split", said["flows_proven"] / max(said["flows"], 1), ">=", 1.0),
        ("optimum, times greedy, if all needs may be split",
         seconds["optimum, all in parts"] / seconds["greedy, all in parts"], "<=", 5.0),
        ("points for goods, times first come first served", goods["optimum"][2] / goods["first come"][2], ">=", 1.25),
        ("a changed hundred in all kinds, seconds", seconds["changed"], "<=", 1.0),
        ("a changed hundred in one kind, seconds", seconds["changed, one kind"], "<=", 1.0)]
    return [{"aim": name, "bound": f"{sign} {bound:g}", "measured": value,
             "met": value <= bound if sign == "<=" else value >= bound} for name, value, sign, bound in rows]


def table(said: dict[str, Any]) -> str:
    """All of it as lines to read."""
    lines = [f"{said['needs']:,} needs, {said['lines']:,} lines, {said['kinds']} kinds: {said['proposals']:,} proposals", ""]
    lines += [f"{name:<26}{said['seconds'][name]:>10.3f} s{said['cpu'][name]:>10.3f} s of the processor"
              for name in said["seconds"]]
    for what in ("goods", "money"):
        of, most = said[what], max(said[what]["bound"][2], 1)
        lines += ["", f"{what:<14}{'units, latest':>16}{'units, overdue':>16}{'points':>20}{'of the bound':>14}"]
        lines += [f"{name:<14}{of[name][0]:>16,}{of[name][1]:>16,}{of[name][2]:>20,}{of[name][2] / most:>14.5f}"
                  for name in ("bound", "optimum", "greedy", "first come")]
    lines.append(f"greatest gap of a kind: {said['worst_gap']:.5f}")
    lines += [f"{name}: at worst {one['share']:.5f} of the points of a plan made anew; fair in {one['fair']} kinds"
              for name, one in said["again"].items()]
    lines.append("")
    for aim in aims(said):
        lines.append(f"{aim['aim']:<54}{aim['measured']:>13.3g}  {aim['bound']:<8}{'met' if aim['met'] else 'NOT met'}")
    return "\n".join([*lines, *(f"WRONG: {what}" for what in said["wrong"])])


def broken(plan: KindPlan, rules: Rules) -> Iterator[str]:
    """Rules that a plan breaks, by another way than the engine's: each rule by itself over the rows."""
    kind = plan.kind
    needs, lines = kind.needs.taken(plan.need), kind.lines.taken(plan.line)
    units, county = plan.units, needs.town // SMALLER[COUNTY]
    home = np.where(lines.level == TOWN, lines.spot // SMALLER[COUNTY], lines.spot)
    away = np.where((lines.level == 0) & (lines.spot == needs.town), 0, np.where((lines.level < 2) & (home == county), 1, 2))
    days = np.zeros(3, np.int64) if kind.item in rules.still else np.array(rules.days)
    got, used = np.bincount(plan.need, units, len(kind.needs)), np.bincount(plan.line, units, len(kind.lines))
    left = kind.needs.units - got
    whole = kind.needs.splittable == 0
    checks = {
        "more than there is": used > kind.lines.units, "more than is wanted": left < 0,
        "a whole need in parts": whole & ((got > 0) & (left > 0) | (np.bincount(plan.need, minlength=len(whole)) > 1)),
        "too small a rest": ~whole & (got > 0) & (left > 0) & (left < kind.needs.least),
        "too small a part": units < np.minimum(needs.least, needs.units), "nothing": units <= 0,
        "size": (lines.size != 0) & (needs.size != 0) & (lines.size != needs.size),
        "area": (lines.area != 0) & (lines.area != needs.town) & (lines.area != county),
        "group": lines.groups >> needs.group & 1 == 0, "urgency": needs.urgency < lines.urgency,
        "charity": (lines.charity != 0) & (lines.charity != needs.charity),
        "category": (lines.category != 0) & (lines.category != needs.category),
        "limit": (lines.most > 0) & (needs.units > lines.most),
        "too late": days[away] > np.minimum(needs.closes_in, lines.ends_in)}
    yield from (what for what, rows in checks.items() if rows.any())
    if int((plan.terms * units[:, None]).sum()) != plan.value[2]:
        yield "terms do not add up"
    if plan.value > plan.bound:
        yield "better than the bound"
    if plan.proof and plan.bound[:2] == plan.value[:2]:
        dual = int((plan.proof.price * kind.lines.units).sum() + (plan.proof.gain * kind.needs.units).sum())
        if dual - plan.proof.lead * sum(plan.bound[:2]) < plan.value[2]:
            yield "prices do not prove the bound"
