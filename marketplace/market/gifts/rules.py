"""Pure decisions about gifts of money."""
from datetime import timedelta

from marketplace.core.errors import Refused
from marketplace.market.wishes.rules import check_anonymous

AMOUNTS_FEN = (2_000, 5_000, 10_000, 20_000)
LEAST_FEN = 400  # below it the provider takes no payment in CNY
MOST_FEN = 100_000_000
SHOWN_MOST = 20
HELD_FOR = timedelta(minutes=31)
CHOOSE_WITHIN = timedelta(days=14)


class NotOpen(Refused):
    """No gifts are taken for this at the moment: the campaign is over, or the charity may not raise funds."""


class SlipKnown(Refused):
    """A slip with this number was recorded before; `slip_id` is its number here."""

    def __init__(self, slip_id: int):
        super().__init__(slip_id)
        self.slip_id = slip_id


class Spent(Refused):
    """The money of a gift has been used, and cannot go back."""


def check_shown(name: str) -> str:
    """The name to publish with a gift, clean. Raises Invalid("shown_as") for one that is long or gives a number away."""
    shown = name.strip()[:SHOWN_MOST]
    check_anonymous("shown_as", shown, ())
    return shown
