"""What pages and refusals say about goods: things and sizes, batches, places where they are, and why they moved."""
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice

from marketplace.core.errors import Refused
from marketplace.market.pledges.rules import KitWhole, NotFitting
from marketplace.market.stock import rules
from marketplace.market.stock.models import Kit, Store
from marketplace.market.stock.service import CountedBelowReserved
from marketplace.market.wishes import goods
from marketplace.web.locale import lang

STORE_STATES = {"open": _l("In use"), "closed": _l("Closed")}
RESERVATIONS = {"held": _l("Set aside"), "released": _l("Free again"), "on_way": _l("On the way"),
                "given": _l("With the household"), "returned": _l("Back in store"), "lost": _l("Lost")}
CONDITIONS = {"new": _l("Brand new"), "good": _l("Good as new"), "worn": _l("Worn"), "damaged": _l("Damaged")}
WRITE_OFFS = {"expired": _l("Past its day"), "damaged": _l("Damaged"), "unsafe": _l("Not safe"),
              "recalled": _l("Recalled by its maker"), "pest": _l("Damp, mould or pests"), "other": _l("Another reason")}
CAUSES = {"take_in": _l("Taken in"), "transfer": _l("Brought to another store"), "condition": _l("Condition changed"),
          "assemble": _l("Kits made"), "take_apart": _l("Kits taken apart"), "load": _l("Sent out"),
          "hand_over": _l("Handed over"), "put_right": _l("Intake put right"), "lost": _l("Lost"),
          "returned": _l("Came back"), "come_back": _l("Given back, on its way to the store"),
          "split": _l("Sent on in parts")}
WHY_NOT = {
    "cash": _l("Money goes to the charity's account, where everybody can follow it."),
    "tobacco": _l("It harms, and nobody here passes it on."), "alcohol": _l("It harms, and nobody here passes it on."),
    "medicine": _l("Only a doctor or a pharmacy may hand out medicines and remedies."),
    "financial": _l("Cards, shares and policies are no gifts that we can follow to the door."),
    "used_electrical": _l("They may burn or give a shock. New ones are welcome, used ones only when a workshop has "
                          "checked them."),
}
WHATS = {"": _l("Everything"), "ending": _l("Ends soon"), "unfit": _l("Cannot be given"), "reserved": _l("Set aside")}


def item(code: str, kits: Mapping[str, Kit] | None = None) -> str:
    """The name of a thing of the list, or of a kit."""
    found = goods.items().get(code)
    if found:
        return found.en if lang() == "en" else found.zh
    kit = (kits or {}).get(code)
    return name(kit) if kit else _("Kit")


def listed(code: str) -> bool:
    """Whether it is a thing of the list, and so has a picture of its own; kits have none."""
    return code in goods.items()


def name(named: Kit | Store) -> str:
    """The name of a kit or a store in the reader's language."""
    return named.english if lang() == "en" and named.english else named.name


def unit(code: str, units: int = 0) -> str:
    """What a thing is counted in, of so many; kits by the parcel."""
    found = goods.items().get(code)
    chinese, english = (found.unit, found.unit_en) if found else ("份", "parcel")
    return chinese if lang() == "zh" else english if units == 1 else _many(english)


def _many(word: str) -> str:
    """The English plural of a unit."""
    if word.endswith(("x", "ch", "sh", "s")):
        return word + "es"
    return word[:-1] + "ies" if word.endswith("ry") else word + "s"


def size(code: str) -> str:
    return goods.size_name(code, lang()) if code else ""


def thing(code: str, sized: str, kits: Mapping[str, Kit] | None = None) -> str:
    """A thing with its size, as one looks for it on a shelf."""
    return f"{item(code, kits)} · {size(sized)}" if sized else item(code, kits)


def label(ref: str) -> str:
    """What stands on a label, in two halves that can be read aloud."""
    return f"{ref[:4]}-{ref[4:]}"


def place(code: str, stores: Mapping[int, Store], labels: Mapping[int, str]) -> str:
    """Where things are, or where they came from."""
    kind, _colon, which = code.partition(":")
    if kind == "store":
        store = stores.get(int(which))
        return name(store) if store else _("A store")
    if kind in ("used", "made") and which.isdigit() and int(which) in labels:
        return _("Batch %(label)s", label=label(labels[int(which)]))
    if code == "used:apart":
        return _("Taken apart")
    facts = {"number": which}
    return {"offer": lambda: _("Offer %(number)s", **facts), "purchase": lambda: _("Purchase %(number)s", **facts),
            "opening": lambda: _("There before the books"), "kit": lambda: _("Made here"),
            "found": lambda: _("Found at a count"), "made": lambda: _("Made here"),
            "used": lambda: _("Made into something else"),
            "way": lambda: _("On the way"), "household": lambda: _("With the household"), "lost": lambda: _("Lost"),
            "written_off": lambda: _("Written off"), "missing": lambda: _("Missing at a count")}.get(kind, lambda: code)()


