from dataclasses import dataclass


@dataclass(frozen=True)
class PledgeCommitted:
    """A giver's promise is firm: confirmed, or paid."""

    pledge_id: int


@dataclass(frozen=True)
class GiverAsked:
    """A promise of what somebody offered is held until its giver answers."""

    pledge_id: int


@dataclass(frozen=True)
class PledgeEnded:
    """A promise ended before anything was delivered; `why` is in words.PLEDGE_ENDS."""

    pledge_id: int
    why: str
