"""Spreadsheets in and out: none is larger than it may be, and nothing in them runs."""
import io
import math
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from marketplace.core import clock
from marketplace.core.errors import Invalid

MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 1_000_000, 10_000_000, 200
LAST_ROW, TEXT_MOST = 1_048_576, 300
MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError,
          OSError, EOFError, NotImplementedError, RuntimeError)  # what a library may answer to a file that is none

Cell = str | int | float


@dataclass(frozen=True)
class Table:
    """A sheet to write. `lists` offers values to choose from, by the number of a column (from 0)."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[object]] = ()
    widths: Sequence[int] = ()
    lists: Sequence[tuple[int, Sequence[str] | str]] = ()


def write(*tables: Table) -> bytes:
    """The tables as a workbook. Texts are texts, also those that look like a formula; moments are those of the city."""
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.title)
        sheet.freeze_panes = "A2"
        for number, width in enumerate(table.widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        for column, values in table.lists:
            _offer(sheet, column, values)
        sheet.append([_cell(sheet, head, strong=True) for head in table.heads])
        for row in table.rows:
            sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _offer(sheet, column: int, values: Sequence[str] | str) -> None:
    """Values to choose from: short ones in a row, or the cells that they stand in."""
    letter = get_column_letter(column + 1)
    source = values if isinstance(values, str) else '"' + ",".join(values) + '"'
    offered = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    offered.add(f"{letter}2:{letter}1000")
    sheet.data_validations.append(offered)


def _cell(sheet, value: object, strong: bool = False) -> WriteOnlyCell:
    if isinstance(value, datetime):
        value = value.astimezone(clock.CITY).replace(tzinfo=None)
    plain = isinstance(value, (int, float, date)) or value is None
    cell = WriteOnlyCell(sheet, value if plain else "")
    if not plain:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
        cell.data_type, cell.quotePrefix = "s", True  # never a formula, not when somebody edits it either
    if strong:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    return cell


def read(content: bytes, most_rows: int, most_columns: int) -> list[tuple[int, list[Cell]]]:
    """The rows of the first sheet that are not empty, each with its number. Days are texts like 2027-03-01.

    Raises Invalid("file") for what is no spreadsheet, has macros, or is larger than a list may be.
    """
    try:
        _look_inside(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return _rows(book.worksheets[0], most_rows, most_columns)
    except BROKEN:
        raise Invalid("file", "no_sheet") from None


def _look_inside(content: bytes) -> None:
    """Before a reader sees it: how large it becomes, whether it carries programs, whether its XML declares things."""
    if len(content) > MOST_BYTES:
        raise Invalid("file", "sheet_too_large", most=MOST_BYTES // 1_000_000)
    with zipfile.ZipFile(io.BytesIO(content)) as box:
        parts = box.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Invalid("file", "sheet_too_large", most=MOST_BYTES // 1_000_000)
        if any(part.filename.lower().endswith((".bin", ".vba")) for part in parts if "vba" in part.filename.lower()):
            raise Invalid("file", "sheet_macros")
        for part in parts:
            text = box.read(part)  # never more than its `file_size`
            if any(word in text for word in DOCTYPES):
                raise Invalid("file", "no_sheet")


def _rows(sheet, most_rows: int, most_columns: int) -> list[tuple[int, list[Cell]]]:
    found = []
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_row=LAST_ROW, max_col=most_columns, values_only=True), 1):
        cells = [_plain(value) for value in row]
        if any(cell != "" for cell in cells):
            found.append((number, cells))
        if len(found) > most_rows:
            raise Invalid("file", "sheet_too_long", most=most_rows)
    return found


def _plain(value: object) -> Cell:
    """A cell as text or number."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return int(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and abs(value) < 10**15:
        return value
    return "" if value is None else str(value).strip()[:TEXT_MOST]
