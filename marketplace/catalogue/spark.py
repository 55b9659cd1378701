"""Screening beyond one machine: the same evaluator on Spark, over data partitioned by district, with the same output."""
import ipaddress
import logging
import os
import shutil
import socket
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from marketplace.catalogue import pieces, program, reading, screening
from marketplace.catalogue.contract import Breach, Breached, Breaches
from marketplace.catalogue.flow import LEVELS, Flow
from marketplace.catalogue.model import Catalogue
from marketplace.catalogue.pieces import Pass, Split
from marketplace.catalogue.reading import Source
from marketplace.catalogue.writing import Files

GRAIN = 196_608  # persons of a bucket and rows of a chunk; a third of it is the most households of a block
QUICK = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"  # Java only carries bytes: a quick start counts
SETTINGS = {
    "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.sql.adaptive.enabled": "false",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "4",  # a row is a piece of up to some MB
    "spark.shuffle.io.retryWait": "2s",  # of a worker that is gone
    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",  # few rows: not worth compiling
    "spark.driver.extraJavaOptions": QUICK, "spark.executor.extraJavaOptions": QUICK,
    "spark.executorEnv.PYTHONSAFEPATH": "1"}  # what was sent along is imported, not what lies in the worker's folder


class NoSpark(RuntimeError):
    """Spark cannot do the work; the text says what is missing."""


