"""Pure decisions about a station: its hours as typed, and where it can be."""
import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from marketplace.core.errors import Invalid, Refused

Spans = tuple[tuple[int, int], ...]  # of a day, in minutes after midnight
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BOX = ((36.2, 38.3), (115.5, 118.0))  # latitudes and longitudes in which the city lies, with its surroundings
SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
MOST_SPANS, MOST_DAYS = 3, 60


class StationThere(Refused):
    """The place has a station already; a closed one is opened again."""


def read_spans(typed: str, field: str = "hours") -> Spans:
    """ "08:30-12:00, 13:30-17:30" in minutes; "" is closed. Raises Invalid(field, "hours")."""
    text = re.sub(r"\s*[-–—~至]\s*", "-", unicodedata.normalize("NFKC", typed).strip())
    parts = [part for part in re.split(r"[,;、\s]+", text) if part]
    found = []
    for part in parts:
        match = SPAN.fullmatch(part)
        hours = [int(number) for number in match.groups()] if match else [99, 0, 0, 0]
        found.append((hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]))
    ends = [minute for span in found for minute in span]
    if len(found) > MOST_SPANS or ends != sorted(set(ends)) or any(minute > 24 * 60 for minute in ends):
        raise Invalid(field, "hours")
    return tuple(found)


def said(spans: Spans) -> str:
    """Spans as they are typed and read: 08:30–12:00, 13:30–17:30."""
    return ", ".join(f"{clock(first)}–{clock(last)}" for first, last in spans)


def clock(minute: int) -> str:
    """A minute of the day as on a clock."""
    return f"{minute // 60:02}:{minute % 60:02}"


def read_days(typed: str, field: str = "closed_on") -> tuple[date, ...]:
    """Days as 2026-10-01, one after the other. Raises Invalid(field, "days")."""
    try:
        days = {date.fromisoformat(part) for part in re.split(r"[,;、\s]+", typed.strip()) if part}
    except ValueError:
        raise Invalid(field, "days") from None
    if len(days) > MOST_DAYS:
        raise Invalid(field, "count", most=MOST_DAYS)
    return tuple(sorted(days))


def check_position(latitude: float, longitude: float) -> None:
    """Raises Invalid when a position lies outside of the city."""
    for field, degree, (least, most) in zip(("latitude", "longitude"), (latitude, longitude), BOX):
        if not least <= degree <= most:
            raise Invalid(field, "not_here", least=least, most=most)


def week_said(week: Sequence[Spans]) -> list[tuple[int, int, Spans]]:
    """Neighbouring weekdays with the same hours together: (first, last, spans), from Monday, 0, on."""
    found: list[tuple[int, int, Spans]] = []
    for number, spans in enumerate(week):
        if found and found[-1][2] == spans:
            found[-1] = (found[-1][0], number, spans)
        else:
            found.append((number, number, spans))
    return found
