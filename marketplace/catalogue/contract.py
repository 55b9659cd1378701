"""The input contract: columns of Arrow tables to typed arrays, and every breach with its row, column and reason."""
import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from marketplace.catalogue.block import Filled
from marketplace.catalogue.model import Column

MOST_BREACHES = 10_000
NUMBER = r"^-?[0-9]{1,18}$"
ARROW = {"str": pa.string(), "int": pa.int64(), "bool": pa.bool_(), "date": pa.date32()}
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


@dataclass(frozen=True)
class Breach:
    """Where a file breaks the contract, and how; `row` counts from 1 behind the header, 0 is the file itself."""

    file: str
    row: int
    column: str
    reason: str


class Breached(ValueError):
    """The input breaks its contract; nothing was done. `breaches` says where and why."""

    def __init__(self, breaches: list["Breach"]):
        super().__init__(f"{len(breaches)} breaches of the input contract, the first: {breaches[0]}" if breaches else "")
        self.breaches = breaches


@dataclass
class Breaches:
    """Collects breaches; past the limit it only counts, so that a wrong file cannot fill the memory."""

    found: list[Breach] = field(default_factory=list)

    def add(self, breach: Breach) -> None:
        if len(self.found) < MOST_BREACHES:
            self.found.append(breach)

    def at(self, file: str, column: str, rows: np.ndarray, reason: str) -> None:
        """One breach for each of some rows."""
        for row in rows[: max(0, MOST_BREACHES - len(self.found))]:
            self.found.append(Breach(file, int(row), column, reason))

    def refuse(self) -> None:
        """Raise Breached if there is any."""
        if self.found:
            raise Breached(sorted(self.found, key=lambda b: (b.file, b.row, b.column)))


def write_breaches(path: Path, breaches: list[Breach]) -> None:
    """The breaches as CSV: file, row, column, reason. Values are left out: they may be personal."""
    with Path(path).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("file", "row", "column", "reason"))
        writer.writerows((b.file, b.row, b.column, b.reason) for b in breaches)


def check_header(file: str, present: list[str], columns: tuple[Column, ...], breaches: Breaches) -> bool:
    """Whether all columns are there, each once, and no other."""
    wanted, before = {c.name for c in columns}, len(breaches.found)
    for name in sorted(wanted - set(present)):
        breaches.add(Breach(file, 0, name, "column is missing"))
    for name in sorted(set(present) - wanted):
        breaches.add(Breach(file, 0, name, "column is unknown"))
    for name in sorted({n for n in present if present.count(n) > 1}):
        breaches.add(Breach(file, 0, name, "column stands twice"))
    return len(breaches.found) == before


def encode(file: str, table: pa.Table, columns: tuple[Column, ...], rows: np.ndarray,
           breaches: Breaches) -> dict[str, Filled]:
    """The columns of a table as arrays. `rows` are the numbers of its rows in the file; text cells are read as in CSV."""
    found = {}
    for column in columns:
        def wrong(at: np.ndarray, reason: str, name: str = column.name) -> None:
            breaches.at(file, name, rows[at], reason)

        found[column.name] = READERS[column.kind](_Cells(table[column.name], column, wrong))
    return found


def typed(table: pa.Table, columns: tuple[Column, ...]) -> pa.Table:
    """A table that keeps the contract, with the columns' own types; text cells are read as in CSV."""
    found = {}
    for column in columns:
        cells = plain(table[column.name])
        if pa.types.is_string(cells.type):
            cells = pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)
            if column.kind == "bool":
                cells = pc.equal(cells, "1")
        found[column.name] = cells.cast(ARROW[column.kind])
    return pa.table(found)


def is_text(kind: pa.DataType) -> bool:
    """Whether cells of this type are text, or all null."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
            or pa.types.is_null(kind))


def plain(cells: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The cells, text as strings whatever way it is stored."""
    if is_text(cells.type) and not pa.types.is_string(cells.type):
        return cells.cast(pa.string())
    return cells.cast(cells.type.value_type) if pa.types.is_dictionary(cells.type) else cells


class _Cells:
    """One column on its way to an array. `wrong(rows, reason)` takes rows as numbers."""

    def __init__(self, array: pa.ChunkedArray, column: Column, wrong: Callable[[np.ndarray, str], None]):
        joined = array.combine_chunks()
        self.array: pa.Array = joined.chunk(0) if isinstance(joined, pa.ChunkedArray) and joined.num_chunks else joined
        if isinstance(self.array, pa.ChunkedArray):
            self.array = pa.array([], self.array.type)
        if not (column.values and pa.types.is_dictionary(self.array.type)):
            self.array = plain(self.array)
        self.column, self.wrong = column, wrong

    def refuse(self, rows: np.ndarray, reason: str) -> None:
        """`rows` is true where a cell is wrong."""
        if rows.any():
            self.wrong(np.flatnonzero(rows), reason)

    @property
    def is_text(self) -> bool:
        return is_text(self.array.type)

    def nulls(self) -> np.ndarray | None:
        """Where the column is null; a breach where it may not be."""
        if not self.array.null_count:
            return None
        nulls = self.array.is_null().to_numpy(zero_copy_only=False)
        if not self.column.nullable:
            self.refuse(nulls, "must not be empty")
        return nulls

    def only(self, pattern: str, reason: str) -> None:
        """Text cells that do not look like it are breaches and become null."""
        fits = pc.fill_null(pc.match_substring_regex(self.array, pattern), True)
        if not pc.all(fits).as_py():
            self.refuse(~fits.to_numpy(zero_copy_only=False), reason)
            self.array = pc.if_else(fits, self.array, pa.scalar(None, self.array.type))
            self.column = _lenient(self.column)

    def not_this(self, reason: str) -> None:
        """The whole column is of another type."""
        self.refuse(np.ones(len(self.array), dtype=bool), reason)

    def buffer(self, kind: str) -> np.ndarray:
        """The values without a copy; behind nulls stands anything."""
        if not len(self.array):
            return np.zeros(0, dtype=kind)
        values = np.frombuffer(self.array.buffers()[1], dtype=kind)
        return values[self.array.offset : self.array.offset + len(self.array)]


