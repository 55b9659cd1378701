"""What pages and refusals say about volunteers, their papers and their appointments."""
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import format_time, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core import clock, places
from marketplace.core.errors import Refused
from marketplace.market.volunteering.rules import (
    Applied,
    ChecksMissing,
    NotApproved,
    NotForChildren,
    NotNow,
    SecondMissing,
    SecondUnfit,
    Taken,
    TimeTaken,
    WorkerMissing,
    skills,
)
from marketplace.market.wishes import goods
from marketplace.web.locale import day, lang

STATES = {"applied": _l("Has asked to help"), "approved": _l("Takes part"), "paused": _l("Pauses"),
          "declined": _l("Not taken on"), "ended": _l("Ended")}
OTHER_SKILLS = {"driving": _l("Driving"), "first_aid": _l("First aid"), "sign_language": _l("Sign language"),
                "interpreting": _l("Interpreting"), "computers": _l("Phones and computers"),
                "carrying": _l("Carrying and moving")}
CHECKS = {"identity": _l("Identity"), "police": _l("Certificate of no crime against minors"),
          "guardianship": _l("Training in guardianship"), "health": _l("Health certificate"),
          "first_aid": _l("First aid course"), "driving": _l("Driving licence")}
STANDINGS = {"valid": _l("It holds"), "ending": _l("Ends soon"), "over": _l("Has ended"), "missing": _l("Missing")}
APPOINTMENTS = {"proposed": _l("Waits for the worker"), "confirmed": _l("Time agreed"), "open": _l("Looks for somebody"),
                "present": _l("Has checked in"), "served": _l("Done"), "missed": _l("Did not take place"),
                "cancelled": _l("Called off")}
VENUES = {"home": _l("At the household's home, with the worker"), "station": _l("At the town's station")}
VENUES_SHORT = {"home": _l("At home"), "station": _l("At the station")}
SECONDS = {"guardian": _l("A guardian is there"), "worker": _l("I am there myself (worker)"),
           "volunteer": _l("A second volunteer")}
SECONDS_SHORT = {"guardian": _l("A guardian"), "worker": _l("The worker"), "volunteer": _l("A second volunteer"),
                 "": _l("nobody named")}
NOTES = {"release": _l("Could not come"), "late": _l("Could not come, told late"), "turn_down": _l("The time did not suit"),
         "give_up": _l("Called off"), "miss": _l("Did not take place"), "close": _l("Times entered afterwards"),
         "correct": _l("Times corrected")}
REASONS = {"asked_for": _l("At the volunteer's own wish"), "moved": _l("Moved away"),
           "no_answer": _l("Could not be reached any more"), "not_kept": _l("Agreements were not kept"),
           "trust": _l("Working together did not go on")}
DECLINES = {"name": _l("The name does not fit what we know. Please ask again with the name on your ID card."),
            "checks": _l("A paper that is needed could not be shown."),
            "no_need": _l("We have enough helpers for this at the moment. Please ask again later."),
            "unknown_person": _l("We could not tell who you are. Please call us first, then ask again.")}
NO_VOLUNTEER = _l("No volunteer of this charity")
WEEKDAYS = {1: _l("Monday"), 2: _l("Tuesday"), 3: _l("Wednesday"), 4: _l("Thursday"), 5: _l("Friday"), 6: _l("Saturday"),
            7: _l("Sunday")}
ENDS = {"not_come": _l("The service did not take place."), "given_up": _l("Nobody could come at the agreed time.")}


def checks(kinds) -> str:
    """Kinds of checks in a row."""
    return ("、" if lang() == "zh" else ", ").join(str(CHECKS[kind]) for kind in kinds)


def skill(code: str) -> str:
    """What somebody can do."""
    found = goods.categories().get(code)
    return getattr(found, lang()) if found else str(OTHER_SKILLS.get(code, code))


def all_skills() -> list[tuple[str, str]]:
    """Everything that can be chosen, with its name."""
    return [(code, skill(code)) for code in skills()]


def areas(volunteer) -> str:
    """Where somebody helps."""
    return ("、" if lang() == "zh" else ", ").join(places.name(one.area_code, lang()) for one in volunteer.areas)


