from dataclasses import dataclass


@dataclass(frozen=True)
class OfferDecided:
    """An offer was accepted, declined, or ended; `outcome` is its state."""

    offer_id: int
    outcome: str


@dataclass(frozen=True)
class IntakePutRight:
    """Fewer of an offer came with a batch than was typed: `units` fewer."""

    offer_id: int
    batch_id: int
    units: int


@dataclass(frozen=True)
class OfferTakenIn:
    """Part or all of an offer of goods came to a store, as a batch."""

    offer_id: int
    batch_id: int
