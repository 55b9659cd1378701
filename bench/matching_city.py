"""Needs and lines as a city might have them: few kinds are asked for much, counties differ, donors set conditions."""
from collections.abc import Iterator

import numpy as np

from marketplace.core import places
from marketplace.market.matching.engine.model import EVERY_GROUP, LONG, Line, Need

KINDS = 48
SIZED = ("winter-coat", "shoes", "school-uniform", "trousers", "nappies", "gloves", "raincoat", "wheelchair")
SIZES = ("XS", "S", "M", "L", "XL", "XXL")
MONEY = "money"
GROUPS = 5
CHILDREN, OLD = 0b00011, 0b10000


class City:
    """Draws rows; the same seed gives the same ones."""

    def __init__(self, needs: int, lines: int, seed: int = 1):
        self.chance, self.needs, self.lines = np.random.default_rng(seed), needs, lines
        self.items = np.array([*SIZED, *(f"goods-{number:02}" for number in range(KINDS - len(SIZED) - 1)), MONEY])
        weight = 1 / (3 + self.chance.permutation(KINDS))
        self.asked = weight / weight.sum()
        self.counties = np.array(places.children(places.CITY))
        self.towns = np.array([town for county in self.counties for town in places.children(county)])
        crowd = self.chance.lognormal(0, 0.7, len(self.towns))
        self.crowd = crowd / crowd.sum()
        self.patience = dict(zip(self.counties, self.chance.uniform(0.6, 1.8, len(self.counties))))

    def rows(self) -> tuple[list[Need], list[Line]]:
        """All of them, numbered in the order in which they were posted."""
        needs = sorted(self._needs(), key=lambda need: -need[0])
        asked = [Need(number, **of) for number, (_, of) in enumerate(needs, 1)]
        wanted = dict.fromkeys(self.items, 0)
        for need in asked:
            wanted[need.item] += need.units
        return asked, [Line(number, **of) for number, of in enumerate(self._lines(wanted), 1)]

    def _needs(self) -> Iterator[tuple[int, dict]]:
        draw, n = self.chance, self.needs
        items, towns = draw.choice(self.items, n, p=self.asked), draw.choice(self.towns, n, p=self.crowd)
        waits, urgency = draw.exponential(45, n), draw.choice(3, n, p=(0.7, 0.22, 0.08))
        group, many, cut = draw.choice(GROUPS, n, p=(0.1, 0.2, 0.1, 0.35, 0.25)), draw.random(n), draw.random(n)
        several, fen = draw.choice([2, 3, 4, 5, 10], n, p=(0.5, 0.25, 0.15, 0.07, 0.03)), draw.integers(100, 2_000, n)
        size, any_size, ends = draw.choice(SIZES, n, p=(0.05, 0.15, 0.3, 0.3, 0.15, 0.05)), draw.random(n), draw.random(n)
        charity, days = draw.integers(0, 10, n), draw.integers(1, 180, n)
        for i in range(n):
            item, waited, money = items[i], int(waits[i] * self.patience[towns[i][:6]]), items[i] == MONEY
            units = int(fen[i]) * 100 if money else 1 if many[i] < 0.8 else int(several[i])
            yield waited, {
                "item": str(item), "units": units, "town": str(towns[i]), "least": 400 if money else 1,
                "size": str(size[i]) if item in SIZED and any_size[i] < 0.92 else "",
                "splittable": bool(money or units > 1 and cut[i] < 0.25), "waited": waited, "urgency": int(urgency[i]),
                "closes_in": int(days[i]) if ends[i] < 0.5 else LONG, "group": int(group[i]),
                "category": ("food", "study", "winter")[int(group[i]) % 3] if money else "",
                "charity": self._charity(towns[i], charity[i])}

    def _charity(self, town: str, chance: int) -> int:
        """One of the city's own three, or mostly the county's."""
        return chance + 1 if chance < 3 else int(town[4:6])

    def _lines(self, wanted: dict[str, int]) -> Iterator[dict]:
        draw, n = self.chance, self.lines
        items = np.concatenate([self.items, draw.choice(self.items, n - len(self.items), p=self.asked)])
        draw.shuffle(items)
        share, plenty = draw.lognormal(0, 1.6, n), dict(zip(self.items, draw.uniform(0.4, 1.3, len(self.items))))
        total = {item: share[items == item].sum() for item in self.items}
        where, towns, ends, sized = draw.random(n), draw.choice(self.towns, n, p=self.crowd), draw.random(n), draw.random(n)
        size, days = draw.choice(SIZES, n, p=(0.1, 0.15, 0.25, 0.25, 0.15, 0.1)), draw.integers(2, 200, n)
        area, groups, urgent, charity, most, carrier, category = (draw.random(n) for _ in range(7))
        for i in range(n):
            item, town = items[i], str(towns[i])
            units = max(1, round(wanted[item] * plenty[item] * share[i] / total[item]))
            yield {
                "item": str(item), "units": units, "place": town[:9 if where[i] < 0.6 else 6 if where[i] < 0.9 else 4],
                "size": str(size[i]) if item in SIZED and sized[i] < 0.85 else "",
                "ends_in": int(days[i]) if ends[i] < 0.5 else LONG,
                "area": town[:6] if area[i] < 0.12 else town if area[i] < 0.16 else "",
                "groups": CHILDREN if groups[i] < 0.08 else OLD if groups[i] < 0.12 else EVERY_GROUP,
                "urgency": int(urgent[i] < 0.06),
                "charity": self._charity(town, int(carrier[i] * 10)) if charity[i] < 0.15 else 0,
                "most": (1 if most[i] < 0.08 else 2 if most[i] < 0.2 else 0) if item != MONEY else 0,
                "category": "winter" if item == MONEY and category[i] < 0.2 else ""}
