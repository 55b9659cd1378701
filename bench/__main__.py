"""The benchmarks of the screening, as ratios in one run: `python -m bench 60000 600000 6000000`."""
import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench import report

SIZES = (60_000, 600_000, 6_000_000)
ONCE = ("openfisca", "interpreter", "explain", "changed")  # slow and far from any bound, or repeated within
EACH = ("scan", "screen", "openfisca", "openfisca in blocks", "interpreter", "explain", "changed")
BYTES_A_PERSON = 2_500  # that one simulation of OpenFisca holds
Measure = Callable[[str, Path, int, int], dict[str, Any]]


def main() -> int:
    """Measure, print, and write bench.json; 1 when answers differ, whatever the speed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="persons")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--turns", type=int, help="repetitions; more for the smaller sizes without it")
    parser.add_argument("--no-openfisca", action="store_true")
    asked = parser.parse_args()
    folder = Path(os.environ.get("DATA_DIR", "var")).resolve()
    return run(folder, asked.sizes or SIZES, asked.workers, not asked.no_openfisca, fresh, asked.turns)


def run(folder: Path, sizes: Sequence[int], workers: int, openfisca: bool, measure: Measure,
        turns: int | None = None) -> int:
    """All tasks for all sizes, the tables, and `folder`/bench.json. Without `turns` the smaller sizes have more of them."""
    if openfisca and not find_spec("openfisca_core"):
        print("OpenFisca is not installed: left out (pip install -r requirements-bench.txt)")
        openfisca = False
    found = {persons: of_size(folder / "bench" / str(persons), persons, workers, openfisca, measure, turns)
             for persons in sorted(sizes)}
    growth = report.exponent({persons: one["screen"]["seconds"] for persons, one in found.items()})
    said: dict[str, Any] = {"workers": workers, "processors": os.cpu_count(), "load": os.getloadavg(), "sizes": found,
            "ratios": {persons: report.ratios(one) for persons, one in found.items()}, "growth_exponent": growth,
            "aims": report.aims(found, growth), "wrong": report.wrong(found),
            "how": "each in a fresh process, in turns, best of the turns; the interpreter over a sample, extrapolated"}
    (folder / "bench.json").write_text(json.dumps(said, indent=2) + "\n")
    print(report.table(found, growth))
    for line in said["wrong"]:
        print(f"WRONG: {line}")
    return 1 if said["wrong"] else 0


def of_size(folder: Path, persons: int, workers: int, openfisca: bool, measure: Measure,
            turns: int | None = None) -> dict[str, Any]:
    """Every task for one city, in turns, the best of each."""
    found = {"generate": city(folder, persons, workers, measure)}
    for turn in range(turns or repetitions(persons)):
        for task in EACH:
            if task.startswith("openfisca") and not openfisca or task == "openfisca" and not fits(persons):
                continue
            if turn and task in ONCE:
                continue
            print(f"{persons:,} persons, turn {turn + 1}: {task}", file=sys.stderr, flush=True)
            one = measure(task, folder, persons, workers)
            found[task] = better(found.get(task), one)
    return found


def better(before: dict[str, Any] | None, now: dict[str, Any]) -> dict[str, Any]:
    """The quicker of two, with the greater memory and the faults of both."""
    if before is None:
        return now
    best = min(before, now, key=lambda one: one["seconds"])
    both = {"peak_bytes": max(before["peak_bytes"], now["peak_bytes"])}
    if "differs" in now:
        both["differs"] = sorted({*before["differs"], *now["differs"]})
    return best | both


def repetitions(persons: int) -> int:
    """Turns: more where they are quick."""
    return 5 if persons <= 100_000 else 3 if persons <= 1_000_000 else 2


def fits(persons: int) -> bool:
    """Whether one simulation of all of them has room in the memory that is free."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return persons * BYTES_A_PERSON < int(line.split()[1]) * 1024
    return False


def city(folder: Path, persons: int, workers: int, measure: Measure) -> dict[str, Any]:
    """The files of a city and what it took to make them; made once, kept."""
    kept = folder / "made.json"
    if not kept.exists():
        print(f"{persons:,} persons: generate", file=sys.stderr, flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        made = measure("generate", folder, persons, workers)
        kept.write_text(json.dumps(made))
    return json.loads(kept.read_text())


def fresh(task: str, folder: Path, persons: int, workers: int) -> dict[str, Any]:
    """The task in a process of its own. Raises CalledProcessError."""
    command = [sys.executable, "-m", "bench.one", task, str(folder), str(persons), str(workers)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
