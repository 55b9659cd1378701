"""Pure decisions about what is matched, and how people answer."""
from datetime import timedelta

from marketplace.core.errors import Refused

ANSWER_WITHIN = timedelta(days=3)  # a giver who wants to be asked has so long
PAY_WITHIN = timedelta(hours=23)  # the provider keeps a page to pay on open for a day at most
BARRED_FOR = timedelta(days=90)  # what people declined is not proposed again so soon


class NothingToGiveTo(Refused):
    """No public wish can take a gift of this amount now."""
