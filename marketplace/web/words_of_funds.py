"""What pages and refusals say about charities' own funds."""
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.errors import Refused
from marketplace.market.funds import rules
from marketplace.web.locale import yuan

STATES = {"proposed": _l("Waits for a second person"), "given": _l("Given to the wish"), "refused": _l("Refused"),
          "cancelled": _l("Given up"), "dropped": _l("No longer needed by the wish"),
          "returned": _l("Came back to the fund")}
ALWAYS = ("proposed", "given")
REFUSALS: dict[type[Refused], Callable[[Any], str]] = {
    rules.FundTooSmall: lambda no: _("The fund has %(left)s that is not spoken for.", left=yuan(no.left_fen)),
    rules.NotCarried: lambda no: _("Another charity carries this wish, or it asks for no money. Your fund "
                                     "cannot give to it."),
}


def listed(counts: dict[str, int]) -> list[tuple]:
    """States as choices for chips, with their numbers: the two that matter, and those in which something is."""
    return [(name, label, counts.get(name, 0)) for name, label in STATES.items() if name in ALWAYS or counts.get(name)]
