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
    """A load changed facts of these households or their members: at each some of `facts`, as "household.deposits".

    "person.household_id" among them says that a household or a member is new, or that a member left.
    """

    household_ids: tuple[int, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True)
class DecisionsDue:
    """Another catalogue is in force: the eligibility of the households behind number `after` is to be decided again."""

    after: int
