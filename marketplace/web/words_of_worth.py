"""What pages and refusals say about what giving is worth to givers: certificates of service, letters, teams."""
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from marketplace.core.errors import Refused
from marketplace.market.attestations.rules import AskedBefore, NothingServed
from marketplace.market.letters.rules import NothingToThank
from marketplace.market.teams.rules import InTeam, LinkOver, TeamNameTaken
from marketplace.web.locale import lang
from marketplace.web.words_of_volunteers import duration

ATTESTATIONS = {"asked": _l("Asked for"), "issued": _l("Issued"), "declined": _l("Not issued"), "dropped": _l("Taken back"),
                "replaced": _l("Replaced by a newer one"), "revoked": _l("Revoked")}
DECLINES = {"name": _l("The name does not fit what we know. Please ask again with the name on your ID card."),
            "days": _l("Please ask again with other days."),
            "unknown_person": _l("We could not tell who you are. Please call us first, then ask again.")}
REVOCATIONS = {"wrong_hours": _l("The hours were not right."), "wrong_name": _l("The name was not right."),
               "not_served": _l("The service did not take place as recorded."),
               "asked_for": _l("The volunteer asked for it.")}
TEAMS = {"asked": _l("Waits for the charity"), "approved": _l("Name confirmed"), "declined": _l("Name not confirmed"),
         "hidden": _l("Page taken away"), "ended": _l("Ended")}
TEAM_KINDS = {"company": _l("A company"), "school": _l("A school"), "club": _l("A club or another group")}
BASES = {"letter": _l("By a letter with its seal"), "called": _l("We called there ourselves"),
         "known": _l("We work with it")}
TEAM_REASONS = {"not_asked": _l("The company, school or club has not agreed to it."),
                "not_reached": _l("We could not reach anybody who could confirm it."),
                "name": _l("This name cannot be used."), "withdrawn": _l("The company, school or club wants it no more."),
                "misused": _l("The name was misused.")}
TEAM_DECLINES = {name: TEAM_REASONS[name] for name in ("not_asked", "not_reached", "name")}
TEAM_HIDES = {name: TEAM_REASONS[name] for name in ("withdrawn", "misused")}
STATES: dict[str, Any] = {**TEAMS, **ATTESTATIONS}
REFUSALS: dict[type[Refused], Callable[[Any], str]] = {
    NothingServed: lambda no: _("On these days no service for this charity was confirmed. Choose other days."),
    AskedBefore: lambda no: _("You have asked this charity already. It will answer, or take your question back first."),
    NothingToThank: lambda no: _("There is nothing yet that this charity could thank you for: money must have settled, and "
                                 "goods must have been confirmed."),
    InTeam: lambda no: _("You are in a team already. Leave it first: what you give counts for one team."),
    TeamNameTaken: lambda no: _("There is a team with this name already. Ask its founder for the link."),
    LinkOver: lambda no: _("This link does not hold any more. Ask the founder of the team for a new one."),
}
INVALID: dict[str, Callable[[dict], str]] = {
    "days_order": lambda f: _("The first day must not lie after the last one."),
}


def team_name(team) -> str:
    """The name of a team in the reader's language."""
    return team.english if lang() == "en" and team.english else team.name


def team_kinds() -> list[tuple]:
    """Kinds of teams as choices for chips, without numbers."""
    return [(name, label, None) for name, label in TEAM_KINDS.items()]


def served(hours: int, visits: int, minutes: int = 0) -> str:
    """How much somebody served: "6 hours 30 minutes", "2 visits", or both."""
    said = [duration(60 * hours + minutes)] if hours or minutes else []
    if visits:
        said.append(ngettext("%(num)d visit", "%(num)d visits", visits))
    return " · ".join(said)


def in_all(total) -> str:
    """The same of a total, or of one service."""
    return served(0, total.visits, total.minutes)
