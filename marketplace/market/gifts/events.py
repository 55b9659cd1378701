from dataclasses import dataclass


@dataclass(frozen=True)
class GiftCommitted:
    """The money of a gift is there, and is held for what it was given for."""

    gift_id: int


@dataclass(frozen=True)
class GiftEnded:
    """A gift came to nothing, to something else, or has to be decided on; `why` is a part of a message's name."""

    gift_id: int
    why: str


@dataclass(frozen=True)
class MonthlyMoved:
    """A monthly gift came to a new state; `why` it ended, when it did."""

    monthly_id: int
    state: str
    why: str
