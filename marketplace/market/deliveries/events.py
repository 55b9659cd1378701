from dataclasses import dataclass


@dataclass(frozen=True)
class DeliveryMoved:
    """A delivery came to a new state."""

    delivery_id: int
    state: str


@dataclass(frozen=True)
class CodeAsked:
    """A household needs a new hand-over code: the message is lost, or the old one was tried too often."""

    delivery_id: int


@dataclass(frozen=True)
class ThanksApproved:
    """A word of thanks may be seen by the giver."""

    thanks_id: int
