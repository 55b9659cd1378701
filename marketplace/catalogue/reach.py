"""Which whole numbers an expression can come to, where it tells by itself (a tier: 0 to 4)."""
from collections.abc import Callable
from itertools import product

from marketplace.catalogue import tree
from marketplace.catalogue.model import Catalogue
from marketplace.catalogue.tree import Node

Numbers = frozenset[int] | None  # None: it does not tell
MOST = 1000
COMBINE: dict[str, Callable[[int, int], int]] = {
    "+": int.__add__, "-": int.__sub__, "*": int.__mul__, "min": min, "max": max}


class Reach:
    """The numbers of one catalogue's expressions."""

    def __init__(self, catalogue: Catalogue):
        self.catalogue = catalogue
        self._columns = {f"{level}.{c.name}": c for level, columns in catalogue.columns.items() for c in columns}
        self._known: dict[Node, Numbers] = {}

    def of(self, node: Node) -> Numbers:
        """All that `node` can be, or None when that cannot be told or is too much to name."""
        if node not in self._known:
            self._known[node] = None  # what stands in a circle tells nothing
            self._known[node] = self._read(node) if node.kind == "int" else None
        return self._known[node]

    def _read(self, node: Node) -> Numbers:
        match node:
            case tree.Literal():
                return frozenset({int(node.value)})  # type: ignore[arg-type]
            case tree.Iff():
                return _joined([self.of(node.yes), self.of(node.no)])
            case tree.Nz():
                return _joined([self._column(node.column), self.of(node.instead)])
            case tree.Column():
                return self._column(node)
            case tree.Derived():
                value = self.catalogue.derived.get(node.ref)
                return self.of(value.tree) if value else None
            case tree.Extreme():
                return _combined(node.how, [self.of(part) for part in node.parts])
            case tree.Arith():
                return _combined(node.op, [self.of(node.left), self.of(node.right)])
        return None

    def _column(self, node: tree.Column) -> Numbers:
        column = self._columns[f"{node.home}.{node.name}"]
        return frozenset(range(column.low, column.high + 1)) if column.high - column.low < MOST else None


def _joined(sides: list[Numbers]) -> Numbers:
    known = [side for side in sides if side is not None]
    return frozenset().union(*known) if len(known) == len(sides) else None


def _combined(how: str, sides: list[Numbers]) -> Numbers:
    """What the sides give together, by every pair of them."""
    found: Numbers = None
    for side in sides:
        if side is None or how not in COMBINE:
            return None
        found = side if found is None else frozenset(COMBINE[how](one, other) for one, other in product(found, side))
        if len(found) > MOST:
            return None
    return found
