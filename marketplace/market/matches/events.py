from dataclasses import dataclass


@dataclass(frozen=True)
class AdditionUndone:
    """What was added to a promise is on the match's account again."""

    pledge_id: int
