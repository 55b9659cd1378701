"""What is measured: each task takes a folder with a city and says its seconds. Preparation is not counted."""
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from time import perf_counter, process_time, thread_time
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from bench.scan import scan as scan_files
from marketplace.catalogue import catalogue as catalogues
from marketplace.catalogue import explain, near, program, reading, screening
from marketplace.catalogue.block import Block
from marketplace.catalogue.contract import ARROW, Breaches
from marketplace.catalogue.flow import Flow, Results, block_of
from marketplace.network.city.generate import generate

AS_OF, SEED = date(2024, 6, 30), 1
CHANGED, EXPLAINED, ORACLE = 1_000, 200, 400  # households
FISCA_BLOCK = 65_536  # households: OpenFisca is faster with larger blocks than this engine
FILES = ("household.parquet", "person.parquet")

pa.scalar(True)  # Arrow looks for pandas at its first value, and imports it where it is installed: not while a watch runs


@dataclass
class Watch:
    """Seconds by the wall and of the processors, once stopped."""

    seconds: float = 0.0
    cpu: float = 0.0


class Evaluating:
    """Work over blocks whose processor time is added up, whatever the threads."""

    def __init__(self, work: Callable[[Block], Results]):
        self.work, self.cpu, self._lock = work, 0.0, Lock()

    def __call__(self, block: Block) -> Results:
        before = thread_time()
        found = self.work(block)
        with self._lock:
            self.cpu += thread_time() - before
        return found


@contextmanager
def watched() -> Iterator[Watch]:
    watch, wall, cpu = Watch(), perf_counter(), process_time()
    yield watch
    watch.seconds, watch.cpu = perf_counter() - wall, process_time() - cpu


