"""What pages, messages and refusals say about hand-overs: proofs, problems, receipts, exceptions."""
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.errors import Refused
from marketplace.market.deliveries.calls import NotProven, TooManyMisses
from marketplace.market.deliveries.rules import StillWaiting, TooManyCodes, WishOver
from marketplace.market.deliveries.witnesses import BadWitness, NotSignedYet

PROOFS = {"code": _l("one-time code"), "card": _l("household card"), "witnesses": _l("two witnesses")}
RELATIONS = {"committee": _l("Village or neighbourhood committee"), "neighbour": _l("Neighbour"),
             "relative": _l("Relative who lives elsewhere"), "teacher": _l("Teacher or carer"),
             "doctor": _l("Doctor or nurse")}
STEPS = {"absent": _l("Nobody was at home, another try follows")}
OUTCOMES = {"absent": _l("Nobody was at home"), "refused": _l("The household does not want it"),
            "damaged": _l("It is damaged"), "wrong": _l("It is the wrong thing"), "put_right": _l("It was put right"),
            "go_on": _l("It is handed over all the same"),
            "not_right": _l("It does not fit, or is not right otherwise"), "lost": _l("It is lost")}
CONDITIONS = {"good": _l("Good, somebody else can have it"), "damaged": _l("Damaged, to be looked at"),
              "unsafe": _l("Unsafe, nobody may have it")}
GOES_TO = {"store": _l("Back into its store"), "giver": _l("Back to its giver, who fetches it at the station"),
           "charity": _l("To the charity, which takes it into a store"), "disposed": _l("Disposed of")}
DECISIONS = {"waits": _l("Waits for the charity"), "open": _l("The wish waits for any giver"),
             "replaced": _l("Something else was promised"), "again": _l("It is brought once more"), "none": ""}
OVER = {"promise_ended": _l("The promise had ended before this was sent"),
        "wish_ended": _l("The wish has ended while this was on its way"),
        "not_eligible": _l("The family is no longer eligible")}
KINDS = {"disputed": _l("Something is wrong"), "over": _l("Its wish ended on the way"),
         "undecided": _l("Came back or lost, not decided"),
         "to_take_in": _l("To be taken into a store"), "to_fetch": _l("Waits for its giver at the station"),
         "unsigned": _l("A witness has not said so yet"), "no_code": _l("No code could be sent"),
         "locked": _l("Too many wrong codes"), "absent": _l("To be tried again"), "visit": _l("Visit needed"),
         "unconfirmed": _l("Not confirmed for 5 days"), "at_station": _l("At the station for 7 days"),
         "on_way": _l("On the way for 5 days"), "not_sent": _l("Not sent for 7 days"),
         "past_day": _l("Its day is over, nobody may have it"), "ends_soon": _l("Can be used for 7 days only")}
MARKS = {1: _l("Not content at all"), 2: _l("Not content"), 3: _l("So-so"), 4: _l("Content"), 5: _l("Very content")}
RECEIPT_WAYS = {"page": _l("by the household on its own page"), "reply": _l("by the household, by message"),
                "hotline": _l("by the household, on the phone"), "worker": _l("by a worker for the household")}
VISITS = {"open": _l("To be made"), "confirmed": _l("The household has it"), "disputed": _l("Something is wrong"),
          "not_met": _l("Nobody was met"), "closed": _l("The household answered by itself")}
