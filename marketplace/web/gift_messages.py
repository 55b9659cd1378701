"""What messages to givers of money say."""
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from marketplace.web.filters import day
from marketplace.web.locale import lang, yuan

SAID = {
    "pledge_paid": _l("Thank you. Your %(sum)s for “%(title)s” are with %(charity)s. Follow your gift here: %(gift)s"),
    "pledge_late": _l("Your %(sum)s for “%(title)s” came after it had closed. Please choose by %(until)s what becomes of "
                      "your money: %(gift)s"),
    "pledge_too_late": _l("Your %(sum)s for “%(title)s” came after it had closed, and go back to you: %(gift)s"),
    "pledge_moved": _l("“%(title)s” cannot use your %(sum)s any more. As chosen, the charity's own fund has them now: "
                       "%(gift)s"),
    "pledge_disputed": _l("Your bank has taken back your %(sum)s for “%(title)s”: %(gift)s"),
    "gift_paid": _l("Thank you. Your %(sum)s are with %(charity)s. Your receipt, and your gift: %(gift)s"),
    "gift_paid_to": _l("Thank you. Your %(sum)s for “%(title)s” are with %(charity)s. Your receipt, and your gift: "
                       "%(gift)s"),
    "month_paid": _l("Thank you. This month's %(sum)s are with %(charity)s. Your receipt, and how to stop: %(gift)s"),
    "month_paid_to": _l("Thank you. This month's %(sum)s for “%(title)s” are with %(charity)s. Your receipt, and how to "
                        "stop: %(gift)s"),
    "official_recorded": _l("The official donation receipt for your gift to %(charity)s is issued. You find its numbers "
                            "here: %(gift)s"),
    "official_recorded_to": _l("The official donation receipt for “%(title)s” is issued. You find its numbers here: "
                               "%(gift)s"),
    "gift_late": _l("Your %(sum)s for %(charity)s came after it had closed. Please choose by %(until)s what becomes of your "
                    "money: %(gift)s"),
    "gift_too_late": _l("Your %(sum)s for %(charity)s came after it had closed, and go back to you: %(gift)s"),
    "gift_charity": _l("%(charity)s gives your %(sum)s back: %(gift)s"),
    "gift_moved": _l("As chosen, your %(sum)s are in the own fund of %(charity)s now: %(gift)s"),
    "gift_rerouted": _l("As chosen, your %(sum)s go to “%(title)s” now: %(gift)s"),
    "gift_disputed": _l("Your bank has taken back your %(sum)s for %(charity)s: %(gift)s"),
    "monthly_past_due": _l("This month's %(sum)s for %(charity)s could not be taken from your card. What you can do: "
                           "%(gift)s"),
    "monthly_not_renewed": _l("Your monthly gift of %(sum)s to %(charity)s has ended, because it could not be taken from "
                              "your card several times. You may begin again any time: %(gift)s"),
    "monthly_campaign_closed": _l("“%(title)s” has ended, and with it your monthly gift of %(sum)s. Nothing more is taken. "
                                  "Thank you for all of it: %(gift)s"),
}


def _many(facts: dict[str, Any]) -> str:
    return ngettext("Thank you. Your %(sum)s for %(num)d wish are with %(charity)s. Follow your gift here: %(gift)s",
                    "Thank you. Your %(sum)s for %(num)d wishes are with %(charity)s. Follow your gifts here: %(gift)s",
                    facts["count"], **facts)


def _says(kind: str) -> Callable[[dict], str]:
    """The sentence of this kind; of two the one that names what has a title, where there is a title."""
    return lambda facts: str(SAID.get(f"{kind}_to" if facts.get("title") else kind, SAID[kind])) % facts


TEXTS: dict[str, Callable[[dict], str]] = {**{kind: _says(kind) for kind in SAID}, "pledges_paid": _many}


def in_words(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts of a message as a person reads them, in the language of the moment."""
    said = dict(facts)
    if "fen" in said:
        said["sum"] = yuan(said["fen"])
    if "on" in said:
        said["on"] = day(date.fromisoformat(said["on"]))
    if "until" in said:
        said["until"] = day(datetime.fromisoformat(said["until"]))
    if lang() == "en":
        said.update({name.removesuffix("_en"): value for name, value in facts.items() if name.endswith("_en")})
    return said
