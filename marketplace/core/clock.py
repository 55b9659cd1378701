"""The present. Everything that needs the time asks here, so that tests can hold it still."""
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CITY = ZoneInfo("Asia/Shanghai")

_frozen: datetime | None = None


def now() -> datetime:
    """The present, aware, UTC. The only caller of `datetime.now` in the project."""
    return _frozen or datetime.now(UTC)


def today() -> date:
    """The calendar day in the city."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The calendar day that `moment` falls on in the city."""
    return moment.astimezone(CITY).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware `moment`, for tests and for filling the demo's past."""
    global _frozen
    before, _frozen = _frozen, moment.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
