"""What the engine is told: points, days of travel, and how long is too long. All whole numbers."""
from dataclasses import dataclass

import numpy as np

from marketplace.market.matching.engine.model import Columns

TERMS = ("served", "fit", "closeness", "urgency", "waiting", "expiry")


@dataclass(frozen=True)
class Rules:
    """Points for each unit that is given, and what is possible at all.

    A thing travels within its town, within the county, or across the city: `days` says how long until it is there,
    `closeness` what the shorter way is worth. `still` names items that do not travel (money): every place is near. An exact
    size gets `exact`. `waiting` comes for each whole `stretch` of days waited, for `most_stretches` of them. What ends
    within so many days gets the points of the first of `expiry` (days, points) that holds.

    Who has waited more than `multiple` medians goes before all others.

    How hard to try for whole needs: `rounds` flows are read and `checks` made without loss, in up to `turns` where the
    overdue might have more. Where that leaves a loss, the lines at which it is lost are searched, and in up to `near_turns`
    those that stand in the way: at most `near_lines` with `near_pairs` pairs of a line and a group of needs, each with some
    `near_effort` (work, not seconds). Where a loss is still open and a kind has at most `exact_pairs` possible pairs, all of
    it is searched with some `effort`. After a change, what was proposed stays where the points are within one `slack`th of
    the bound.
    """

    served: int = 100
    exact: int = 40
    closeness: tuple[int, int, int] = (120, 80, 0)
    days: tuple[int, int, int] = (1, 3, 7)
    urgency: tuple[int, int, int] = (0, 80, 200)
    stretch: int = 30
    waiting: int = 20
    most_stretches: int = 6
    expiry: tuple[tuple[int, int], ...] = ((14, 40), (45, 20))
    multiple: int = 2
    still: frozenset[str] = frozenset({"money"})
    rounds: int = 6
    checks: int = 10
    turns: int = 5
    exact_pairs: int = 2_000
    effort: float = 0.5
    near_turns: int = 3
    near_lines: int = 6
    near_pairs: int = 100
    near_effort: float = 0.05
    slack: int = 200

    def travel(self, item: str) -> tuple[np.ndarray, np.ndarray]:
        """Points and days by level."""
        return (np.zeros(3, np.int64), np.zeros(3, np.int64)) if item in self.still else (
            np.array(self.closeness), np.array(self.days))

    def reach(self, item: str, days_left: np.ndarray) -> np.ndarray:
        """The farthest level from which it is there in time; -1 when from none."""
        return np.searchsorted(self.travel(item)[1], days_left, side="right") - 1

    def urgent(self, needs: Columns) -> np.ndarray:
        return np.array(self.urgency)[needs.urgency]

    def waited(self, needs: Columns) -> np.ndarray:
        return self.waiting * np.minimum(needs.waited // self.stretch, self.most_stretches)

    def expiring(self, lines: Columns) -> np.ndarray:
        points = np.zeros(len(lines), np.int64)
        for days, worth in reversed(self.expiry):
            points[lines.ends_in <= days] = worth
        return points
