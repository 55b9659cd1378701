"""Calendar arithmetic over arrays of days: exact, by tables over every day from year 1 to 9999.

A day is an int32, counted from 1970-01-01. The definitions are the catalogue's (`years`, `months`).
"""
from datetime import date
from functools import cache

import numpy as np

EPOCH = date(1970, 1, 1).toordinal()
FIRST = date.min.toordinal() - EPOCH
COUNT = date.max.toordinal() - date.min.toordinal() + 1


def number(day: date) -> int:
    """The day as a number."""
    return day.toordinal() - EPOCH


@cache
def _parts() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Year, month and day of the month of every day."""
    every = np.arange(FIRST, FIRST + COUNT).astype("datetime64[D]")
    months = every.astype("datetime64[M]")
    whole = months.astype(np.int64) + 1970 * 12
    return ((whole // 12).astype(np.int16), (whole % 12 + 1).astype(np.int8),
            ((every - months).astype(np.int64) + 1).astype(np.int8))


def _of(day: int) -> tuple[int, int, int]:
    found = date.fromordinal(day + EPOCH)
    return found.year, found.month, found.day


@cache
def years_until(end: int) -> np.ndarray:
    """Completed years from every day to `end`; whoever was born on 29 February completes one on 1 March."""
    year, month, day = _parts()
    until = _of(end)
    before = (until[1] < month) | ((until[1] == month) & (until[2] < day))
    return (until[0] - year - before).astype(np.int16)


@cache
def months_until(end: int) -> np.ndarray:
    """Completed months from every day to `end`; negative when that lies behind."""
    year, month, day = _parts()
    until = _of(end)
    return ((until[0] - year.astype(np.int32)) * 12 + (until[1] - month) - (until[2] < day)).astype(np.int32)


def looked_up(table: np.ndarray, days: np.ndarray) -> np.ndarray:
    """What a table of every day says of some days."""
    return np.take(table, days - FIRST).astype(np.int64)


def between(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Days from day to day, for arrays or numbers."""
    return np.subtract(end, start, dtype=np.int64)


def years(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Completed years from day to day, for arrays or numbers."""
    (y1, m1, d1), (y2, m2, d2) = _split(start), _split(end)
    return y2 - y1 - ((m2 < m1) | ((m2 == m1) & (d2 < d1)))


def months(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Completed months from day to day, for arrays or numbers."""
    (y1, m1, d1), (y2, m2, d2) = _split(start), _split(end)
    return (y2 - y1) * 12 + m2 - m1 - (d2 < d1)


def written(days: np.ndarray) -> np.ndarray:
    """Days as whole numbers yyyymmdd."""
    year, month, day = _split(days)
    return year * 10_000 + month * 100 + day


def _split(days: np.ndarray) -> tuple[np.ndarray, ...]:
    return tuple(np.take(part, np.asarray(days) - FIRST).astype(np.int64) for part in _parts())
