"""Keyset pages: as fast at the end as at the start, and nothing is shown twice when rows come and go."""
import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_

from marketplace.extensions import db


@dataclass(frozen=True)
class Order:
    """Sort keys, most significant first, each with its direction; the last one must be unique."""

    columns: tuple[Any, ...]
    descending: tuple[bool, ...]


@dataclass(frozen=True)
class Page:
    rows: Sequence
    after: str | None


def page(statement: Select, order: Order, size: int, after: str, key: Callable[[Any], tuple]) -> Page:
    """`size` rows of `statement` in `order` behind the cursor `after` ("" is the start; an unreadable one too).

    `key` gives a row's sort values, so that the next cursor can be made.
    """
    if (values := _read(after, order)) is not None:
        statement = statement.where(_behind(order, values))
    statement = statement.order_by(*(c.desc() if d else c.asc() for c, d in zip(order.columns, order.descending)))
    rows = db.session.execute(statement.limit(size + 1)).all()
    more = len(rows) > size
    return Page(rows[:size], _write(key(rows[size - 1])) if more else None)


def _behind(order: Order, values: list) -> ColumnElement[bool]:
    terms: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    first, down, start = order.columns[0], order.descending[0], values[0]
    for column, descending, value in zip(order.columns, order.descending, values):
        terms.append(and_(*equal, column < value if descending else column > value))
        equal.append(column == value)
    return and_(first <= start if down else first >= start, or_(*terms))  # where in an index the page begins


def _write(values: tuple) -> str:
    plain = [{"t": v.isoformat()} if isinstance(v, datetime) else {"d": v.isoformat()} if isinstance(v, date) else v
             for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str, order: Order) -> list | None:
    if not cursor:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [datetime.fromisoformat(v["t"]) if isinstance(v, dict) and "t" in v
                  else date.fromisoformat(v["d"]) if isinstance(v, dict) else v for v in plain]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    fits = len(values) == len(order.columns) and all(map(_fits, values, order.columns))
    return values if fits else None


def _fits(value: object, column: ColumnElement) -> bool:
    """Whether a value from a cursor can be compared with the column; somebody may have made the cursor up."""
    if isinstance(value, datetime):
        return column.type.python_type is datetime and value.tzinfo is not None
    return type(value) is column.type.python_type and (not isinstance(value, int) or abs(value) < 2**31)
