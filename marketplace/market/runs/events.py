from dataclasses import dataclass


@dataclass(frozen=True)
class RunFinished:
    """A run came to its end."""

    run_id: int


@dataclass(frozen=True)
class ParcelMissing:
    """A parcel was scanned on at the store and never off at a station; somebody has to decide."""

    run_id: int
    delivery_id: int
