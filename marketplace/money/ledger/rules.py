from marketplace.core.errors import Refused
from marketplace.money.ledger.models import WHERE, WHOSE

MAY_OWE = ("fund", "unassigned")


class Unbalanced(ValueError):
    """Amounts that do not add up to zero, or none at all: a mistake of the program, never of a user."""


class Overdrawn(Refused):
    """More would be taken from an account than is held there; `held_fen` is what it holds."""

    def __init__(self, account: str, held_fen: int):
        super().__init__(account, held_fen)
        self.account, self.held_fen = account, held_fen


def kind(name: str) -> str:
    """The kind of the account with this name. Raises ValueError for a name of no known kind."""
    found = name.partition(":")[0]
    if found not in WHERE + WHOSE:
        raise ValueError(name)
    return found


def overdrawn(name: str, balance_fen: int) -> bool:
    """Whether an account that holds money for a purpose would hold less than nothing.

    A charity's own fund may: it answers for what was spent before a bank took the money back.
    """
    return kind(name) in WHOSE and kind(name) not in MAY_OWE and balance_fen > 0