def cause(code: str) -> str:
    """Why things moved."""
    kind, _colon, which = code.partition(":")
    if kind == "write_off":
        return _("Written off: %(reason)s", reason=WRITE_OFFS.get(which, which))
    if kind == "count":
        return _("Count %(number)s", number=which)
    return _("Used for kits") if kind == "kit" else str(CAUSES.get(kind, kind))


def promise(code: str) -> str:
    """For what units are set aside."""
    kind, _colon, number = code.partition(":")
    facts = {"number": number}
    return {"proposal": _("Proposal %(number)s", **facts), "pledge": _("Promise %(number)s", **facts),
            "hand": _("Promised by hand"),
            "delivery": _("Delivery %(number)s", **facts), "match": _("Match %(number)s", **facts)}.get(kind, code)


def grouped(first: str = "") -> dict[str, list[SelectChoice]]:
    """All things to choose from, by category; with `first`, a choice above them that means none."""
    listed = goods.items().values()
    groups = {getattr(one, lang()): [SelectChoice(i.code, item(i.code)) for i in listed if i.category == code]
              for code, one in goods.categories().items() if one.kind == "goods"}
    found = {group: inside for group, inside in groups.items() if inside}
    return {"": [SelectChoice("", first)], **found} if first else found


def sizes() -> list[tuple[str, str]]:
    """Every size that some thing has, in the order of the list."""
    codes = dict.fromkeys(one for found in goods.items().values() for one in found.sizes)
    return [(code, size(code)) for code in codes]


REFUSALS: dict[type[Refused], Callable[[Any], str]] = {
    rules.TooFewInStore: lambda no: _("Only %(free)s are free there; the rest is gone, or set aside for somebody.",
                                      free=max(0, no.free)) if no.free > 0
    else _("Nothing of it is free there: it is gone, or set aside for somebody."),
    rules.StoreClosed: lambda no: _("This store is closed. Open it again, or choose another one."),
    rules.StoreNotEmpty: lambda no: _("There is still something in this store, or on its way from it. Bring it to another "
                                      "store first, write it off, or wait until it has arrived."),
    rules.KitIncomplete: lambda no: _("There is not enough of “%(thing)s” in this store: %(needed)s are needed, %(free)s "
                                      "are free.", thing=item(no.item_code), needed=no.needed, free=no.free),
    CountedBelowReserved: lambda no: _("You counted %(counted)s, but %(reserved)s are set aside for promises. Nothing was "
                                       "booked.", counted=no.counted, reserved=no.reserved),
    rules.NotToGive: lambda no: _("No family may be given this: the day until which it can be used is over, or it is worn "
                                  "or damaged. Take the promise back, and write it off."),
    rules.IntakeMoved: lambda no: _("Some of it was moved, given or set aside already. Count the store instead: the books "
                                    "then say what is missing."),
    NotFitting: lambda no: _("This wish does not ask for it, or is not open any more. Choose another one."),
    KitWhole: lambda no: _("This is one parcel that was packed together. It goes back whole."),
}
INVALID: dict[str, Callable[[dict], str]] = {
    "units_between": lambda f: _("Enter a whole number from 1 to %(most)s.", most=f"{f['most']:,}"),
    "not_whole": lambda f: _("Enter a whole number."),
    "unknown_size": lambda f: _("Choose a size that this thing has."),
    "unknown_item": lambda f: _("This is not on the list of goods. Choose a thing of the list, and a size that it has."),
    "unknown_condition": lambda f: _("Choose one of: %(words)s.", words="、".join(map(str, CONDITIONS.values()))
                                     if lang() == "zh" else ", ".join(map(str, CONDITIONS.values()))),
    "use_by_missing": lambda f: _("This does not keep for ever: enter the day until which it can be used."),
    "not_a_day": lambda f: _("Enter a day like 2027-03-31."),
    "used_electrical": lambda f: _("Used electrical things are taken only when a workshop has checked them: write who it "
                                   "was."),
    "checked_when": lambda f: _("Enter the day on which it was checked, today or before."),
    "not_new_again": lambda f: _("What was used does not become new again. Choose how it is now."),
    "kit_parts": lambda f: _("A kit is made of two things at least. Name each thing, in each size, once."),
    "kit_uneven": lambda f: _("These kits do not come apart evenly. Take all of them apart, or another number."),
    "same_store": lambda f: _("It is in this store already. Choose another one."),
    "coordinates": lambda f: _("Enter latitude and longitude in degrees, for example 37.45 and 116.30."),
    "name_taken": lambda f: _("A kit of this name is there already. Choose another name."),
    "unknown_batch": lambda f: _("Something on this sheet is not in this store any more. Begin a new count."),
    "no_sheet": lambda f: _("This is not a spreadsheet that we can read. Save it as .xlsx, or use our template."),
    "sheet_macros": lambda f: _("This spreadsheet carries programs (macros). Save it as plain .xlsx and send it again."),
    "sheet_too_large": lambda f: _("This file is too large: at most %(most)s MB.", **f),
    "sheet_too_long": lambda f: _("At most %(most)s rows at a time. Send it in parts.", most=f["most"] - 1),
    "sheet_columns": lambda f: _("These columns are missing: %(columns)s. Our template has them.", **f),
    "sheet_empty": lambda f: _("There is nothing under the heads of the columns."),
}
