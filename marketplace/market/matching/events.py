from dataclasses import dataclass


@dataclass(frozen=True)
class GiverAsked:
    """A promise of what somebody offered is held until its giver answers."""

    pledge_id: int
