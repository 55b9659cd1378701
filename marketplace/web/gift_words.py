"""What pages and refusals say about gifts of money."""
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.errors import Refused
from marketplace.market.deliveries.rules import MoneyDisputed
from marketplace.market.gifts.rules import NotOpen, SlipKnown, Spent
from marketplace.market.pledges.rules import NothingSimilar, NotTogether, SomeFull
from marketplace.web.locale import yuan

STATES = {
    "reserved": _l("Not paid yet"), "committed": _l("With the charity"), "expired": _l("Lapsed"),
    "cancelled": _l("Cancelled"), "late": _l("Waits for your choice"),
    "moved": _l("In the charity's fund"), "lost": _l("Taken back by the bank"),
    "refunded": _l("Money returned"),
}
MONTHLY_STATES = {"created": _l("Not begun yet"), "active": _l("Every month"), "past_due": _l("A month is missing"),
                  "ended": _l("Ended")}
SLIP_STATES = {"recorded": _l("Waits for a second person"), "confirmed": _l("Confirmed"), "refused": _l("Refused")}
WAYS = {"provider": _l("Card or wallet"), "bank": _l("Bank transfer"), "cash": _l("Cash at the counter")}
ENDS = {
    "not_paid": _l("It was not paid in time."), "giver": _l("You took it back."), "charity": _l("The charity returned it."),
    "too_late": _l("It could not be used any more when the money came."),
    "disputed": _l("Your bank has taken the money back."),
    "not_renewed": _l("It could not be taken from your card several times."), "replaced": _l("You chose another amount."),
    "campaign_closed": _l("The campaign has ended."),
}
CHOICES = {
    "refund": _l("Give my money back"), "reroute": _l("Give it to a similar wish of the same charity"),
    "fund": _l("Let the charity use it where it is needed most"),
}
OTHERWISE = {"refund": _l("goes back to the giver"), "reroute": _l("goes to something similar of your charity"),
             "fund": _l("goes to your own fund")}
CAMPAIGN_CHOICES = {**CHOICES, "reroute": _l("Give it to a similar campaign of the same charity")}

def listed(table: dict) -> list[tuple]:
    """A table as choices for chips, without numbers."""
    return [(name, label, None) for name, label in table.items()]


def _full(no: SomeFull) -> str:
    parts = [_("“%(item)s” can still take %(left)s", item=one.item, left=yuan(one.left)) if one.left else
             _("“%(item)s” is not open any more", item=one.item) for one in no.full]
    return _("Somebody was faster, so nothing has been held yet: %(what)s. Change or take out these, and pay again.",
             what="; ".join(parts))


REFUSALS: dict[type[Refused], Callable[[Any], str]] = {
    SomeFull: _full,
    NotTogether: lambda no: _("These cannot be paid for at once. Choose gifts of money of one charity, at most 20."),
    NothingSimilar: lambda no: _("There is nothing similar that could take all of it at the moment. Please choose another "
                                 "way."),
    NotOpen: lambda no: _("No gifts are taken for this at the moment."),
    SlipKnown: lambda no: _("A slip with this number was recorded before (number %(number)s). Look there first.",
                            number=no.slip_id),
    Spent: lambda no: _("This money has been used already, and cannot go back."),
    MoneyDisputed: lambda no: _("A giver's bank asks back money that was given for this. Do not buy it before the bank has "
                                "decided."),
}
INVALID: dict[str, Callable[[dict], str]] = {
    "too_much": lambda f: _("Please give at most %(most)s at once. For more, talk to the charity.",
                            most=yuan(f["most_fen"])),
    "recorded_before": lambda f: _("Somebody has recorded this already."),
}
ALL_STATES = {**SLIP_STATES, **MONTHLY_STATES, **STATES}
