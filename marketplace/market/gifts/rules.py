"""Pure decisions about gifts of money, and about names that are published with gifts."""
import re
from datetime import timedelta

from marketplace.core.errors import Invalid, Refused
from marketplace.market.wishes.rules import check_anonymous

AMOUNTS_FEN = (2_000, 5_000, 10_000, 20_000)
LEAST_FEN = 400  # below it the provider takes no payment in CNY
MOST_FEN = 100_000_000
SHOWN_MOST = 20
HELD_FOR = timedelta(minutes=31)
CHOOSE_WITHIN = timedelta(days=14)
ADVERTS = re.compile(r"https?:|www\.|\.(?:com|cn|net)\b|微信|加[vV微]|QQ|扫码|优惠|折扣|代购|贷款|\d{5,}", re.IGNORECASE)


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
    """A name to publish, clean; "" for a giver who stays unnamed.

    Raises Invalid("shown_as") for a long one, one with a number or address, or an advert.
    """
    shown = " ".join(name.split())
    if len(shown) > SHOWN_MOST:
        raise Invalid("shown_as", "too_long", most=SHOWN_MOST)
    check_anonymous("shown_as", shown, ())
    if ADVERTS.search(shown):
        raise Invalid("shown_as", "advert")
    return shown
