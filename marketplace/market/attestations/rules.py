"""Pure decisions about certificates of voluntary service: numbers, days, and what stands on them."""
from collections import Counter
from collections.abc import Sequence
from datetime import date

from marketplace.core import numbers
from marketplace.core.errors import Invalid, Refused
from marketplace.market.volunteering.hours import Service
from marketplace.money.receipts.rules import LONGEST_NAME

MARK = "FW"  # 服务
DECLINES = ("name", "days", "unknown_person")
REVOCATIONS = ("wrong_hours", "wrong_name", "not_served", "asked_for")


class NothingServed(Refused):
    """No service of this volunteer for this charity was confirmed on these days."""


class AskedBefore(Refused):
    """The volunteer waits for an answer of this charity already."""


def new_number(year: int) -> str:
    """A fresh number like FW-2026-7K3M-XQ9A-4RHC."""
    return numbers.fresh(MARK, year)


def normal_number(typed: str) -> str:
    """The number that somebody typed or scanned, as it is kept; "" for what cannot be one."""
    return numbers.normal(MARK, typed)


def holder_name(typed: str) -> str:
    """A name fit to stand on the paper. Raises Invalid("name")."""
    name = " ".join(typed.split())
    if not name or not any(c.isalpha() for c in name):
        raise Invalid("name", "empty")
    if len(name) > LONGEST_NAME:
        raise Invalid("name", "too_long", most=LONGEST_NAME)
    return name


def check_days(first_on: date, last_on: date, today: date) -> None:
    """Raises Invalid (first_on, last_on) for days in the wrong order, or still to come."""
    if last_on > today:
        raise Invalid("last_on", "not_come")
    if first_on > last_on:
        raise Invalid("first_on", "days_order")


def contents(done: Sequence[Service]) -> list[tuple[str, int, int, int]]:
    """What was done by category, in the order of its first day: category, hours, visits, and minutes beside the hours."""
    minutes, visits = Counter[str](), Counter[str]()
    for one in done:
        minutes[one.category] += one.minutes
        visits[one.category] += one.visits
    return [(category, minutes[category] // 60, visits[category], minutes[category] % 60)
            for category in dict.fromkeys(one.category for one in done)]
