"""The sample as files of many kinds, and the commands over them."""
import csv
import gzip
import io
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
from click.testing import CliRunner, Result

from marketplace.cli.policies import policies
from tests.catalogue.engine import ARROW
from tests.catalogue.oracle import READERS, TEXT, load

SAMPLE = Path(__file__).parents[1] / "data" / "catalogue" / "sample"
LEVELS = ("household", "person")
KEYS = {"household": "household_id", "person": "person_id"}
Rows = list[list[str]]


@cache
def _lines(name: str, level: str) -> tuple[tuple[str, ...], ...]:
    with gzip.open(SAMPLE / name / f"{level}.csv.gz", "rt", encoding="utf-8", newline="") as text:
        return tuple(tuple(row) for row in csv.reader(text))


def snapshot(name: str = "current", households: int | None = None) -> dict[str, Rows]:
    """Header and rows of both files; with `households` only of the first so many."""
    homes, people = ([list(row) for row in _lines(name, level)] for level in LEVELS)
    homes = homes if households is None else homes[: households + 1]
    known = {row[0] for row in homes}
    return {"household": homes, "person": people[:1] + [row for row in people[1:] if row[1] in known]}


def put(rows: Rows, row: int, column: str, value: str) -> None:
    """Set one cell; rows count from 1 behind the header."""
    rows[row][rows[0].index(column)] = value


def as_text(rows: Rows, end: str = "\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


def as_table(rows: Rows, level: str) -> pa.Table:
    """The rows with the types of the schema."""
    kinds = {column["name"]: column["type"] for column in load(TEXT)["schema"][level]}
    columns = {name: [READERS[kinds[name]](cell) if cell else None for cell in cells]
               for name, *cells in zip(*rows)} if len(rows) > 1 else {name: [] for name in rows[0]}
    return pa.table({name: pa.array(cells, ARROW[kinds[name]]) for name, cells in columns.items()})


def write(folder: Path, files: dict) -> tuple[Path, Path]:
    """Both files: rows or text or bytes as CSV, a table as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for level, found in files.items():
        path = folder / f"{level}.{'parquet' if isinstance(found, pa.Table) else 'csv'}"
        if isinstance(found, pa.Table):
            pa.parquet.write_table(found, path)
        else:
            text = as_text(found) if isinstance(found, list) else found
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        paths.append(path)
    return paths[0], paths[1]


def run(command: str, paths: tuple[Path, Path], out: Path, as_of: str | date = "2024-06-30", *more: str) -> Result:
    """The command over both files; breaches are written beside what comes out."""
    return CliRunner().invoke(policies, [
        command, "--households", str(paths[0]), "--persons", str(paths[1]), "--as-of", str(as_of), "--out", str(out),
        "--breaches", str(breaches_file(out)), *more])


def breaches_file(out: Path) -> Path:
    return out.with_name(f"{out.name}-breaches.csv")


def breaches(out: Path) -> list[tuple[str, int, str, str]]:
    """What the file of breaches says: file, row, column, reason."""
    with breaches_file(out).open(encoding="utf-8", newline="") as text:
        header, *rows = csv.reader(text)
    assert header == ["file", "row", "column", "reason"]
    return [(file, int(row), column, reason) for file, row, column, reason in rows]


def screened(folder: Path, files: dict, as_of: str | date = "2024-06-30") -> dict[str, pa.Table]:
    """What `policies screen` writes of these files."""
    result = run("screen", write(folder, files), folder / "out", as_of)
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["household.parquet", "person.parquet"]
    return {level: pa.parquet.read_table(folder / "out" / f"{level}.parquet") for level in LEVELS}
