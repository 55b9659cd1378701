"""Where subjects above say what a promise must fulfil before it is firm."""
from collections.abc import Callable

from marketplace.market.pledges.models import Pledge

before_commit: list[Callable[[Pledge], None]] = []
"""Functions of a promise of goods or a service that raise a refusal, however it comes to be firm."""


def ask(pledge: Pledge) -> None:
    """Raises what the first of them refuses with."""
    for asks in before_commit:
        asks(pledge)
