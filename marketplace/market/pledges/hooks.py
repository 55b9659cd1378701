"""Where subjects above say what a promise must fulfil before it is firm, and what ends with it."""
from collections.abc import Callable

from marketplace.market.pledges.models import Pledge

before_commit: list[Callable[[Pledge], None]] = []
"""Functions of a promise of goods or a service that raise a refusal, however it comes to be firm."""


after_end: list[Callable[[Pledge], None]] = []
"""Functions of a promise that has just ended, in the same transaction: what was planned for it ends with it."""


def ask(pledge: Pledge) -> None:
    """Raises what the first of them refuses with."""
    for asks in before_commit:
        asks(pledge)


def ended(pledge: Pledge) -> None:
    """Let all of them know."""
    for ends in after_end:
        ends(pledge)
