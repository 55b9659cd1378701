"""Numbers of rows as addresses and forms carry them: what no table can hold belongs to nothing."""
from collections.abc import Iterable

from flask import Flask
from werkzeug.routing import IntegerConverter

MOST = 2**31 - 1


class RowNumber(IntegerConverter):
    """A number in a path. A longer one is no address of the site."""

    regex = "[0-9]{1,10}"

    def __init__(self, map, fixed_digits: int = 0, min: int | None = None, max: int | None = MOST, signed: bool = False):
        super().__init__(map, fixed_digits, min, max, signed)


def whole(text: str) -> int:
    """A number of a row, page or year that somebody sent; 0 for anything else."""
    plain = text.isascii() and text.isdecimal() and len(text) <= 10
    number = int(text) if plain else 0
    return number if number <= MOST else 0


def rows(texts: Iterable[str]) -> list[int]:
    """The numbers among what a form sent; all else is left out."""
    return [number for number in map(whole, texts) if number]


def install(app: Flask) -> None:
    """Before any page is registered."""
    app.url_map.converters["int"] = RowNumber
