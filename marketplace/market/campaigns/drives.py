"""Seasonal drives: the names under which charities raise together. Data, read once."""
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

DATA = Path(__file__).parents[2] / "data" / "drives.yaml"


@dataclass(frozen=True)
class Drive:
    """A drive; `months` in which it runs, `categories` of wishes that belong to it. Texts by language."""

    code: str
    name: dict[str, str]
    about: dict[str, str]
    months: tuple[int, ...]
    categories: tuple[str, ...]
    drawing: str


@cache
def listed() -> dict[str, Drive]:
    """By code, in the order of the list."""
    with DATA.open(encoding="utf-8") as text:
        rows = yaml.load(text, Loader=yaml.CSafeLoader)
    return {row["code"]: Drive(row["code"], {"zh": row["zh"], "en": row["en"]}, row["about"], tuple(row["months"]),
                               tuple(row["categories"]), row["drawing"]) for row in rows}
