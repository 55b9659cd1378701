from dataclasses import dataclass


@dataclass(frozen=True)
class OfferDecided:
    """An offer was accepted, declined, or ended; `outcome` is its state."""

    offer_id: int
    outcome: str
