"""What pages and refusals say about companies that add to gifts, and about names on the board of givers."""
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.errors import Refused
from marketplace.market.matches.rules import LONGEST, FundingKnown, NotFunded
from marketplace.market.wishes import goods
from marketplace.web.locale import lang, yuan

STATES = {"draft": _l("Not begun yet"), "live": _l("Adds to gifts"), "ended": _l("Ended")}
FUNDINGS = {"recorded": _l("Waits for a second person"), "confirmed": _l("In the books"), "refused": _l("Refused")}
FACTORS = {"1:1": _l("As much as was given: each gift is doubled"), "1:2": _l("Half of what was given"),
           "2:1": _l("Twice what was given")}
HONOUR_STATES = {"shown": _l("Shown"), "hidden": _l("Taken off")}
HONOUR_KINDS = {"person": _l("A person"), "company": _l("A company"), "team": _l("A team")}
REFUSALS: dict[type[Refused], Callable[[Any], str]] = {
    NotFunded: lambda no: _("%(missing)s of the company's money is not there yet. Nobody adds what has not been paid.",
                            missing=yuan(no.missing_fen)),
    FundingKnown: lambda no: _("A transfer with this number was recorded before."),
}
INVALID: dict[str, Callable[[dict], str]] = {
    "advert": lambda f: _("This looks like an advert or a number, not like a name."),
    "match_days": lambda f: _("The last day must lie between today and %(days)s days after the first.", days=LONGEST.days),
}


def honour_kinds() -> list[tuple]:
    """Kinds of givers as choices for chips, without numbers."""
    return [(name, label, None) for name, label in HONOUR_KINDS.items()]


def numbers(values) -> list[tuple]:
    """Years as choices for chips."""
    return [(value, str(value), None) for value in values]


def company(match) -> str:
    """The company's name in the reader's language."""
    return match.english if lang() == "en" and match.english else match.company


def for_what(match) -> str:
    """What gifts must be for: wishes, a campaign, or a charity's own fund."""
    if match.campaign:
        named = match.campaign
        return _("the campaign “%(title)s”", title=named.english if lang() == "en" and named.english else named.title)
    if match.serves == "fund":
        return _fund(match)
    found = goods.categories().get(match.category)
    if found is None:
        return _("any wish")
    return _("wishes for “%(category)s”", category=found.en if lang() == "en" else found.zh)


def _fund(match) -> str:
    """The charity is named where it is not the reader's own."""
    name = getattr(match, "charity", "")
    english = getattr(match, "charity_english", "")
    return _("the own fund of %(charity)s", charity=english if lang() == "en" and english else name) if name else _(
        "the charity's own fund")


def promise(match) -> str:
    """The promise in one sentence."""
    facts = {"company": company(match), "what": for_what(match)}
    if match.numerator == match.denominator:
        return _("%(company)s doubles gifts of money to %(what)s.", **facts)
    if match.numerator > match.denominator:
        return _("%(company)s adds twice as much to gifts of money to %(what)s.", **facts)
    return _("%(company)s adds half as much to gifts of money to %(what)s.", **facts)
