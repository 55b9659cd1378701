"""Pure decisions about a pledge.

What happens to a promise when its wish ends, or its household is no longer eligible (written for givers in
docs/pledges.md):

- reserved, not yet confirmed or paid: freed at once;
- on its way (dispatched or bought): kept, for the household was eligible when it was promised;
- goods or a service not yet sent: ended, the giver is told not to send;
- money not yet spent: as the giver chose when giving, re-routed to a similar wish of the same charity, or refunded.
"""
from datetime import timedelta

from marketplace.core.errors import Refused

HELD_FOR = timedelta(minutes=31)  # Stripe keeps a Checkout page open for at least 30 minutes
SENT_WITHIN = timedelta(days=14)
LEAST_FEN = 400  # below it the provider takes no payment in CNY


class AmountTooSmall(Refused):
    """A gift of money below the least, which is not the whole rest either."""

    def __init__(self, least_fen: int):
        super().__init__(least_fen)
        self.least_fen = least_fen


class ContactMissing(Refused):
    """A giver without an account must leave a phone or a mail address."""


def fate(state: str, kind: str, if_ended: str) -> str:
    """What becomes of a pledge when its wish ends: "free", "keep", "end", "reroute" or "refund"."""
    if state == "reserved":
        return "free"
    if state != "committed":
        return "keep"
    return if_ended if kind == "money" else "end"
