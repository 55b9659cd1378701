"""Pure decisions about what is matched, and how people answer."""
from datetime import timedelta

from marketplace.core.errors import Refused

PAY_WITHIN = timedelta(hours=23)  # the provider keeps a page to pay on open for a day at most
BARRED_FOR = timedelta(days=90)  # what people said no to is not proposed again so soon
SAID_NO = ("giver", "not_confirmed", "not_paid")  # why promises ended whose giver was asked and did not agree


class NothingToGiveTo(Refused):
    """No public wish can take a gift of this amount now."""
