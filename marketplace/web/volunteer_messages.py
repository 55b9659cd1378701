"""What messages say to volunteers, and to households about who comes. Never for whom, never where exactly."""
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from marketplace.core import places
from marketplace.web import words_of_volunteers as volunteers
from marketplace.web.locale import day, lang

SAID = {
    "volunteer_approved": _l("Welcome: the charity has taken you on as a volunteer. What is next: %(volunteer)s"),
    "volunteer_declined": _l("The charity could not take you on as a volunteer. Why: %(volunteer)s"),
    "volunteer_ended": _l("Your time as a volunteer of the charity has ended. Thank you for all of it: %(volunteer)s"),
    "check_ending": _l("Your paper “%(check)s” holds until %(on)s. Please show a new one to the charity in time: "
                       "%(volunteer)s"),
    "appointment_confirmed": _l("Agreed: %(when)s, %(kind)s, %(district)s. The worker takes you there. Details: "
                                "%(volunteer)s"),
    "appointment_second": _l("You come along as the second adult: %(when)s, %(district)s. Details: %(volunteer)s"),
    "appointment_proposed_for": _l("Your charity has named you: %(when)s, %(kind)s, %(district)s. The worker agrees it with "
                                   "the household. You cannot come? Please say so: %(volunteer)s"),
    "appointment_second_sought": _l("Your second adult cannot come along at %(when)s. The worker looks for another one and "
                                    "agrees the time anew; please wait for our message: %(volunteer)s"),
    "appointment_second_wanted": _l("The second adult cannot come along at %(when)s, %(kind)s, %(district)s. Please name "
                                    "another one, on your desk under “Appointments”."),
    "appointment_second_off": _l("The second adult cannot come along at %(when)s, %(kind)s, %(district)s. The time stands."),
    "appointment_called_off": _l("You need not come: %(when)s, %(kind)s, %(district)s is called off. Thank you for being "
                                 "ready: %(volunteer)s"),
    "appointment_off_for_good": _l("For “%(title)s” nobody comes at %(when)s; this time is called off. Your worker knows "
                                   "more, or call 12345."),
    "appointment_turned_down": _l("The time %(when)s could not be agreed. Please name another one: %(volunteer)s"),
    "appointment_tomorrow": _l("A reminder: %(when)s, %(kind)s, %(district)s. You cannot come? Please say so now, then "
                               "somebody else can: %(volunteer)s"),
    "appointment_asked": _l("Could you come for somebody who cannot? %(when)s, %(kind)s, %(district)s. Who takes it first, "
                            "has it: %(volunteer)s"),
    "appointment_missed": _l("We missed you at %(when)s. If something came up, please call your charity; next time say so "
                             "here before, then somebody else can come: %(volunteer)s"),
    "appointment_household": _l("For “%(title)s” a helper comes at %(when)s, with the worker. Nobody else comes for it."),
    "appointment_off": _l("For “%(title)s” the helper cannot come at %(when)s. We look for somebody else, and tell you."),
    "service_lost_giver": _l("The service for “%(title)s” did not take place; the wish is open again: %(gift)s"),
    "pledge_not_come": _l("The service for “%(title)s” did not take place; the wish is open again: %(gift)s"),
    "pledge_given_up": _l("Nobody could come for “%(title)s” at the agreed time; the wish is open again: %(gift)s"),
}


def _says(kind: str) -> Callable[[dict], str]:
    return lambda facts: str(SAID[kind]) % _in_words(facts)


TEXTS: dict[str, Callable[[dict], str]] = {kind: _says(kind) for kind in SAID}


def _in_words(facts: dict[str, Any]) -> dict[str, Any]:
    """What only messages to volunteers tell, in words; days are in words already."""
    said = dict(facts)
    if "at" in said:
        at = datetime.fromisoformat(said["at"])
        said["when"] = f"{day(at)} {volunteers.hour(at)}"
    if "check" in said:
        said["check"] = str(volunteers.CHECKS[said["check"]])
    if "category" in said:
        said["kind"] = volunteers.skill(said["category"])
    if "district" in said:
        said["district"] = places.name(said["district"], lang())
    return said
