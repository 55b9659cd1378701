"""A list of goods as people type it into a spreadsheet: which column is which, and what each row says. Pure."""
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from marketplace.core import fen
from marketplace.core.errors import Invalid
from marketplace.market.stock.models import CONDITIONS
from marketplace.market.stock.rules import NAME_MOST, TEXT_MOST, BatchDraft, Checked, check_batch, check_text
from marketplace.market.wishes import goods

MOST_ROWS, MOST_COLUMNS = 200, 20
COLUMNS = {"item_code": ("物品", "Item"), "size": ("尺码", "Size"), "units": ("数量", "Units"),
           "condition": ("成色", "Condition"), "expires_on": ("保质期至", "Use by"),
           "price_fen": ("单价（元）", "Value in yuan"), "note": ("备注", "Note"), "checked_by": ("检查人", "Checked by"),
           "checked_on": ("检查日期", "Checked on")}
NEEDED = ("item_code", "units")
CONDITION_WORDS = {"new": ("全新", "Brand new"), "good": ("近乎全新", "Good as new"), "worn": ("旧", "Worn"),
                   "damaged": ("损坏", "Damaged")}
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")

Sheet = Sequence[tuple[int, Sequence[str | int | float]]]


@dataclass(frozen=True)
class Row:
    """A row with its number in the sheet: what it means, or what is wrong in which column."""

    number: int
    cells: dict[str, str | int | float]
    draft: BatchDraft | None = None
    problems: list[Invalid] = field(default_factory=list)


def head(name: str) -> str:
    """The head of a column in both languages."""
    return " ".join(COLUMNS[name])


def read(sheet: Sheet, today: date) -> list[Row]:
    """What each row under the first says. Raises Invalid("file") when columns that are needed are not there."""
    places = _places(sheet[0][1] if sheet else ())
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise Invalid("file", "sheet_columns", columns=", ".join(head(name) for name in missing))
    if len(sheet) < 2:
        raise Invalid("file", "sheet_empty")
    return [_row(number, {name: cells[place] if place < len(cells) else "" for name, place in places.items()}, today)
            for number, cells in sheet[1:]]


def _places(heads: Sequence[str | int | float]) -> dict[str, int]:
    """Which column is which, by its head in either language or both."""
    known = {text.casefold(): name for name, both in COLUMNS.items() for text in (*both, " ".join(both), "".join(both))}
    found = [(known.get(str(text).strip().casefold()), place) for place, text in enumerate(heads)]
    first = {name: place for name, place in reversed(found) if name}
    return dict(sorted(first.items(), key=lambda one: one[1]))


def _row(number: int, cells: dict[str, str | int | float], today: date) -> Row:
    said: dict[str, Any] = {}
    problems = []
    for name, cell in cells.items():
        try:
            said[name] = READ[name](cell)
        except Invalid as wrong:
            problems.append(wrong)
    if problems:
        return Row(number, cells, None, problems)
    draft = BatchDraft(**{name: value for name, value in said.items() if not name.startswith("checked_")},
                       checked=Checked(said.get("checked_by", ""), said.get("checked_on")))
    try:
        check_batch(draft, today)
    except Invalid as wrong:
        return Row(number, cells, None, [wrong])
    return Row(number, cells, draft)


@cache
def _items() -> dict[str, str]:
    """Codes by every name of an item."""
    return {name.casefold(): item.code for item in goods.items().values() for name in (item.code, item.zh, item.en)}


@cache
def _sizes() -> dict[str, str]:
    """Codes by every name of a size."""
    codes = {size for item in goods.items().values() for size in item.sizes}
    return {name.casefold(): code for code in codes
            for name in (code, *(goods.size_name(code, lang) for lang in ("zh", "en")))}


def _item(cell: str | int | float) -> str:
    code = _items().get(str(cell).strip().casefold())
    if code is None:
        raise Invalid("item_code", "unknown_item")
    return code


def _size(cell: str | int | float) -> str:
    typed = str(cell).strip()
    return _sizes().get(typed.casefold(), typed)


def _units(cell: str | int | float) -> int:
    if isinstance(cell, int):
        return cell
    if not (isinstance(cell, str) and re.fullmatch(r"[0-9]{1,9}", cell)):
        raise Invalid("units", "not_whole")
    return int(cell)


def _condition(cell: str | int | float) -> str:
    typed = str(cell).strip().casefold()
    for code in CONDITIONS:
        if typed in (code, *(word.casefold() for word in CONDITION_WORDS[code])):
            return code
    if typed:
        raise Invalid("condition", "unknown_condition")
    return "new"


def _name(cell: str | int | float) -> str:
    return check_text("checked_by", str(cell), NAME_MOST)


def _checked_on(cell: str | int | float) -> date | None:
    try:
        return _day(cell)
    except Invalid:
        raise Invalid("checked_on", "not_a_day") from None


def _day(cell: str | int | float) -> date | None:
    typed = str(cell).strip()
    if not typed:
        return None
    try:
        year, month, day = map(int, DAY.fullmatch(typed).groups())  # type: ignore[union-attr]
        return date(year, month, day)
    except (AttributeError, ValueError):
        raise Invalid("expires_on", "not_a_day") from None


def _price(cell: str | int | float) -> int:
    try:
        amount = fen.from_yuan(str(cell)) if str(cell).strip() else 0
    except ValueError:
        raise Invalid("price_fen", "amount") from None
    if not 0 <= amount <= 10**9:
        raise Invalid("price_fen", "amount")
    return amount


def _note(cell: str | int | float) -> str:
    return check_text("note", str(cell), TEXT_MOST)


READ: dict[str, Callable[[str | int | float], object]] = {
    "item_code": _item, "size": _size, "units": _units, "condition": _condition, "expires_on": _day, "price_fen": _price,
    "note": _note, "checked_by": _name, "checked_on": _checked_on}