DOUBTED = {**VISITS, "closed": "—"}
CALLBACKS = {"called": _l("called back"), "no_phone": _l("none on record")}
WITNESS = {
    "unknown": lambda no: _("Witness %(number)s is not known: a worker of the area by the name to sign in with, or a person "
                            "with name and relation who signed the paper.", number=no.number),
    "giver": lambda no: _("Witness %(number)s gave this. Somebody else has to see it.", number=no.number),
    "deliverer": lambda no: _("Witness %(number)s is you. Somebody else has to see it.", number=no.number),
    "household": lambda no: _("Witness %(number)s belongs to the household. Somebody else has to see it.", number=no.number),
    "worker": lambda no: _("Witness %(number)s has the name of a worker of the area. A worker is named by the name to sign "
                           "in with, and says so at the own desk.", number=no.number),
    "same": lambda no: _("The witnesses must be two different people."),
    "no_account": lambda no: _("At least one of the witnesses must be a worker of the area: write the name to sign in "
                               "with."),
}
REFUSALS: dict[type[Refused], Callable[[Any], str]] = {
    BadWitness: lambda no: WITNESS[no.why](no),
    NotSignedYet: lambda no: _("A worker who is named as a witness has not said so yet. Then the receipt can be confirmed."),
    TooManyMisses: lambda no: _("Nothing was found too often. Your account may search again in an hour."),
    StillWaiting: lambda no: _("Something of this wish is still open or on its way. It goes on."),
    TooManyCodes: lambda no: _("Enough new codes were sent for today. The card works, or two witnesses, or a new code "
                               "tomorrow."),
    WishOver: lambda no: _("%(why)s. Decide first whether it is handed over all the same.", why=OVER[no.why]),
    NotProven: lambda no: _("These digits or this card belong to no hand-over that waits. Ask the caller to read them "
                            "again."),
}
INVALID: dict[str, Callable[[dict], str]] = {
    "photo_needed": lambda f: _("With witnesses, a picture of the goods is needed. Take one first."),
    "look_first": lambda f: _("Look at the picture first: is there no face and no address on it?"),
    "part_only": lambda f: _("Enter a number between 1 and %(most)s.", **f),
    "not_yet": lambda f: _("The household was told that you come again on %(day)s. No other try counts before that day.",
                           **f),
    "again_days": lambda f: _("Choose a day within the next %(most)s days.", **f),
    "rated_before": lambda f: _("You have told us already. Thank you."),
    "not_confirmed": lambda f: _("First the household says that it has it."),
    "call_back": lambda f: _("Call back the number on record first, then say so here."),
    "no_number": lambda f: _("There is no number on record to call back. Say so, and write down who called."),
}
STATES: dict[str, Any] = {"taken_in": _l("in a store"), "signed": _l("answered"),
                          "decide_first": _l("to be decided whether it is brought once more"), "none": _l("decided"),
                          **DECISIONS, **VISITS}
TEXTS: dict[str, Callable[[dict], str]] = {
    "delivery_handed_over": lambda f: _("We were told that you have received “%(title)s”. If all is well, reply %(reply)s; "
                                        "you may add 1 to 5, 5 for very content. If not, reply %(reply)s 0. Or call "
                                        "12345.", **f),
    "delivery_reminder": lambda f: _("Do you have “%(title)s”? If all is well, reply %(reply)s; if something is wrong, "
                                     "reply %(reply)s 0. Or call 12345.", **f),
    "delivery_absent": lambda f: _("We came with “%(title)s” and nobody was at home. We try again on %(on)s. If that does "
                                   "not suit you, call 12345.", **f),
    "delivery_back_giver": lambda f: _("“%(title)s” could not stay with the family. It waits for you at the town station; "
                                       "to fetch it or leave it to the charity, call 12345: %(gift)s", **f),
    "delivery_kept_giver": lambda f: _("“%(title)s” could not stay with the family. The charity takes it into its store for "
                                       "another one: %(gift)s", **f),
    "delivery_in_store_giver": lambda f: _("“%(title)s” is in the store of the charity now, and goes to another family: "
                                           "%(gift)s", **f),
    "delivery_unfit_giver": lambda f: _("“%(title)s” is in the store of the charity now. As it is, no family can be given "
                                        "it: %(gift)s", **f),
    "delivery_undecided_giver": lambda f: _("“%(title)s” could not stay with the family yet. The charity decides whether it "
                                            "is brought once more: %(gift)s", **f),
    "delivery_confirmed_by_phone": lambda f: _("By phone it was confirmed that you have received “%(title)s”. If that is "
                                               "not so, call 12345.", **f),
    "reply_confirmed": lambda f: _("Thank you. We have written down that you received it."),
    "reply_disputed": lambda f: _("Thank you for telling us. Your worker looks into it and calls you."),
    "reply_unclear": lambda f: _("We could not tell what your message is about. Please send the digits from our message "
                                 "alone, or call 12345."),
}


def unsaid() -> str:
    """What is written down when a household says by message that something is wrong, and not what."""
    return _("Answered by message that something is wrong")


def not_seen() -> str:
    """What is written down when a worker who was named as a witness saw nothing."""
    return _("The named witness says not to have seen this hand-over")
