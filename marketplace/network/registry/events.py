from dataclasses import dataclass


@dataclass(frozen=True)
class EligibilityLost:
    """A household stopped being eligible."""

    household_id: int


@dataclass(frozen=True)
class EligibilityGained:
    """A household became eligible, for the first time or again."""

    household_id: int


@dataclass(frozen=True)
class HouseholdsChanged:
    """A load brought facts of these households or their members, or took a member from them."""

    household_ids: tuple[int, ...]