def screen_files(catalogue: Catalogue, as_of: date, households: Path, persons: Path, out: Path, master: str = "local[*]",
                 grain: int = GRAIN) -> dict[str, int]:
    """As `screening.screen_files`, on Spark: the same rows in the same order.

    The workers must reach both files and the folder of `out` under the same paths.
    Raises Breached, OutOfRange, OSError, NoSpark.
    """
    program.screen(catalogue, as_of)
    sources = reading.sources(catalogue, households, persons)
    demand(master)
    out = Path(out).absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".screening-", dir=out.parent) as folder:
        splits = [_splits(level, source, grain) for level, source in zip(LEVELS, _parquet(
            catalogue, sources, Path(folder)))]
        rows = {level: sum(count for _, count in found) for level, found in zip(LEVELS, splits)}
        if not all(rows.values()):  # nothing to distribute
            return screening.screen_files(catalogue, as_of, households, persons, out)
        work = Pass(catalogue.text, as_of, tuple(split for found in splits for split, _ in found),
                    1 + max(rows.values()) // grain, grain, grain // 3, folder)
        try:
            chunks = _chunks(work, master, rows, len(catalogue.columns["household"][1].values or ()))
        except NoSpark as no:
            if Breached.__name__ in str(no):  # a worker could not read the input to its end: said as on one machine
                check_here(catalogue, sources)
            raise
        counts = _joined(work, chunks, Path(folder))
        if counts != rows:
            raise NoSpark(f"Spark gave {counts} rows for {rows}; nothing was written.")
        out.mkdir(exist_ok=True)
        for level in LEVELS:
            (Path(folder) / f"{level}.parquet").replace(out / f"{level}.parquet")
    return counts


def demand(master: str) -> None:
    """Raise NoSpark with what to install or start, if anything is missing."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        raise NoSpark("pyspark is missing: .venv/bin/pip install -r requirements-spark.txt") from None
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=str(Path(home, "bin")) if home else None):
        raise NoSpark("Java is missing: Spark needs Java 17 (Debian: apt-get install openjdk-17-jre-headless; "
                      "elsewhere set JAVA_HOME)")
    if master.startswith("spark://") and not any(map(_answers, master.removeprefix("spark://").split(","))):
        raise NoSpark(f"no Spark master answers at {master}")


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except (OSError, ValueError):
        return False
    return True


def _parquet(catalogue: Catalogue, sources: tuple[Source, Source], folder: Path) -> Iterator[Source]:
    """The input as Parquet. A CSV cannot be split without reading it (a cell may hold line breaks): it is copied first."""
    for source in sources:
        if source.is_parquet:
            yield source
            continue
        copy = folder / f"{source.name}.parquet"
        try:
            with pa.parquet.ParquetWriter(copy, pa.schema([(c.name, pa.string()) for c in source.columns])) as writer:
                for table in reading.regrouped(source.batches(), reading.BATCH):
                    writer.write_table(table)
        except Breached:
            check_here(catalogue, sources)
            raise
        copied = Source(copy, source.columns)
        copied.name = source.name
        yield copied


def check_here(catalogue: Catalogue, sources: tuple[Source, Source]) -> None:
    """The contract of the input without Spark. Raises Breached."""
    Flow(catalogue, sources[0].path, sources[1].path, 1).gather(lambda _: {})


def _splits(level: str, source: Source, grain: int) -> list[tuple[Split, int]]:
    """Neighbouring row groups of about `grain` rows, and how many rows they have."""
    with pa.parquet.ParquetFile(source.path) as found:
        sizes = [found.metadata.row_group(number).num_rows for number in range(found.metadata.num_row_groups)]
    splits, first, groups, rows = [], 1, [], 0
    for number, size in enumerate(sizes):
        groups.append(number)
        rows += size
        if rows >= grain or number == len(sizes) - 1:
            splits.append((Split(level, str(Path(source.path).absolute()), source.name, tuple(groups), first), rows))
            first, groups, rows = first + rows, [], 0
    return splits


def _chunks(work: Pass, master: str, rows: dict[str, int], districts: int) -> list[tuple[str, int]]:
    """Do the work; the chunks that wait in the scratch folder, in order. Raises Breached."""
    wide = 1 + sum(count // work.chunk for count in rows.values())
    with _session(master, Path(work.scratch)) as spark:
        dealt = spark.range(0, len(work.splits), 1, len(work.splits)).mapInArrow(work.deal, pieces.COLUMNS)
        whole = _sorted(dealt, 2 * work.buckets, "bucket").mapInArrow(work.match, pieces.COLUMNS)
        done = _sorted(whole, max(districts, wide), "district", "bucket").mapInArrow(work.evaluate, pieces.COLUMNS)
        found = _sorted(done, wide, "bucket", "kind").mapInArrow(work.save, pieces.COLUMNS).collect()
    breaches = Breaches()
    for row in found:
        if row.kind == pieces.BREACHES:
            for breach in pieces.told(row.piece):
                breaches.add(Breach(**breach))
    breaches.refuse()
    return sorted((row.kind, row.bucket) for row in found)


def _sorted(found: Any, partitions: int, *by: str) -> Any:
    return found.repartition(partitions, *by).sortWithinPartitions("district", "bucket", "kind", "row")


def _joined(work: Pass, chunks: list[tuple[str, int]], folder: Path) -> dict[str, int]:
    """The chunks as one file of each level, one chunk in memory at a time; how many rows they have."""
    counts: dict[str, int] = {}
    with Files(folder, counts) as files:
        for level, chunk in chunks:
            files.add({level: pa.parquet.read_table(pieces.saved(work.scratch, level, chunk))})
    return counts


@contextmanager
def _session(master: str, folder: Path) -> Iterator[Any]:
    """A session of Spark with this package on its workers, ended afterwards. Raises NoSpark when Spark gives up."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    logging.getLogger("py4j").setLevel(logging.WARNING)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    here: dict[str, Any] = dict(SETTINGS)
    if _local(master):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        here |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    builder = SparkSession.builder.appName("policies screen").master(master)
    before = list(sys.path)
    try:
        spark = builder.config(map=here).getOrCreate()
        try:
            spark.sparkContext.setLogLevel("ERROR")
            spark.sparkContext.addPyFile(str(_package(folder)))
            yield spark
        finally:
            spark.stop()
    except (PySparkException, Py4JError) as error:
        raise NoSpark(f"Spark gave up, nothing was written: {_said(error)}") from error
    finally:
        sys.path[:] = before


def _said(error: Exception) -> str:
    lines = [line.strip() for line in str(error).split("JVM stacktrace")[0].splitlines() if line.strip()]
    return lines[-1 if "Python worker" in lines[0] else 0] if lines else type(error).__name__


def _local(master: str) -> bool:
    """Whether driver and master talk over the loopback."""
    host = master.removeprefix("spark://").rpartition(":")[0].strip("[]")
    try:
        return not master.startswith("spark://") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _package(folder: Path) -> Path:
    """The evaluator for workers that have no copy of it: the lowest tiers' code, without the site around it."""
    path, home = folder / "evaluator.zip", Path(__file__).parents[1]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("marketplace/__init__.py", "")
        for module in sorted([*home.glob("catalogue/*.py"), *home.glob("core/*.py")]):
            archive.write(module, module.relative_to(home.parent))
    return path
