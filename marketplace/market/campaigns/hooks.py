"""Where subjects above tell a campaign what they know of its money."""
from collections.abc import Callable

awaiting_choice: list[Callable[[int], int]] = []
"""Functions from a campaign's number to the fen on its account that came after its end and wait for their givers' choice.
Whoever takes such money in registers one; nothing of it is allocated, and a campaign settles when none is left."""


def late_fen(campaign_id: int) -> int:
    """How much on the campaign's account waits for its givers' choice."""
    return sum(waits(campaign_id) for waits in awaiting_choice)
