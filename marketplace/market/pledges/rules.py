"""Pure decisions about a pledge.

What happens to a promise when its wish ends, or its household is no longer eligible (written for givers in
docs/pledges.md):

- reserved, not yet confirmed or paid: freed at once;
- on its way (dispatched or bought): kept, for the household was eligible when it was promised;
- goods or a service not yet sent: ended, the giver is told not to send;
- money not yet spent: as the giver chose when giving, on to a similar wish of the same charity, to the charity's own
  fund, or back.

Money that comes when its promise has lapsed, for a need that cannot hold it any more, waits for its giver to choose.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from marketplace.core.errors import Refused

HELD_FOR = timedelta(minutes=31)  # Stripe keeps a Checkout page open for at least 30 minutes
SENT_WITHIN = timedelta(days=14)
ANSWER_WITHIN = timedelta(days=3)  # a giver who wants to be asked has so long
CHOOSE_WITHIN = timedelta(days=14)
LEAST_FEN = 400  # below it the provider takes no payment in CNY
MOST_AT_ONCE = 20


class AmountTooSmall(Refused):
    """A gift of money below the least, which is not the whole rest either."""

    def __init__(self, least_fen: int):
        super().__init__(least_fen)
        self.least_fen = least_fen


class ContactMissing(Refused):
    """A giver without an account must leave a phone or a mail address."""


class NotTogether(Refused):
    """These cannot be paid for at once: not all money, not all of one charity, or too many."""


class NothingSimilar(Refused):
    """There is no similar wish that can take all of the money."""


class NotFitting(Refused):
    """The need does not ask for this thing, or is not a public need of the charity that has it."""


class KitWhole(Refused):
    """What was packed together goes back together."""


@dataclass(frozen=True)
class Full:
    """A need that cannot take what was meant for it: its number, what it is, and how much it can still take."""

    need_id: int
    item: str
    left: int


class SomeFull(Refused):
    """Of several needs at once, those in `full` cannot take what was meant for them; nothing was held."""

    def __init__(self, full: Sequence[Full]):
        super().__init__(full)
        self.full = full


def served_by_kit(need: tuple[str, str, str], names: Sequence[str], parts: Sequence[tuple[str, str, int]]) -> int:
    """How many units of a need (its words, item, size) one kit serves: as many as it has of that thing, one when the need
    asks for the kit by its name, 0 when neither."""
    words, item_code, size = need
    if any(name and name.casefold() in words.casefold() for name in names):
        return 1
    return sum(units for code, sized, units in parts if item_code == code and size in ("", sized))


def fate(state: str, kind: str, if_ended: str) -> str:
    """What becomes of a pledge when its wish ends: "free", "keep", "end", "reroute", "fund" or "refund"."""
    if state == "reserved":
        return "free"
    if state != "committed":
        return "keep"
    return if_ended if kind == "money" else "end"
