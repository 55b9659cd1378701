"""What pages and refusals say about what giving is worth to givers: certificates of service, letters, teams."""
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from marketplace.core.errors import Refused
from marketplace.market.attestations.rules import AskedBefore, NothingServed
from marketplace.market.letters.rules import NothingToThank

ATTESTATIONS = {"asked": _l("Asked for"), "issued": _l("Issued"), "declined": _l("Not issued"), "dropped": _l("Taken back"),
                "replaced": _l("Replaced by a newer one"), "revoked": _l("Revoked")}
DECLINES = {"name": _l("The name does not fit what we know. Please ask again with the name on your ID card."),
            "days": _l("Please ask again with other days."),
            "unknown_person": _l("We could not tell who you are. Please call us first, then ask again.")}
REVOCATIONS = {"wrong_hours": _l("The hours were not right."), "wrong_name": _l("The name was not right."),
               "not_served": _l("The service did not take place as recorded."),
               "asked_for": _l("The volunteer asked for it.")}
STATES: dict[str, Any] = {**ATTESTATIONS}
REFUSALS: dict[type[Refused], Callable[[Any], str]] = {
    NothingServed: lambda no: _("On these days no service for this charity was confirmed. Choose other days."),
    AskedBefore: lambda no: _("You have asked this charity already. It will answer, or take your question back first."),
    NothingToThank: lambda no: _("There is nothing yet that this charity could thank you for: money must have settled, and "
                                 "goods must have been confirmed."),
}
INVALID: dict[str, Callable[[dict], str]] = {
    "days_order": lambda f: _("The first day must not lie after the last one."),
}


def served(hours: int, visits: int) -> str:
    """How much somebody served: "6 hours", "2 visits", or both."""
    said = []
    if hours:
        said.append(ngettext("%(num)d hour", "%(num)d hours", hours))
    if visits:
        said.append(ngettext("%(num)d visit", "%(num)d visits", visits))
    return " · ".join(said)
