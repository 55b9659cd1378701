"""From measurements to ratios, the growth exponent, and the aims that were met or not."""
import math
from typing import Any

Measured = dict[str, Any]  # of one size: by task

RATIOS = (("screening / scan", "screen", "scan"), ("OpenFisca / screening", "openfisca", "screen"),
          ("OpenFisca in blocks / screening", "openfisca in blocks", "screen"),
          ("scalar interpreter (extrapolated) / screening", "interpreter", "screen"),
          ("explaining one household / screening", "explain", "screen"),
          ("1,000 changed households / screening", "changed", "screen"))


def ratios(measured: Measured) -> dict[str, float]:
    """What stands beside what, best against best."""
    found = {name: measured[above]["seconds"] / measured[below]["seconds"]
             for name, above, below in RATIOS if above in measured and below in measured}
    mine = measured["screen"]["evaluating_cpu"]
    alone = "{} / screening, evaluating alone (cpu)"
    return found | {alone.format(name.replace("openfisca", "OpenFisca")): one["evaluating_cpu"] / mine
                    for name, one in measured.items() if name != "screen" and "evaluating_cpu" in one}


def exponent(sizes: dict[int, float]) -> float | None:
    """The slope of log(seconds) over log(persons): 1 is in proportion."""
    if len(sizes) < 2:
        return None
    points = [(math.log(persons), math.log(seconds)) for persons, seconds in sizes.items()]
    x, y = (sum(values) / len(points) for values in zip(*points))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def aims(found: dict[int, Measured], growth: float | None) -> list[dict[str, Any]]:
    """Each aim, what was measured for it, and whether it was met; the largest size counts."""
    last = found[max(found)]
    against = ratios(last)
    rows = [
        ("from Parquet to Parquet, times the scan", against.get("screening / scan"), "<=", 8.0),
        ("the largest city, seconds", last["screen"]["seconds"], "<=", 30.0),
        ("memory at any size, GB", max(one["screen"]["peak_bytes"] for one in found.values()) / 1e9, "<=", 2.0),
        ("growth exponent", growth, "<=", 1.05),
        ("cold start, seconds", last["screen"]["cold_start"], "<=", 5.0),
        ("explaining one household, p95 in seconds", last["explain"]["p95"], "<=", 0.05),
        ("1,000 changed households once read, seconds", last["changed"]["seconds"], "<=", 0.1),
        ("OpenFisca, times the screening", against.get("OpenFisca / screening"), ">=", 3.0),
        ("OpenFisca in blocks on threads, times the screening", against.get("OpenFisca in blocks / screening"), ">", 1.0)]
    return [{"aim": name, "bound": f"{sign} {bound:g}", "measured": value, "met": _holds(value, sign, bound)}
            for name, value, sign, bound in rows]


def _holds(value: float | None, sign: str, bound: float) -> bool | None:
    if value is None:
        return None
    return {"<=": value <= bound, ">=": value >= bound, ">": value > bound}[sign]


def wrong(found: dict[int, Measured]) -> list[str]:
    """Where two ways to the same answer differ."""
    return [f"{persons} persons, {task}: {what}" for persons, tasks in found.items() for task, one in tasks.items()
            for what in one.get("differs", [])]


def table(found: dict[int, Measured], growth: float | None) -> str:
    """All of it as lines to read."""
    lines = [f"{'persons':>9}  {'what':<22}{'seconds':>10}{'cpu':>10}{'peak GB':>9}"]
    for persons, tasks in found.items():
        lines += [f"{persons:>9,}  {task:<22}{one['seconds']:>10.4f}{one['cpu']:>10.3f}{one['peak_bytes'] / 1e9:>9.2f}"
                  for task, one in tasks.items()]
    lines.append("")
    for persons, tasks in found.items():
        lines += [f"{persons:>9,}  {name:<70}{value:>12.4g}" for name, value in ratios(tasks).items()]
    lines.append("")
    for aim in aims(found, growth):
        value = "not measured" if aim["measured"] is None else f"{aim['measured']:.3g}"
        said = {True: "met", False: "NOT met", None: "-"}[aim["met"]]
        lines.append(f"{aim['aim']:<54}{value:>13}  {aim['bound']:<8}{said}")
    return "\n".join(lines)