def _lenient(column: Column) -> Column:
    return Column(column.name, column.kind, True, column.values, column.low, column.high)


def _whole(cells: _Cells) -> Filled:
    if cells.is_text:
        cells.nulls()
        cells.only(NUMBER, "is not a whole number")
        cells.array = cells.array.cast(pa.int64())
        cells.column = _lenient(cells.column)
    elif not pa.types.is_integer(cells.array.type):
        cells.not_this("is not a whole number")
        return Filled(np.zeros(len(cells.array), dtype=np.int64))
    if cells.array.type == pa.uint64():  # what is too large for an int64 is out of range all the same
        cells.array = pc.min_element_wise(cells.array, pa.scalar(2**63 - 1, pa.uint64()), skip_nulls=False)
    if cells.array.type != pa.int64():
        cells.array = cells.array.cast(pa.int64())
    nulls, values = cells.nulls(), cells.buffer("int64")
    out = (values < cells.column.low) | (values > cells.column.high)
    if out.any():
        cells.refuse(out if nulls is None else out & ~nulls, "is out of range")
    return Filled(values, nulls)


def _truth(cells: _Cells) -> Filled:
    if cells.is_text:
        cells.nulls()
        cells.only("^[01]$", "is not 0 or 1")
        values = pc.equal(cells.array, "1")
        return Filled(pc.fill_null(values, False).to_numpy(zero_copy_only=False), None)
    if pa.types.is_integer(cells.array.type):
        known = pc.is_in(cells.array, value_set=pa.array([0, 1, None], cells.array.type))
        cells.refuse(~known.to_numpy(zero_copy_only=False), "is not 0 or 1")
        cells.array = pc.equal(cells.array, 1)
    if not pa.types.is_boolean(cells.array.type):
        cells.not_this("is not 0 or 1")
        return Filled(np.zeros(len(cells.array), dtype=bool))
    nulls = cells.nulls()
    array = cells.array if nulls is None else pc.fill_null(cells.array, False)
    return Filled(array.to_numpy(zero_copy_only=False), nulls)


def _day(cells: _Cells) -> Filled:
    if cells.is_text:
        cells.nulls()
        cells.only(DAY, "is not a date YYYY-MM-DD")
        cells.array = _dates(cells)
        cells.column = _lenient(cells.column)
    elif not pa.types.is_date32(cells.array.type):
        cells.not_this("is not a date YYYY-MM-DD")
        return Filled(np.zeros(len(cells.array), dtype=np.int32))
    nulls, values = cells.nulls(), cells.buffer("int32")
    out = (values < FIRST_DAY) | (values > LAST_DAY)
    if out.any():
        cells.refuse(out if nulls is None else out & ~nulls, "is out of range")
    if nulls is not None:
        values = np.where(nulls, np.int32(0), values)  # a table of days is looked up before nulls are looked at
    return Filled(values, nulls)


FIRST_DAY, LAST_DAY = (day.toordinal() - date(1970, 1, 1).toordinal() for day in (date.min, date.max))


def _dates(cells: _Cells) -> pa.Array:
    try:
        return cells.array.cast(pa.date32())
    except pa.ArrowInvalid:
        spelled = cells.array.to_pylist()
    days = [_iso_day(text) for text in spelled]
    wrong = [text is not None and day is None for text, day in zip(spelled, days)]
    cells.refuse(np.array(wrong), "is not a date YYYY-MM-DD")
    return pa.array(days, pa.date32())


def _iso_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _text(cells: _Cells) -> Filled:
    if cells.column.values:
        return _code(cells)
    if not cells.is_text:
        cells.not_this("is not text")
        return Filled(pa.array([""] * len(cells.array)))
    cells.array = pc.if_else(pc.equal(cells.array, ""), pa.scalar(None, pa.string()), cells.array)
    return Filled(cells.array, cells.nulls())


def _code(cells: _Cells) -> Filled:
    """A text as its place in the column's domain."""
    if not pa.types.is_dictionary(cells.array.type):
        if not cells.is_text:
            cells.not_this("is not one of the listed values")
            return Filled(np.zeros(len(cells.array), dtype=np.uint8))
        cells.array = cells.array.dictionary_encode()
    domain = cells.column.values or ()
    known = {value: code for code, value in enumerate(domain)}
    spelled = cells.array.dictionary.to_pylist()
    empty = np.array([text is None or text == "" for text in spelled] + [True])
    codes = np.array([known.get(text, 255) for text in spelled] + [255], dtype=np.uint8)
    at = cells.array.indices
    at = (pc.fill_null(at, len(spelled)) if at.null_count else at).to_numpy(zero_copy_only=False)
    found, nulls = codes[at], empty[at]
    if nulls.any() and not cells.column.nullable:
        cells.refuse(nulls, "must not be empty")
    strange = (found == 255) & ~nulls
    if strange.any():
        cells.refuse(strange, "is not one of the listed values")
    found[found == 255] = 0
    return Filled(found, nulls if nulls.any() else None)


READERS: dict[str, Callable[[_Cells], Filled]] = {"int": _whole, "bool": _truth, "date": _day, "str": _text}
