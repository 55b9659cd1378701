"""Pure decisions about volunteers: what they can do, which papers they need, when they may come, what counts as time.

Nobody meets a child alone. Whoever may meet a minor needs a certificate of no crime against minors (Law on the Protection of
Minors of the PRC, art. 62: asked for before, and looked at again every year) and training in guardianship, and a second
adult is there: a guardian, a worker, or another volunteer with the same papers. Who is no volunteer of the charity comes to
a home together with the worker alone.
"""
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from marketplace.core import clock, places
from marketplace.core.errors import Invalid, Refused
from marketplace.market.volunteering.models.people import CHECKS
from marketplace.market.wishes import goods

OTHER_SKILLS = ("driving", "first_aid", "sign_language", "interpreting", "computers", "carrying")
WITH_CHILDREN = ("tutoring",)  # categories of services that are done with children, whoever asks for them
FOR_ALL, FOR_CHILDREN = ("identity",), ("police", "guardianship")
OF_SKILL = {"driving": "driving", "first_aid": "first_aid"}
LASTS = {"police": 1, "health": 1, "guardianship": 2, "first_aid": 3, "driving": 10}  # years, at most
ENDING = timedelta(days=30)
MOST_AREAS, MOST_TIMES = 20, 21
FREE_UNTIL = timedelta(hours=24)  # before it begins: until then a time can be given back without a word
SHOWN_AS_OPEN = timedelta(hours=12)
EARLY, OVER = timedelta(hours=1), timedelta(hours=2)  # how long before a time one may come, and after it go
SEEN_FOR = timedelta(minutes=30)  # how long it counts that a worker has seen the second adult
MORE = timedelta(minutes=15)  # what counts beyond the agreed time
AHEAD, SOONEST = timedelta(days=90), timedelta(hours=2)
LONGEST, SHORTEST = timedelta(hours=8), timedelta(minutes=15)
ASKED_AT_ONCE, ASKED_AGAIN = 5, timedelta(hours=2)
QUARTER = 15
WORDS_MOST = 300
REASONS = ("asked_for", "moved", "no_answer", "not_kept", "trust")
DECLINES = ("name", "checks", "no_need", "unknown_person")


class Applied(Refused):
    """The person helps with this charity already, or has asked to."""


class ChecksMissing(Refused):
    """Papers that are needed are not there, or do not hold on the day: `kinds`."""

    def __init__(self, kinds: Sequence[str]):
        super().__init__(tuple(kinds))
        self.kinds = tuple(kinds)


class NotApproved(Refused):
    """The person is no approved volunteer of the charity that carries the wish."""


class NotForChildren(Refused):
    """A promise for a minor: its giver is no approved volunteer of the charity with all papers that this needs."""

    def __init__(self, kinds: Sequence[str] = ()):
        super().__init__(tuple(kinds))
        self.kinds = tuple(kinds)


class WorkerMissing(Refused):
    """Somebody who is no approved volunteer of the charity comes to a home only when the worker goes along."""


class SecondMissing(Refused):
    """Nobody meets a child alone: there is no second adult, or no worker has seen one."""


class SecondUnfit(Refused):
    """Who was named as second adult may not be it."""


class Taken(Refused):
    """Somebody else was faster, or the time is not to be taken any more."""


class TimeTaken(Refused):
    """The person has another appointment at that time."""


class NotNow(Refused):
    """It is not the time for it: `first` is when it begins to be, in UTC; without, it is over."""

    def __init__(self, first: datetime | None = None):
        super().__init__(first)
        self.first = first


@dataclass(frozen=True)
class Hours:
    """Time that somebody has each week: 1 is Monday, minutes of the day."""

    weekday: int
    first_minute: int
    last_minute: int


@dataclass(frozen=True)
class Profile:
    """What a volunteer writes."""

    name: str
    skills: tuple[str, ...]
    areas: tuple[str, ...]
    times: tuple[Hours, ...]
    with_children: bool = False


def skills() -> tuple[str, ...]:
    """What can be chosen: the categories of services, and a few others."""
    return (*(code for code, one in goods.categories().items() if one.kind == "service"), *OTHER_SKILLS)


def check_profile(written: Profile) -> Profile:
    """The profile as it is kept. Raises Invalid (name, skills, areas, times)."""
    name = " ".join(written.name.split())
    if not name or not any(c.isalpha() for c in name):
        raise Invalid("name", "empty")
    if not written.skills or not set(written.skills) <= set(skills()):
        raise Invalid("skills", "unknown")
    if not written.areas or not all(places.known(code) and code.startswith(places.CITY) for code in written.areas):
        raise Invalid("areas", "unknown")
    if len(set(written.areas)) > MOST_AREAS:
        raise Invalid("areas", "count", most=MOST_AREAS)
    for one in written.times:
        if not 0 <= one.first_minute < one.last_minute <= 24 * 60:
            raise Invalid("times", "times_order")
    if len(written.times) > MOST_TIMES:
        raise Invalid("times", "count", most=MOST_TIMES)
    return Profile(name, tuple(dict.fromkeys(written.skills)), outermost(written.areas), tuple(dict.fromkeys(written.times)),
                   written.with_children)