def peak_bytes() -> int:
    """The most memory that this process has held."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def generated(folder: Path, persons: int, workers: int) -> dict[str, Any]:
    """A synthetic city."""
    with watched() as watch:
        made = generate(persons, SEED, folder, AS_OF, "parquet")
    return vars(watch) | {"households": made.households, "persons": made.persons}


def scan(folder: Path, persons: int, workers: int) -> dict[str, Any]:
    """Every input column aggregated."""
    catalogue = catalogues.built_in()
    with watched() as watch:
        seen = scan_files(catalogue, folder, workers)
    return vars(watch) | {"values": seen}


def screen(folder: Path, persons: int, workers: int) -> dict[str, Any]:
    """From Parquet to Parquet, as `policies screen` does it."""
    with watched() as cold:
        catalogue = catalogues.built_in()
        wanted = program.screen(catalogue, AS_OF)
    work = Evaluating(lambda block: screening.results(catalogue, wanted, block))
    with watched() as watch:  # as `screening.screen_files`, with a watch on the work
        Flow(catalogue, folder / FILES[0], folder / FILES[1], workers).write(folder / "screened", work)
    return vars(watch) | {"cold_start": cold.seconds, "evaluating_cpu": work.cpu}


def openfisca(folder: Path, persons: int, workers: int) -> dict[str, Any]:
    """OpenFisca as it comes: one simulation of the whole city."""
    return _openfisca(folder, 1 << 40, 1, False, "openfisca")


def openfisca_blocks(folder: Path, persons: int, workers: int) -> dict[str, Any]:
    """OpenFisca in its best form: blocks of households on threads, membership and parameter tables given."""
    return _openfisca(folder, FISCA_BLOCK, workers, True, "openfisca-blocks")


def _openfisca(folder: Path, households: int, workers: int, best: bool, out: str) -> dict[str, Any]:
    from bench.fisca import Fisca

    catalogue = catalogues.built_in()
    with watched() as cold:
        fisca = Fisca.of(catalogue, AS_OF, best)
    usual, reading.HOUSEHOLDS = reading.HOUSEHOLDS, households
    work = Evaluating(fisca.results)
    with watched() as watch:
        Flow(catalogue, folder / FILES[0], folder / FILES[1], workers).write(folder / out, work)
    reading.HOUSEHOLDS = usual
    peak = peak_bytes()  # before the comparison, which reads both
    return vars(watch) | {"cold_start": cold.seconds, "evaluating_cpu": work.cpu, "peak_bytes": peak,
                          "differs": differing(folder / "screened", folder / out)}


def differing(one: Path, other: Path) -> list[str]:
    """The columns in which two screenings differ."""
    found = []
    for name in FILES:
        with pa.parquet.ParquetFile(one / name) as mine, pa.parquet.ParquetFile(other / name) as theirs:
            if mine.schema_arrow != theirs.schema_arrow or mine.metadata.num_rows != theirs.metadata.num_rows:
                return [f"{name}: columns or number of rows"]
            names = mine.schema_arrow.names
        for column in names:
            if not pa.parquet.read_table(one / name, columns=[column]).equals(
                    pa.parquet.read_table(other / name, columns=[column])):
                found.append(f"{name}: {column}")
    return found


def interpreter(folder: Path, persons: int, workers: int) -> dict[str, Any]:
    """The scalar interpreter over some households, one after the other; extrapolated by persons."""
    from tests.catalogue.oracle import LETTER, TEXT, Oracle

    homes, people = some(folder, min(ORACLE, persons // 40))
    households, members = homes.to_pylist(), people.to_pylist()
    oracle = Oracle(TEXT, AS_OF)
    with watched() as watch:
        answers = oracle.screen(households, members)
    wrong = []
    tables = screening.screen_tables(catalogues.built_in(), AS_OF, homes, people)
    for level, table, key in zip(LETTER, tables, screening.KEYS.values()):
        for row in table.to_pylist():
            for policy, verdict in answers[LETTER[level], row[key]].items():
                if tuple(row[f"{policy}.{part}"] for part in ("mask", "amount", "provisional")) != verdict:
                    wrong.append(f"{policy} of a {level}")
    factor = persons / len(members)
    return {"seconds": watch.seconds * factor, "cpu": watch.cpu * factor, "sample_seconds": watch.seconds,
            "sample_persons": len(members), "differs": wrong}


def one_household(folder: Path, persons: int, workers: int) -> dict[str, Any]:
    """One household explained, after the first."""
    catalogue = catalogues.built_in()
    homes, people = (table.to_pylist() for table in some(folder, min(EXPLAINED, persons // 100 + 2)))
    members: dict[str, list] = {}
    for person in people:
        members.setdefault(person["household_id"], []).append(person)
    explain.explain(catalogue, AS_OF, homes[0], members.get(homes[0]["household_id"], []))
    times = []
    for home in homes:
        with watched() as watch:
            explain.explain(catalogue, AS_OF, home, members.get(home["household_id"], []))
        times.append((watch.seconds, watch.cpu))
    (wall, _), (p95, _) = (sorted(times)[len(times) * part // 100] for part in (50, 95))
    cpu = sorted(cpu for _, cpu in times)
    return {"seconds": wall, "p95": p95, "cpu": cpu[len(cpu) // 2], "p95_cpu": cpu[len(cpu) * 95 // 100]}


def changed(folder: Path, persons: int, workers: int) -> dict[str, Any]:
    """A thousand households screened again once read; also with records and near misses. Compared with the full run."""
    catalogue = catalogues.built_in()
    homes, people = some(folder, min(CHANGED, persons // 4))
    wanted = program.screen(catalogue, AS_OF)
    recorded = program.of(catalogue, AS_OF, dict(catalogue.recorded),
                          {name: catalogue.policy[name].level for name in catalogue.recorded})
    near.compiled(catalogue, AS_OF)
    best, best_whole = Watch(9e9), 9e9
    for _ in range(5):
        with watched() as whole:
            with watched() as watch:
                block = block_of(catalogue, reading.in_memory(homes, people, Breaches()), Breaches())
                found = screening.results(catalogue, wanted, block)
            recorded.run(block)
            near.rows(catalogue, AS_OF, block)
        best, best_whole = min(best, watch, key=lambda one: one.seconds), min(best_whole, whole.seconds)
    return vars(best) | {"with_records_and_near_misses": best_whole, "households": len(homes), "peak_bytes": peak_bytes(),
                         "differs": _other_rows(folder / "screened", found)}


def _other_rows(full: Path, found: dict[str, pa.Table]) -> list[str]:
    """The levels whose rows stand otherwise in the full run."""
    wrong = []
    for (level, table), name in zip(found.items(), FILES):
        key = screening.KEYS[level]
        rows = pa.parquet.read_table(full / name, filters=[(key, "in", table[key].to_pylist())])
        if not rows.sort_by(key).equals(table.sort_by(key).combine_chunks()):
            wrong.append(f"{level} rows of the changed households")
    return wrong


def some(folder: Path, households: int) -> tuple[pa.Table, pa.Table]:
    """Some whole households from the middle of the first rows of the files."""
    catalogue, tables = catalogues.built_in(), []
    for level, rows in (("household", 4 * households), ("person", 40 * households)):
        with pa.parquet.ParquetFile(folder / f"{level}.parquet") as found:
            batch = next(found.iter_batches(rows))
        schema = pa.schema([(c.name, ARROW[c.kind]) for c in catalogue.columns[level]])
        tables.append(pa.Table.from_batches([batch]).select(schema.names).cast(schema))
    homes = tables[0].slice(households // 2, households)
    return homes, tables[1].filter(pc.is_in(tables[1]["household_id"], value_set=homes["household_id"].combine_chunks()))


TASKS: dict[str, Callable[[Path, int, int], dict[str, Any]]] = {
    "generate": generated, "scan": scan, "screen": screen, "openfisca": openfisca, "openfisca in blocks": openfisca_blocks,
    "interpreter": interpreter, "explain": one_household, "changed": changed}
