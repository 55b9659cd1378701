"""Which facts of which households a load changed, so that whoever works with facts looks again at those alone."""
import json
from collections import defaultdict

from marketplace.core.outbox import announce
from marketplace.network.registry.events import HouseholdsChanged

BLOCK = 500
LIVES = "person.household_id"  # the fact on which everything else of a household hangs


class Changes:
    """The changed facts ("household.deposits", "person.wage_month") by household."""

    def __init__(self) -> None:
        self.facts: dict[int, set[str]] = defaultdict(set)

    def came(self, household_id: int) -> None:
        """A household, or a member of it, is new here; or a member left."""
        self.facts[household_id].add(LIVES)

    def packed(self, household_id: int, level: str, old: str, new: str) -> None:
        """A packed row of a household, or of a member, was replaced by another."""
        if old != new:
            before, after = json.loads(old), json.loads(new)
            self.facts[household_id] |= {
                f"{level}.{name}" for name in before.keys() | after.keys() if before.get(name) != after.get(name)}

    def announce(self) -> None:
        """Tell it, in blocks, each with all facts that changed in it."""
        numbers = sorted(self.facts)
        for start in range(0, len(numbers), BLOCK):
            block = numbers[start : start + BLOCK]
            facts = set().union(*(self.facts[number] for number in block))
            announce(HouseholdsChanged(tuple(block), tuple(sorted(facts))))