def can(volunteer) -> str:
    """What somebody can do, in a row."""
    return ("、" if lang() == "zh" else ", ").join(skill(one.skill) for one in volunteer.skills)


def times(volunteer) -> str:
    """When somebody has time each week."""
    return ("；" if lang() == "zh" else "; ").join(
        f"{WEEKDAYS[one.weekday]} {clock_of(one.first_minute)}–{clock_of(one.last_minute)}" for one in volunteer.times)


def clock_of(minute: int) -> str:
    """A minute of the day: 540 is 09:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def hour(at: datetime) -> str:
    """The time of day in the city, 09:30."""
    return format_time(at, "HH:mm")


def span(appointment) -> str:
    """Day, weekday and time of an appointment: Saturday, 28 November 2026, 10:00 – 12:00."""
    weekday, on = WEEKDAYS[appointment.starts_at.astimezone(clock.CITY).isoweekday()], day(appointment.starts_at)
    days = f"{weekday}, {on}," if lang() == "en" else f"{on} {weekday}"
    return f"{days} {hour(appointment.starts_at)}–{hour(appointment.ends_at)}"


def duration(minutes: int) -> str:
    """90 is "1 hour 30 minutes"."""
    said = []
    if minutes >= 60:
        said.append(ngettext("%(num)d hour", "%(num)d hours", minutes // 60))
    if minutes % 60 or not minutes:
        said.append(ngettext("%(num)d minute", "%(num)d minutes", minutes % 60))
    return " ".join(said)


def _not_now(no: NotNow) -> str:
    if no.first:
        return _("It is too early: this is possible from %(time)s on %(day)s.", time=hour(no.first), day=day(no.first))
    return _("The time for this is over. If something was forgotten, the charity can put it right.")


def _for_children(no: NotForChildren) -> str:
    if not no.kinds:
        return _("This service is for a checked volunteer of the charity that carries the wish, so that no child is ever "
                 "met alone. Ask the charity first, under “Volunteering”.")
    return _(
        "This service is for a checked volunteer, so that no child is ever met alone. You still need for it: %(checks)s. "
        "Show it to the charity, then promise again.", checks=checks(no.kinds))


REFUSALS: dict[type[Refused], Callable[[Any], str]] = {
    Applied: lambda no: _("You help with this charity already, or have asked to. You can change what you wrote."),
    ChecksMissing: lambda no: _("Not without valid papers: %(checks)s.", checks=checks(no.kinds)),
    NotApproved: lambda no: _("This takes an approved volunteer of the charity that carries the wish. Who pauses, or has "
                              "ended, asks the charity first."),
    NotForChildren: _for_children,
    NotNow: _not_now,
    SecondMissing: lambda no: _("Nobody meets a child alone. A second adult must be named, and seen there by a worker in "
                                "the half hour before it begins."),
    WorkerMissing: lambda no: _("Who is no approved volunteer of the charity comes to a home together with the worker "
                                "alone: the worker names themself, and says there that both are there, in the half hour "
                                "before it begins."),
    SecondUnfit: lambda no: _("This person cannot be the second adult: it takes another approved volunteer who has the "
                              "papers for children and is free at that time."),
    Taken: lambda no: _("Somebody else was a moment faster. Thank you for being ready to come."),
    TimeTaken: lambda no: _("There is another appointment at this time, or one that is not ended yet."),
}
INVALID: dict[str, Callable[[dict], str]] = {
    "times_order": lambda f: _("The end must lie after the beginning."),
    "too_soon": lambda f: _("Choose a time that is at least %(hours)s hours away, so that the worker can agree it with the "
                            "household.", **f),
    "too_far": lambda f: _("Choose a day within the next %(days)s days.", **f),
    "at_night": lambda f: _("Choose a time between six in the morning and midnight, on one day."),
    "outside": lambda f: _("This is too far from what was agreed: enter times between %(first)s and %(last)s.",
                           first=f"{day(f['first'])} {hour(f['first'])}", last=f"{day(f['last'])} {hour(f['last'])}"),
    "not_offered": lambda f: _("This was offered for other days of the week: %(days)s.",
                               days=("、" if lang() == "zh" else ", ").join(str(WEEKDAYS[one]) for one in f["weekdays"])),
}
