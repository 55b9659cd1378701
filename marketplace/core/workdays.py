"""Working days of the state: which days offices are open, and how far a number of them reaches.

Days off and days worked instead follow the yearly notices of the State Council's General Office; for a year without one yet,
weekends and the holidays on fixed days count (全国年节及纪念日放假办法, 2024).
"""
from datetime import date, timedelta

ONE = timedelta(days=1)
# first and last day off, and the days at weekends that are worked instead
NOTICES: dict[int, tuple[tuple[tuple[str, str], ...], tuple[str, ...]]] = {
    2025: ((("01-01", "01-01"), ("01-28", "02-04"), ("04-04", "04-06"), ("05-01", "05-05"), ("05-31", "06-02"),
            ("10-01", "10-08")), ("01-26", "02-08", "04-27", "09-28", "10-11")),
    2026: ((("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"), ("06-19", "06-21"),
            ("09-25", "09-27"), ("10-01", "10-07")), ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")),
}
FIXED = ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03")


def is_workday(day: date) -> bool:
    """Whether offices are open on this day."""
    key = f"{day:%m-%d}"
    if day.year not in NOTICES:
        return day.weekday() < 5 and key not in FIXED
    off, worked = NOTICES[day.year]
    if key in worked:
        return True
    return day.weekday() < 5 and not any(first <= key <= last for first, last in off)


def after(day: date, number: int) -> date:
    """The day that is `number` working days after `day`, which itself does not count."""
    while number > 0:
        day += ONE
        number -= is_workday(day)
    return day
