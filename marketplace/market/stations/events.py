from dataclasses import dataclass


@dataclass(frozen=True)
class StationsChanged:
    """A station was opened, closed or opened again: parcels for its place may have another way now."""

    place_code: str
