"""What can be wished for, offered and kept in store, and kinds that cannot. Data, read once."""
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

DATA = Path(__file__).parents[2] / "data" / "goods.yaml"
HOURS = ("小时", "个小时", "hour", "hours")


@dataclass(frozen=True)
class Category:
    """A kind of goods, services or money. Services of one `in_hours` are counted in hours, all others in visits."""

    code: str
    kind: str
    zh: str
    en: str
    words: tuple[str, ...]
    in_hours: bool


@dataclass(frozen=True)
class Item:
    """A thing of the list: its fair price in fen for a new one, its sizes (none when it has no sizes), whether it keeps.

    Electrical ones that were used are taken only when somebody has checked them.
    """

    code: str
    category: str
    zh: str
    en: str
    unit: str
    unit_en: str
    price_fen: int
    sizes: tuple[str, ...]
    words: tuple[str, ...]
    keeps: bool
    electrical: bool


@cache
def _read() -> dict:
    with DATA.open(encoding="utf-8") as text:
        return yaml.load(text, Loader=yaml.CSafeLoader)


@cache
def categories() -> dict[str, Category]:
    """By code, in the order of the list."""
    return {c["code"]: Category(c["code"], c["kind"], c["zh"], c["en"], tuple(c["words"]), c.get("in_hours", False))
            for c in _read()["categories"]}


def service_unit(category: str) -> str:
    """What needs of a kind of service are counted in."""
    return HOURS[0] if categories()[category].in_hours else "次"


def in_hours(unit: str) -> bool:
    """Whether a need counts hours; services with any other unit count visits."""
    return unit.strip().casefold() in HOURS


@cache
def items() -> dict[str, Item]:
    """By code, in the order of the list."""
    return {row["code"]: Item(**{"sizes": (), "keeps": True, "electrical": False, **row, "words": tuple(row["words"]),
                                 **({"sizes": tuple(row["sizes"])} if "sizes" in row else {})})
            for row in _read()["items"]}


@cache
def guess(text: str, category: str = "") -> str:
    """The code of the item that these words most likely mean, within the category if one is given; "" for none.

    The longest word that is found decides, so that a quilt cover is not a quilt.
    """
    folded = text.casefold()
    found = [(len(word), item.code) for item in items().values() if category in ("", item.category)
             for word in (*item.words, item.zh, item.en.casefold()) if word in folded]
    return max(found, key=lambda one: one[0])[1] if found else ""


def size_name(code: str, lang: str) -> str:
    """A size as people say it; most are numbers."""
    return _read()["sizes"].get(code, {}).get(lang, code)


@cache
def prohibited() -> dict[str, list[str]]:
    """The words that betray each prohibited kind."""
    return {p["code"]: p["words"] for p in _read()["prohibited"]}


@cache
def prohibited_name(code: str, lang: str) -> str:
    return next(p[lang] for p in _read()["prohibited"] if p["code"] == code)


def words_of(needs: Iterable) -> str:
    """The names of the needs' categories in both languages, so that a search for either finds them."""
    found = [categories()[n.category] for n in needs if n.category in categories()]
    return " ".join(f"{c.zh} {c.en}" for c in found)
