"""Categories of what can be wished for, and kinds that cannot. Data, read once."""
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

DATA = Path(__file__).parents[2] / "data" / "goods.yaml"


@dataclass(frozen=True)
class Category:
    code: str
    kind: str
    zh: str
    en: str
    words: tuple[str, ...]


@cache
def _read() -> dict:
    with DATA.open(encoding="utf-8") as text:
        return yaml.load(text, Loader=yaml.CSafeLoader)


@cache
def categories() -> dict[str, Category]:
    """By code, in the order of the list."""
    return {c["code"]: Category(c["code"], c["kind"], c["zh"], c["en"], tuple(c["words"]))
            for c in _read()["categories"]}


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
