from dataclasses import dataclass


@dataclass(frozen=True)
class BlockDue:
    """A run has households behind number `after` still to work."""

    screening_id: int
    after: int


@dataclass(frozen=True)
class ClearDue:
    """A run was stopped: what it wrote so far goes away again."""

    screening_id: int


@dataclass(frozen=True)
class RescreenDue:
    """Households changed while a full run was at work, and it has ended."""

    household_ids: tuple[int, ...]
