"""Pure decisions about names on the board: what can be shown, and when."""
import re

from marketplace.core.errors import Invalid
from marketplace.market.wishes.rules import check_anonymous

NAME_MOST = 20
STANDING = ("committed", "delivering", "fulfilled")  # promises that hold
ADVERTS = re.compile(r"https?:|www\.|\.(?:com|cn|net)\b|微信|加[vV微]|QQ|扫码|优惠|折扣|代购|贷款|\d{5,}", re.IGNORECASE)


def check_shown(name: str) -> str:
    """A name for the board, clean. Raises Invalid for none, a long one, one with a number or address, or an advert."""
    clean = " ".join(name.split())
    if not clean:
        raise Invalid("shown_as", "empty")
    if len(clean) > NAME_MOST:
        raise Invalid("shown_as", "too_long", most=NAME_MOST)
    check_anonymous("shown_as", clean, ())
    if ADVERTS.search(clean):
        raise Invalid("shown_as", "advert")
    return clean
