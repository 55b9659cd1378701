"""The input contract of the registry's files: read in blocks, checked to the last row, never half believed."""
import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path

import pyarrow.parquet as parquet

from marketplace.network.registry.schema import PER_HOUSEHOLD, Column, columns

BLOCK = 5000
MOST_BREACHES = 10_000


@dataclass(frozen=True)
class Breach:
    """Where a file breaks the contract, and how; `row` counts from 1 behind the header, 0 is the file itself."""

    file: str
    row: int
    column: str
    reason: str


class _Breaches(list):
    """Collects breaches; past the limit it only counts, so that a wrong file cannot fill the memory."""

    def add(self, breach: Breach) -> None:
        if len(self) < MOST_BREACHES:
            self.append(breach)


def batches(path: Path, level: str) -> Iterator[list[dict]]:
    """The typed rows of a checked file, block by block. Raises ValueError for a cell that does not fit."""
    kinds = columns(level)
    for rows in _raw(Path(path), level):
        yield [{c.name: _typed(c, row.get(c.name)) for c in kinds} for row in rows]


def check(households: Path, persons: Path, identities: Path | None = None) -> list[Breach]:
    """Every breach of the contract in the files of one load; empty when they may be loaded."""
    found = _Breaches()
    homes: set[str] = set()
    people: set[str] = set()
    sizes: Counter[str] = Counter()
    _check_file(Path(households), "household", found, partial(_unique, homes, "household_id"))
    _check_file(Path(persons), "person", found, partial(_member, homes, people, sizes))
    if identities:
        _check_file(Path(identities), "identity", found, partial(_identity, people, set()))
    return list(found)


def write_breaches(path: Path, breaches: list[Breach]) -> None:
    """The breaches as CSV: file, row, column, reason. Values are left out: they may be personal."""
    with Path(path).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("file", "row", "column", "reason"))
        writer.writerows((b.file, b.row, b.column, b.reason) for b in breaches)


def _raw(path: Path, level: str) -> Iterator[list[dict]]:
    if path.suffix == ".parquet":
        for batch in parquet.ParquetFile(path).iter_batches(BLOCK):
            yield batch.to_pylist()
        return
    with path.open(encoding="utf-8-sig", newline="") as lines:
        block: list[dict] = []
        for row in csv.DictReader(lines, restkey="", strict=True):
            block.append(row)
            if len(block) == BLOCK:
                yield block
                block = []
        yield block


def _header(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        return parquet.ParquetFile(path).schema_arrow.names
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return next(csv.reader(lines), [])


def _check_file(path: Path, level: str, found: _Breaches, relations: Callable) -> None:
    kinds = columns(level)
    try:
        if not _check_header(path, kinds, found):
            return
        number = 0
        for rows in _raw(path, level):
            for row in rows:
                number += 1
                _check_row(path.name, number, row, kinds, found)
                relations(row, lambda column, reason, n=number: found.add(Breach(path.name, n, column, reason)))
    except (OSError, UnicodeDecodeError, csv.Error, ValueError) as error:
        found.add(Breach(path.name, 0, "", f"cannot be read: {type(error).__name__}"))


def _check_header(path: Path, kinds: tuple[Column, ...], found: _Breaches) -> bool:
    present, wanted = _header(path), {c.name for c in kinds}
    for name in sorted(wanted - set(present)):
        found.add(Breach(path.name, 0, name, "column is missing"))
    for name in sorted(set(present) - wanted):
        found.add(Breach(path.name, 0, name, "column is unknown"))
    for name in sorted(n for n, times in Counter(present).items() if times > 1):
        found.add(Breach(path.name, 0, name, "column stands twice"))
    return not found or all(b.file != path.name for b in found)


def _check_row(file: str, number: int, row: dict, kinds: tuple[Column, ...], found: _Breaches) -> None:
    if "" in row:
        found.add(Breach(file, number, "", "more cells than columns"))
    for column in kinds:
        try:
            _typed(column, row.get(column.name))
        except ValueError as error:
            found.add(Breach(file, number, column.name, str(error)))


def _typed(column: Column, cell: object):
    """A cell as its type, None for null. Raises ValueError with the reason."""
    if cell is None or cell == "":
        if not column.nullable:
            raise ValueError("must not be empty")
        return None
    return _READERS[column.kind](column, cell)


def _text(column: Column, cell: object) -> str:
    value = str(cell)
    if column.values and value not in column.values:
        raise ValueError("is not one of the listed values")
    return value


def _whole(column: Column, cell: object) -> int:
    if isinstance(cell, str):
        digits = cell[1:] if cell.startswith("-") else cell
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
            raise ValueError("is not a whole number")
        cell = int(cell)
    if isinstance(cell, bool) or not isinstance(cell, int):
        raise ValueError("is not a whole number")
    if not column.low <= cell <= column.high:
        raise ValueError("is out of range")
    return cell


def _truth(column: Column, cell: object) -> bool:
    if isinstance(cell, bool):
        return cell
    if cell not in ("0", "1"):
        raise ValueError("is not 0 or 1")
    return cell == "1"


def _day(column: Column, cell: object) -> date:
    return cell if isinstance(cell, date) else _iso_day(str(cell))


@cache
def _iso_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("is not a date YYYY-MM-DD") from None
    if len(text) != 10 or text[4] != "-":
        raise ValueError("is not a date YYYY-MM-DD")
    return day


_READERS: dict[str, Callable] = {"str": _text, "int": _whole, "bool": _truth, "date": _day}


def _unique(seen: set[str], key: str, row: dict, breach: Callable) -> None:
    if row.get(key) in seen:
        breach(key, "stands twice")
    seen.add(row.get(key) or "")


def _member(homes: set[str], people: set[str], sizes: Counter, row: dict, breach: Callable) -> None:
    _unique(people, "person_id", row, breach)
    home = row.get("household_id") or ""
    if home not in homes:
        breach("household_id", "household is not in the household file")
    sizes[home] += 1
    if sizes[home] == PER_HOUSEHOLD + 1:
        breach("household_id", f"more than {PER_HOUSEHOLD} persons")


def _identity(people: set[str], seen: set[str], row: dict, breach: Callable) -> None:
    _unique(seen, "person_id", row, breach)
    if row.get("person_id") not in people:
        breach("person_id", "person is not in the person file")
