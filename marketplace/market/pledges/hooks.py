"""Where subjects above say what a promise must fulfil before it is firm."""
from collections.abc import Callable

from marketplace.market.pledges.models import Pledge

before_commit: list[Callable[[Pledge, int], None]] = []
"""Functions of a promise of goods or a service and the number of its giver's account (0: none) that raise a refusal."""


def ask(pledge: Pledge, giver_id: int) -> None:
    """Raises what the first of them refuses with."""
    for asks in before_commit:
        asks(pledge, giver_id)
