"""What pages and refusals say about stations, parcels on their way, and runs."""
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.errors import Refused
from marketplace.market.deliveries import labels
from marketplace.market.deliveries import rules as deliveries
from marketplace.market.runs.rules import MayNotDrive, NoDriver, NoneReachable
from marketplace.market.stations import rules
from marketplace.market.stations.rules import Spans, StationThere
from marketplace.web.locale import lang

WAYS = {"parcel": _l("By parcel to the town station"), "drop_off": _l("I bring it to the town station"),
        "charity_run": _l("The charity brings it"), "volunteer_run": _l("A volunteer's run brings it"),
        "pick_up": _l("The household fetches it at the store"), "visit": _l("A helper goes, with a worker"),
        "at_station": _l("A helper comes to the station")}
LAST_LEGS = {"household": _l("The household fetches it"), "worker": _l("A worker brings it"),
             "volunteer": _l("A worker brings it, a volunteer helps to carry")}
RUNS = {"planned": _l("Planned"), "loading": _l("Being loaded"), "under_way": _l("Under way"), "done": _l("Back"),
        "cancelled": _l("Cancelled"), "no_driver": _l("without a driver")}
PARCELS = {"waiting": _l("in the store"), "on": _l("on board"), "off": _l("unloaded"), "left": _l("stayed in the store"),
           "back": _l("brought back"), "missing": _l("missing"), "found": _l("found again"), "lost": _l("lost")}
ANSWERS = {"accepted": _l("Counted"), "already": _l("Counted before"), "wrong_run": _l("Not on this run"),
           "wrong_stop": _l("Not for this station"), "unknown": _l("Not known here"), "refused": _l("Cannot be taken now")}
STATIONS = {"open": _l("Takes parcels"), "closed": _l("Closed")}
PLANNERS = {"ortools": _l("the shortest order found"), "nearest": _l("the next nearest station each time")}
WEEKDAYS = (_l("Mon"), _l("Tue"), _l("Wed"), _l("Thu"), _l("Fri"), _l("Sat"), _l("Sun"))
STATES: dict[str, Any] = {**STATIONS, **RUNS}
INVALID: dict[str, Callable[[dict], str]] = {
    "hours": lambda f: _("Write hours like 08:30-12:00, 13:30-17:30; leave it empty for a closed day."),
    "days": lambda f: _("Write days like 2026-10-01, one on a line."),
    "never_open": lambda f: _("A station is open on at least one day of the week."),
    "not_here": lambda f: _("This lies outside of the city: between %(least)s and %(most)s.", **f),
    "run_day": lambda f: _("Choose a day between %(first)s and %(last)s.", **f),
    "none_chosen": lambda f: _("Choose at least one parcel."),
    "gone": lambda f: _("Some of these parcels are on another run now, or have been sent otherwise. Look at the list "
                        "again."),
    "stops": lambda f: _("That is too many stations for one plan: at most %(most)s.", **f),
}
REFUSALS: dict[type[Refused], Callable[[Any], str]] = {
    StationThere: lambda no: _("There is a station for this place already. Change it, or open it again."),
    NoneReachable: lambda no: _("No station can be reached within its hours on that day. Choose another day, or start "
                                "earlier."),
    MayNotDrive: lambda no: _("A volunteer drives who is an approved volunteer of this charity, with identity and driving "
                              "licence seen and holding on that day. The volunteer lead enters them."),
    NoDriver: lambda no: _("Nobody with this number can drive: it must be one of your people, or a volunteer who has signed "
                           "in here before."),
}


def station_name(station) -> str:
    """The name of a station in the reader's language."""
    return station.english if lang() == "en" and station.english else station.name


def hours(spans: Spans) -> str:
    """When it is open: 08:30–12:00, 13:30–17:30."""
    return rules.said(spans) or _("closed")


def week(days: Sequence[Spans]) -> list[str]:
    """The hours of a week in a few lines: Mon–Fri 08:30–12:00, 13:30–17:30."""
    return [f"{WEEKDAYS[first]}{f'–{WEEKDAYS[last]}' if last > first else ''} {hours(spans)}"
            for first, last, spans in rules.week_said(days)]


def weekday(day: date) -> str:
    """A day with its weekday: 11月27日 周五, Fri 27 Nov."""
    return format_date(day, "M月d日 EEE" if lang() == "zh" else "EEE d MMM")


def clock(minute: int) -> str:
    """A minute of the day as on a clock, a dash for none."""
    return rules.clock(minute) if minute else "—"


def kilometres(metres: int) -> str:
    return f"{metres / 1000:.1f} km"


def shorter(run) -> int:
    """By how many hundredths a run is shorter than in the order of the list."""
    return round(100 * (run.list_metres - run.metres) / run.list_metres) if run.list_metres else 0


def ref(number: str) -> str:
    """The number on a parcel in two groups."""
    return labels.said(number)


def ways(kind: str, role: str) -> dict:
    """How something can be sent by somebody of a role, in words, the usual way first."""
    return {name: WAYS[name] for name in deliveries.ways(kind, role)}
