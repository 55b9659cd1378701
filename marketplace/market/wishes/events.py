from dataclasses import dataclass


@dataclass(frozen=True)
class WishDecided:
    """A worker, or time, decided on a wish; `outcome` is its new state."""

    wish_id: int
    outcome: str


@dataclass(frozen=True)
class WishEnded:
    """A published wish ended before it was fulfilled; what was pledged must go somewhere."""

    wish_id: int
