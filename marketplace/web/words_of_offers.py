"""What pages and refusals say about offers: things, time and money that somebody would give before there is a wish."""
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from marketplace.core import places
from marketplace.core.errors import Refused
from marketplace.market.offers.models import Offer
from marketplace.market.offers.rules import GivenElsewhere, NotOpen, OtherUnits, TooFewOffered
from marketplace.market.stock.models import Batch, Store
from marketplace.market.wishes import goods
from marketplace.web import words_of_goods
from marketplace.web.locale import day, lang, yuan

STATES = {"offered": _l("Waits for an answer"), "accepted": _l("Accepted"), "declined": _l("Not taken"),
          "withdrawn": _l("Taken back"), "ended": _l("Ended"), "expired": _l("Its last day is over")}
LOOKS = {"offered": "waiting", "accepted": "done", "declined": "trouble"}
KINDS = {"goods": _l("A thing"), "service": _l("Time"), "money": _l("Money")}
WEEKDAYS = {1: _l("Mon"), 2: _l("Tue"), 3: _l("Wed"), 4: _l("Thu"), 5: _l("Fri"), 6: _l("Sat"), 7: _l("Sun")}
STEPS = {"offered": _l("Offered"), "accepted": _l("The charity said yes"), "declined": _l("The charity could not take it"),
         "withdrawn": _l("Taken back"), "ended": _l("Ended"), "expired": _l("Its last day was over"),
         "came": _l("Came to the store"), "surplus": _l("Of it, more than was offered"),
         "put_right": _l("Counted wrongly, put right: so many fewer came"),
         "packed": _l("Packed into parcels"), "apart": _l("Taken out of parcels again"),
         "set_aside": _l("Promised to families"), "sent": _l("Sent on its way"),
         "at_station": _l("At the town stations"), "handed_over": _l("Handed over to families"),
         "confirmed": _l("Families confirmed: received"), "returned": _l("Came back"),
         "written_off": _l("Written off: cannot be given any more"), "lost": _l("Lost on the way")}
TROUBLE = ("declined", "returned", "written_off", "lost")
CONDITIONS, WHY_NOT = words_of_goods.CONDITIONS, words_of_goods.WHY_NOT
DIFFERENCES = {"size": _l("another size"), "condition": _l("another condition")}
REFUSALS: dict[type[Refused], Callable[[Any], str]] = {
    TooFewOffered: lambda no: _("Of what was offered only %(left)s are left. If more really came, say so below the number.",
                                left=no.left),
    OtherUnits: lambda no: _("One of the two counts hours and the other visits. They cannot be matched."),
    GivenElsewhere: lambda no: _("Whoever gave this means it for another area, or for another age."),
    NotOpen: lambda no: _("This offer is not open any more, or not accepted yet."),
}
TEXTS: dict[str, Callable[[dict], str]] = {
    "offer_in_store": lambda f: _("%(came)s of your “%(thing)s” could not stay with a family. They are in the store of "
                                  "%(charity)s now, for another one. Where they go: %(offer)s", **f),
    "offer_unfit": lambda f: _("%(came)s of your “%(thing)s” came back and are in the store of %(charity)s now. As they "
                               "are, no family can be given them. What came of your offer: %(offer)s", **f),
    "offer_used": lambda f: _("News of your “%(thing)s”: %(news)s. %(offer)s", news=_news(f), **f),
}
INVALID: dict[str, Callable[[dict], str]] = {
    "offer_days": lambda f: _("Choose today or a later day, within a year."),
    "fewer_came": lambda f: _("Enter a whole number from 0 to %(most)s. What came besides is taken in as a batch of its "
                              "own.", most=f"{f['most']:,}"),
    "value_declared": lambda f: _("The value of what came is declared already, with its invoice. It cannot be put right any "
                                  "more: count it, so that the books say what is missing."),
    "offer_condition": lambda f: _("Say whether it is new, or good as new. What is worn cannot be given to families."),
    "fen_between": lambda f: _("Enter an amount from %(least)s to %(most)s.", least=yuan(f["least_fen"]),
                               most=yuan(f["most_fen"])),
    "over": lambda f: _("This day is over. What cannot be used any more is not taken in."),
}