def outermost(areas: Iterable[str]) -> tuple[str, ...]:
    """The areas without those that lie in another one of them."""
    known = sorted(set(areas))
    return tuple(code for code in known if not any(code != other and code.startswith(other) for other in known))


def needed(with_children: bool, has: Collection[str]) -> tuple[str, ...]:
    """The kinds of checks that somebody with these skills needs, in the order of CHECKS."""
    kinds = {*FOR_ALL, *(FOR_CHILDREN if with_children else ()), *(OF_SKILL[skill] for skill in has if skill in OF_SKILL)}
    return tuple(kind for kind in CHECKS if kind in kinds)


def check_paper(kind: str, issued_on: date, valid_until: date | None) -> date | None:
    """The last day that the paper counts here: never longer than LASTS. Raises Invalid (kind, issued_on, valid_until)."""
    today = clock.today()
    if kind not in CHECKS:
        raise Invalid("kind", "unknown")
    if issued_on > today:
        raise Invalid("issued_on", "not_come")
    if valid_until and valid_until < issued_on:
        raise Invalid("valid_until", "days_turned")
    last = years_after(issued_on, LASTS[kind]) if kind in LASTS else valid_until
    until = min(valid_until, last) if valid_until and last else last
    if until and until < today:
        raise Invalid("valid_until", "over")
    return until


def years_after(day: date, years: int) -> date:
    """The same day some years later; of 29 February the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def standing(until: date | None, there: bool, today: date) -> str:
    """What to call a needed paper: "valid", "ending" (30 days or less), "over" or "missing"."""
    if not there:
        return "missing"
    if until is None or until - today > ENDING:
        return "valid"
    return "ending" if until >= today else "over"


def check_times(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raises Invalid (day, length) for a time that cannot be proposed."""
    if starts_at < now + SOONEST:
        raise Invalid("day", "too_soon", hours=int(SOONEST.total_seconds() // 3600))
    if starts_at > now + AHEAD:
        raise Invalid("day", "too_far", days=AHEAD.days)
    if not SHORTEST <= ends_at - starts_at <= LONGEST:
        raise Invalid("length", "unknown")
    if not time(6) <= starts_at.astimezone(clock.CITY).time() or clock.day_of(ends_at) != clock.day_of(starts_at):
        raise Invalid("day", "at_night")


def until(starts_at: datetime, minutes: int) -> datetime:
    """When a time of so many minutes ends. Raises Invalid (day) for one that no calendar holds."""
    try:
        return starts_at + timedelta(minutes=minutes)
    except OverflowError:
        raise Invalid("day", "too_far", days=AHEAD.days) from None


def check_weekday(starts_at: datetime, weekdays: str) -> None:
    """Raises Invalid (day) for a day that was not offered: `weekdays` like "6,7", "" for any."""
    if weekdays and str(starts_at.astimezone(clock.CITY).isoweekday()) not in weekdays.split(","):
        raise Invalid("day", "not_offered", weekdays=[int(day) for day in weekdays.split(",")])


def may_start(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raises NotNow: one comes from EARLY before the time until its end."""
    if now < starts_at - EARLY:
        raise NotNow(starts_at - EARLY)
    if now >= ends_at:
        raise NotNow


def may_finish(ends_at: datetime, now: datetime) -> None:
    """Raises NotNow: a going that is told later than OVER after the end was forgotten; the charity's lead closes it."""
    if now > ends_at + OVER:
        raise NotNow


def check_served(times: tuple[datetime, datetime], agreed: tuple[datetime, datetime], now: datetime) -> None:
    """Raises Invalid (started, ended) for times in the wrong order, still to come, or too far from what was agreed."""
    started_at, ended_at = times
    if started_at < agreed[0] - EARLY:
        raise Invalid("started", "outside", first=agreed[0] - EARLY, last=agreed[1] + OVER)
    if ended_at < started_at:
        raise Invalid("ended", "times_order")
    if ended_at > now:
        raise Invalid("ended", "not_come")
    if ended_at > agreed[1] + OVER:
        raise Invalid("ended", "outside", first=agreed[0] - EARLY, last=agreed[1] + OVER)


def minutes(length: timedelta) -> int:
    """Whole quarters of an hour."""
    return int(length.total_seconds() // (60 * QUARTER)) * QUARTER


def counted(started_at: datetime, ended_at: datetime, agreed: timedelta) -> int:
    """The minutes that count of the time between coming and going: at most the agreed time and MORE."""
    return max(0, min(minutes(ended_at - started_at), minutes(agreed + MORE)))


def fits_week(times: Iterable, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a time lies in one of somebody's weekly hours; who named none has no usual hours, and is asked last."""
    begin, end = starts_at.astimezone(clock.CITY), ends_at.astimezone(clock.CITY)
    first, last = begin.hour * 60 + begin.minute, end.hour * 60 + end.minute
    return any(one.weekday == begin.isoweekday() and one.first_minute <= first and last <= one.last_minute for one in times)


def check_words(field: str, typed: str) -> str:
    """Somebody's words as they are kept. Raises Invalid."""
    said = " ".join(typed.split())
    if not said:
        raise Invalid(field, "empty")
    if len(said) > WORDS_MOST:
        raise Invalid(field, "too_long", most=WORDS_MOST)
    return said
