"""The time that a recurring price is paid for."""
from calendar import monthrange
from datetime import UTC, datetime, timedelta

MONTHS = {"month": 1, "year": 12}
DAYS = {"day": 1, "week": 7}


def end(anchor: int, price: dict, number: int) -> int:
    """When the `number`th period after `anchor` ends, in UTC; on the last day of a month that has no such day."""
    period = price["recurring"]
    steps = period["interval_count"] * number
    start = datetime.fromtimestamp(anchor, UTC)
    if period["interval"] in DAYS:
        return int((start + timedelta(days=DAYS[period["interval"]] * steps)).timestamp())
    months = start.month - 1 + MONTHS[period["interval"]] * steps
    year, month = start.year + months // 12, months % 12 + 1
    return int(start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1])).timestamp())


def after(anchor: int, price: dict, moment: int) -> int:
    """The first end of a period that lies after `moment`."""
    number = 1
    while end(anchor, price, number) <= moment:
        number += 1
    return end(anchor, price, number)
