"""Pure decisions about goods in store."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.core.errors import Invalid, Refused
from marketplace.market.wishes import goods

MOST_UNITS = 100_000
TEXT_MOST = 200
WRITE_OFF_REASONS = ("expired", "damaged", "unsafe", "recalled", "pest", "other")
SOON = timedelta(days=60)  # what can be used so long only is shown as ending soon
COUNTED_WITHIN = timedelta(days=365)  # a batch that was in a store so lately may be found there again
NAME_LEAST, NAME_MOST = 2, 40
SOURCES = ("offer", "purchase", "opening", "found", "made", "pledge")
GIVEN_OUT = ("new", "good")  # conditions in which a family may be given it


class TooFewInStore(Refused):
    """Fewer units are free in the store than were asked for: `free` are."""

    def __init__(self, asked: int, free: int):
        super().__init__(asked, free)
        self.asked, self.free = asked, free


class StoreClosed(Refused):
    """Nothing is taken into a closed store."""


class StoreNotEmpty(Refused):
    """A store that holds something, or waits for something that may come back, is not closed."""


class NotToGive(Refused):
    """No family may be given it (any more): it is worn or damaged, or the day until which it can be used is over."""


class IntakeMoved(Refused):
    """What came in is not all free in one store any more, so that its number cannot be put right."""


class KitIncomplete(Refused):
    """Of a part of a kit there is not enough in the store: `item_code`, how many are `free`, how many `needed`."""

    def __init__(self, item_code: str, free: int, needed: int):
        super().__init__(item_code, free, needed)
        self.item_code, self.free, self.needed = item_code, free, needed


@dataclass(frozen=True)
class Checked:
    """Who looked whether a used electrical thing is safe, and on which day."""

    by: str = ""
    on: date | None = None


UNCHECKED = Checked()


@dataclass(frozen=True)
class BatchDraft:
    """What comes into a store. `price_fen` is the value of one unit, 0 for the fair price of the list."""

    item_code: str
    units: int
    size: str = ""
    condition: str = "new"
    expires_on: date | None = None
    price_fen: int = 0
    note: str = ""
    checked: Checked = UNCHECKED


@dataclass(frozen=True)
class PartDraft:
    """One thing of a kit."""

    item_code: str
    units: int
    size: str = ""


def check_units(units: int, field: str = "units") -> int:
    if not 0 < units <= MOST_UNITS:
        raise Invalid(field, "units_between", most=MOST_UNITS)
    return units


def check_text(field: str, text: str, most: int = TEXT_MOST, needed: bool = False) -> str:
    if needed and not text.strip():
        raise Invalid(field, "empty")
    if len(text.strip()) > most:
        raise Invalid(field, "too_long", most=most)
    return text.strip()


def check_size(item: goods.Item, size: str) -> str:
    """The size as it is kept. An item that has sizes needs one of them, any other has none. Raises Invalid("size")."""
    if item.sizes and size not in item.sizes:
        raise Invalid("size", "unknown_size")
    return size if item.sizes else ""


def check_batch(draft: BatchDraft, today: date) -> goods.Item:
    """The item of the list that is meant. Raises Invalid for what cannot be in a store."""
    item = goods.items().get(draft.item_code)
    if item is None:
        raise Invalid("item_code", "unknown_item")
    check_units(draft.units)
    check_size(item, draft.size)
    if draft.price_fen < 0:
        raise Invalid("price_fen", "not_positive")
    if draft.expires_on and draft.expires_on < today:
        raise Invalid("expires_on", "over")
    if not item.keeps and not draft.expires_on:
        raise Invalid("expires_on", "use_by_missing")
    check_checked(item, draft.condition, draft.checked, today)
    return item


def check_checked(item: goods.Item | None, condition: str, checked: Checked, today: date) -> Checked:
    """As it is kept. A used electrical thing is only taken when somebody has checked it, no damaged one is ever given.

    Raises Invalid(checked_by, checked_on); nothing is kept of other things.
    """
    if item is None or not item.electrical or condition in ("new", "damaged"):
        return UNCHECKED
    by = checked.by.strip()
    if len(by) < NAME_LEAST or not any(c.isalpha() for c in by):
        raise Invalid("checked_by", "used_electrical")
    if len(by) > NAME_MOST:
        raise Invalid("checked_by", "too_long", most=NAME_MOST)
    if checked.on is None or checked.on > today:
        raise Invalid("checked_on", "checked_when")
    return Checked(by, checked.on)


def check_parts(parts: Sequence[PartDraft]) -> None:
    """Raises Invalid: a kit has two things at least, each once in each size, all on the list."""
    if sum(p.units for p in parts) < 2 or len({(p.item_code, p.size) for p in parts}) < len(parts):
        raise Invalid("parts", "kit_parts")
    for part in parts:
        item = goods.items().get(part.item_code)
        if item is None or (part.size and part.size not in item.sizes):
            raise Invalid("parts", "unknown_item")
        check_units(part.units, "parts")


def may_be_given(condition: str, expires_on: date | None, today: date) -> bool:
    """Whether a family may be given it on this day."""
    return condition in GIVEN_OUT and (expires_on is None or expires_on >= today)


def kit_code(kit_id: int) -> str:
    return f"kit:{kit_id}"


def is_kit(item_code: str) -> bool:
    return item_code.startswith("kit:")


def most_kits(parts: Sequence[tuple[str, str, int]], free: Mapping[tuple[str, str], int]) -> int:
    """How many kits of these parts (item, size or "", units) can be made of what is free, by item and size.

    Parts of one item share its units: those of a size come first, what takes any size has the rest.
    """
    return min((_most_of(code, parts, free) for code in {part[0] for part in parts}), default=0)


def _most_of(code: str, parts: Sequence[tuple[str, str, int]], free: Mapping[tuple[str, str], int]) -> int:
    sized = {size: units for item, size, units in parts if item == code and size}
    together = sum(units for item, _size, units in parts if item == code)
    least = min((free.get((code, size), 0) // units for size, units in sized.items()), default=MOST_UNITS)
    return min(least, sum(units for (item, _size), units in free.items() if item == code) // together)


def outside(place: str) -> bool:
    """Whether things only come from there."""
    return place.partition(":")[0] in SOURCES
