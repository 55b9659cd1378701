"""Where people live: the real villages and communities of an area, with the crowded ones first."""
from collections.abc import Sequence

import numpy as np

from marketplace.core import places

STREETS = 100  # a town's own number below it is a subdistrict's
STREET_WEIGHT = 4


class Land:
    """The villages inside `areas` (division codes), each with its share of the households, by chance."""

    def __init__(self, areas: Sequence[str], chance: np.random.Generator):
        found = [village for town in _towns() if any(town.startswith(area[:9]) for area in areas)
                 for village in places.children(town) or (f"{town}001",) if village.startswith(tuple(areas))]
        if not found:
            raise ValueError(f"no villages in {areas}")
        self.villages = np.array(found, dtype=object)
        self.towns = np.array([code[:9] for code in found], dtype=object)
        self.counties = np.array([code[:6] for code in found], dtype=object)
        self.names = np.array([places.full_name(code) for code in found], dtype=object)
        self.streets = np.array([int(code[6:9]) < STREETS for code in found])
        weight = chance.integers(2, 12, len(found)) * np.where(self.streets, STREET_WEIGHT, 1)
        self.share = weight / weight.sum()

    def settle(self, count: int, chance: np.random.Generator) -> np.ndarray:
        """The rows of the villages in which `count` households live."""
        return chance.choice(len(self.villages), count, p=self.share)

    def codes(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """The three codes of a household in each of these villages."""
        return {"county_code": self.counties[rows], "town_code": self.towns[rows], "village_code": self.villages[rows]}

    def at(self, codes: np.ndarray) -> np.ndarray:
        """The rows of villages, by their codes."""
        return np.searchsorted(self.villages, codes)


def _towns() -> list[str]:
    return [town for county in places.children(places.CITY) for town in places.children(county)]
