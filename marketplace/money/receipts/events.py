from dataclasses import dataclass


@dataclass(frozen=True)
class OfficialRecorded:
    """The official receipt of a gift was issued, and its numbers are known."""

    official_id: int
    purpose: str
