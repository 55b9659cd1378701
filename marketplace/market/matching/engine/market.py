"""All that is open to be matched, by kind; a change makes new kinds only where something changed."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from marketplace.market.matching.engine.model import LINE, NEED, Columns, Line, Need

Pairs = frozenset[tuple[int, int]]  # of a need's and a line's id


@dataclass(frozen=True, eq=False)
class Kind:
    """All needs and lines of one item, and pairs that may not come together."""

    item: str
    needs: Columns
    lines: Columns
    barred: Pairs = frozenset()


@dataclass(frozen=True)
class Market:
    """Kinds by item. What is confirmed is not in it: the caller takes its units out of both sides first."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    barred: Pairs = frozenset()

    @classmethod
    def of(cls, needs: Iterable[Need], lines: Iterable[Line], barred: Pairs = frozenset()) -> "Market":
        return cls(barred=barred).changed(needs, lines)

    def changed(self, needs: Iterable[Need] = (), lines: Iterable[Line] = (), gone_needs: Iterable[int] = (),
                gone_lines: Iterable[int] = ()) -> "Market":
        """With rows that are new or come instead of those with the same id, and without those that are gone."""
        new_needs, new_lines = _by_item(needs), _by_item(lines)
        no_needs = _ids(gone_needs, new_needs)
        no_lines = _ids(gone_lines, new_lines)
        kinds = dict(self.kinds)
        for item in sorted({*kinds, *new_needs, *new_lines}):
            kind = kinds.get(item) or Kind(item, Columns.read((), NEED), Columns.read((), LINE))
            asked = _after(kind.needs, no_needs, new_needs.get(item, []), NEED)
            there = _after(kind.lines, no_lines, new_lines.get(item, []), LINE)
            if item not in self.kinds or asked is not kind.needs or there is not kind.lines:
                numbers = set(asked.id.tolist()) if self.barred else set()
                kinds[item] = Kind(item, asked, there, frozenset(pair for pair in self.barred if pair[0] in numbers))
        return Market(kinds, self.barred)


def _by_item(rows: Iterable) -> dict[str, list]:
    found: dict[str, list] = {}
    for row in rows:
        found.setdefault(row.item, []).append(row)
    return found


def _ids(gone: Iterable[int], new: dict[str, list]) -> np.ndarray:
    return np.array([*gone, *(row.id for rows in new.values() for row in rows)], np.int64)


def _after(columns: Columns, gone: np.ndarray, new: list, fields: Mapping) -> Columns:
    """The same object when nothing changes."""
    out = np.isin(columns.id, gone)
    return columns.changed(out, Columns.read(new, fields)) if new or out.any() else columns
