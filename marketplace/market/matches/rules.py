"""Pure decisions about a company that adds to gifts."""
from datetime import timedelta

from marketplace.core.errors import Invalid, Refused
from marketplace.market.wishes.rules import check_anonymous

FACTORS = {"1:1": (1, 1), "1:2": (1, 2), "2:1": (2, 1)}  # what the company adds : what a giver gives
MOST_FEN = 10**11
NAME_MOST = 40
LONGEST = timedelta(days=366)
ENDINGS = ("cancelled", "refunded", "failed", "expired", "moved")  # of promises
GIFT_HOLDS, GIFT_ENDINGS = ("committed", "moved"), ("cancelled", "refunded", "lost")
CAMPAIGNS = ("approved", "live")  # states in which a campaign can be named


class NotFunded(Refused):
    """The company's money is not there yet: `missing_fen` of what it promised."""

    def __init__(self, missing_fen: int):
        super().__init__(missing_fen)
        self.missing_fen = missing_fen


class FundingKnown(Refused):
    """A transfer with this number was recorded before."""


def share(amount_fen: int, factor: tuple[int, int], most_fen: int, *bounds: int) -> int:
    """What is added to a gift: its part by the factor, never more than `most_fen` (0: any) or one of the bounds."""
    numerator, denominator = factor
    wanted = amount_fen * numerator // denominator
    return max(0, min(wanted, most_fen or wanted, *bounds))


def check_name(field: str, name: str) -> str:
    """A company's name for the public, clean. Raises Invalid for an empty or long one, or one with a number or address."""
    clean = " ".join(name.split())
    if not clean:
        raise Invalid(field, "empty")
    if len(clean) > NAME_MOST:
        raise Invalid(field, "too_long", most=NAME_MOST)
    check_anonymous(field, clean, ())
    return clean
