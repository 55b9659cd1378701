"""Pure decisions about teams: names, and when sums tell nothing about a single person."""
import re

from marketplace.core.errors import Invalid, Refused
from marketplace.market.wishes.rules import check_anonymous

NAME_MOST, SHOWN_MOST, CONTACT_MOST = 40, 20, 80
LEAST = 3  # givers, below which a sum would tell what one of them gave
BASES = ("letter", "called", "known")
DECLINES = ("not_asked", "not_reached", "name")
HIDES = ("withdrawn", "misused")
ADVERTS = re.compile(r"https?:|www\.|\.(?:com|cn|net)\b|微信|加[vV微]|QQ|扫码|优惠|折扣|代购|贷款|\d{5,}", re.IGNORECASE)


class InTeam(Refused):
    """Nobody is in two teams at once: what somebody gives counts for one."""


class TeamNameTaken(Refused):
    """Another team has this name."""


class LinkOver(Refused):
    """The link to join does not hold any more."""


def check_name(field: str, typed: str, most: int = NAME_MOST) -> str:
    """A name for the public, clean. Raises Invalid for none, a long one, one with a number or address, or an advert."""
    name = " ".join(typed.split())
    if not name:
        raise Invalid(field, "empty")
    if len(name) > most:
        raise Invalid(field, "too_long", most=most)
    check_anonymous(field, name, ())
    if ADVERTS.search(name):
        raise Invalid(field, "advert")
    return name


def check_contact(typed: str) -> str:
    """Who can confirm the name, as the founder says. Raises Invalid("contact")."""
    contact = " ".join(typed.split())
    if not contact:
        raise Invalid("contact", "empty")
    if len(contact) > CONTACT_MOST:
        raise Invalid("contact", "too_long", most=CONTACT_MOST)
    return contact