def _named(one: Any) -> str:
    """The name of a thing or a category of the list, in the reader's language."""
    return one.en if lang() == "en" else one.zh


def name(code: str) -> str:
    """The name of an item, or of a category."""
    return _named(goods.items().get(code) or goods.categories()[code])


def size(code: str) -> str:
    return goods.size_name(code, lang())


def thing(offer: Offer) -> str:
    """What is offered: "Quilt · double", "Haircut at home"."""
    said = name(offer.item_code or offer.category)
    return f"{said} · {size(offer.size)}" if offer.size else said


def stored(batch: Batch) -> str:
    """What came, with the size that it really has."""
    said = name(batch.item_code)
    return f"{said} · {size(batch.size)}" if batch.size else said


def _several(noun: str) -> str:
    """An English noun for several; the list's nouns are all regular."""
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("x", "s", "ch", "sh")) else "s")


def counted(code: str, units: int) -> str:
    """Units of a thing as a person says them: 200 条, 200 quilts."""
    item = goods.items()[code]
    if lang() != "en":
        return f"{units:,} {item.unit}"
    return f"{units:,} {item.unit_en if units == 1 else _several(item.unit_en)}"


def amount(offer: Offer, units: int) -> str:
    """Units of an offer: ¥500, 200 条, 12 visits, 12 hours."""
    if offer.kind == "money":
        return yuan(units)
    if offer.kind == "service":
        if goods.categories()[offer.category].in_hours:
            return ngettext("%(num)d hour", "%(num)d hours", units)
        return ngettext("%(num)d visit", "%(num)d visits", units)
    return counted(offer.item_code, units)


def area(code: str) -> str:
    """For where it is meant."""
    return _("Anywhere in the city") if code == places.CITY else places.full_name(code, lang())


def times(offer: Offer) -> str:
    """When and how long a service is: "Sat, 2 hours each time"."""
    days = ("、" if lang() == "zh" else ", ").join(str(WEEKDAYS[int(one)]) for one in offer.weekdays.split(",") if one)
    hours = ngettext("%(num)d hour each time", "%(num)d hours each time", offer.hours)
    return f"{days} · {hours}"


def until(offer: Offer) -> str:
    return _("until %(day)s", day=day(offer.ends_on))


def _news(facts: dict) -> str:
    """What became of things that went through a store, in numbers."""
    parts = [(facts["arrived"], ngettext("%(num)d has come to a town station", "%(num)d have come to town stations",
                                         facts["arrived"])),
             (facts["confirmed"], ngettext("a family has confirmed %(num)d", "families have confirmed %(num)d",
                                           facts["confirmed"])),
             (facts["thanks"], ngettext("%(num)d family says thanks", "%(num)d families say thanks", facts["thanks"]))]
    return ("，" if lang() == "zh" else ", ").join(text for number, text in parts if number)


def state(offer: Offer) -> str:
    """How it stands; one that has come in whole did not just end."""
    if offer.state in ("ended", "expired") and not offer.left:
        return _("All of it has come") if offer.kind == "goods" else _("All of it is used")
    return str(STATES[offer.state])


def look(offer: Offer) -> str:
    """How its state is shown: "waiting", "done", "trouble" or "plain"."""
    return "done" if offer.state in ("ended", "expired") and not offer.left else LOOKS.get(offer.state, "plain")


def store(of: Store) -> str:
    return of.english if lang() == "en" and of.english else of.name


def prohibited() -> list[tuple[str, str]]:
    """Every kind of thing that nobody may offer, with the reason."""
    return [(goods.prohibited_name(code, lang()), str(WHY_NOT.get(code, ""))) for code in goods.prohibited()]
