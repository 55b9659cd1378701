"""What pages and refusals say about proposals: what fits what, and why."""
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from marketplace.core import places
from marketplace.core.errors import Refused
from marketplace.market.matching.rules import NothingToGiveTo
from marketplace.market.matching.waiting import Cell
from marketplace.market.wishes import goods
from marketplace.web.locale import lang

STATES = {"proposed": _l("Proposed"), "confirmed": _l("Promised"), "declined": _l("Declined"), "replaced": _l("Replaced"),
          "failed": _l("Not possible any more")}
TERMS = {"served": _l("a family gets what it waits for"), "fit": _l("fits exactly"), "closeness": _l("is near"),
         "urgency": _l("is needed soon"), "waiting": _l("has waited long"), "expiry": _l("must be used soon"),
         "fairness": _l("its turn: others like it wait less")}
BECAME = {"proposed": _l("Stand now"), "confirmed": _l("Promised since then"), "declined": _l("Declined since then"),
          "failed": _l("Not possible any more")}
STANDINGS = {"receiving": _l("is received already"), "claimable": _l("can be claimed"),
             "after_verification": _l("can perhaps be claimed, after a check")}
REFUSALS: dict[type[Refused], Callable[[Any], str]] = {
    NothingToGiveTo: lambda no: _("No open wish needs this amount now. You can give it to a charity's fund instead."),
}


def listed(counts: dict[str, int]) -> list[tuple]:
    """States as choices for chips, with their numbers."""
    return [(name, label, counts.get(name, 0)) for name, label in STATES.items() if name != "replaced"]


def why(terms: dict[str, int]) -> list[str]:
    """The terms of a score as sentences' parts, what counts most first."""
    known = [(points, TERMS[name]) for name, points in terms.items() if points > 0 and name in TERMS]
    return [str(text) for _points, text in sorted(known, key=lambda one: -one[0])]


def item(code: str) -> str:
    """The name of a thing of the list."""
    found = goods.items().get(code)
    return getattr(found, lang()) if found else ""


def kind_of(cell: Cell) -> str:
    """What those of a cell wait for: a thing of the list, a service, or money."""
    kind, _colon, category = cell.item.partition(":")
    if kind == "service":
        return getattr(goods.categories()[category], lang())
    return _("Money") if kind == "money" else item(cell.item)


def county_of(cell: Cell) -> str:
    return places.full_name(cell.county, lang())


def over(days: int) -> str:
    return ngettext("%(num)d day", "%(num)d days", days)


def size(code: str) -> str:
    """A size as people say it."""
    return goods.size_name(code, lang())


def visits(units: int) -> str:
    """How many visits."""
    return ngettext("%(num)d visit", "%(num)d visits", units)
