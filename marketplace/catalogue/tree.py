"""The tree of an expression: small, typed, and shared, so that equal parts are one object.

Every node has a `kind` (int, bool, str, date) and a `level`: "const" is the same for every row, "household" and "person"
have a value for each row of their file. `values` is the domain of a str node that has one. `str(node)` is the notation.
"""
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property

LEVELS = ("const", "household", "person")
OR, AND, NOT, COMPARE, ADD, TIMES, ATOM = range(7)


@dataclass(frozen=True, eq=False)
class Node:
    """Compared by identity: `Shop.make` gives one object for equal parts."""

    kind: str = field(init=False, default="int")
    level: str = field(init=False, default="const")
    values: tuple[str, ...] | None = field(init=False, default=None)
    strength = ATOM

    @cached_property
    def children(self) -> tuple["Node", ...]:
        """The nodes directly below."""
        found: list[Node] = []
        for one in fields(self):
            value = getattr(self, one.name)
            found += [v for v in (value if isinstance(value, tuple) else (value,)) if isinstance(v, Node)]
        return tuple(found)

    def below(self) -> Iterator["Node"]:
        """This node and all under it, each once, children first."""
        seen: set[Node] = set()

        def walk(node: Node) -> Iterator[Node]:
            if node in seen:
                return
            seen.add(node)
            for child in node.children:
                yield from walk(child)
            yield node

        yield from walk(self)


def _inside(node: Node, least: int) -> str:
    return f"({node})" if node.strength < least else str(node)


@dataclass(frozen=True, eq=False)
class Literal(Node):
    value: int | str | bool | date

    def __str__(self) -> str:
        if isinstance(self.value, bool):
            return str(self.value).lower()
        if isinstance(self.value, date):
            return f"date({self.value.year},{self.value.month},{self.value.day})"
        return repr(self.value)


@dataclass(frozen=True, eq=False)
class Today(Node):
    """The evaluation date; with `earlier`, that of the previous snapshot."""

    earlier: bool = False

    def __str__(self) -> str:
        return "as_of_prev" if self.earlier else "as_of"


@dataclass(frozen=True, eq=False)
class Column(Node):
    """A fact of the input. `nullable` ones stand only under Nz and IsNull."""

    home: str  # "household" or "person"
    name: str
    nullable: bool

    def __str__(self) -> str:
        return f"{self.home[0]}.{self.name}"


@dataclass(frozen=True, eq=False)
class Nz(Node):
    """A nullable column, with a literal in place of null."""

    column: Column
    instead: Literal

    def __str__(self) -> str:
        return f"nz({self.column}, {self.instead})"


@dataclass(frozen=True, eq=False)
class IsNull(Node):
    column: Column

    def __str__(self) -> str:
        return f"isnull({self.column})"


@dataclass(frozen=True, eq=False)
class Derived(Node):
    """A derived value, by its reference ("h.std")."""

    ref: str

    def __str__(self) -> str:
        return self.ref


@dataclass(frozen=True, eq=False)
class Outcome(Node):
    """What a policy came to: eligible (`what` "e") or its amount in fen ("a")."""

    what: str
    policy: str

    def __str__(self) -> str:
        return f"{self.what}.{self.policy}"


@dataclass(frozen=True, eq=False)
class Earlier(Node):
    """A column or derived value of the previous snapshot's row ("hp.x", "pp.x")."""

    ref: str

    def __str__(self) -> str:
        return self.ref


@dataclass(frozen=True, eq=False)
class Param(Node):
    """A dated parameter by its keys."""

    table: str
    keys: tuple[Node, ...]

    def __str__(self) -> str:
        return f"param({', '.join([repr(self.table), *map(str, self.keys)])})"


@dataclass(frozen=True, eq=False)
class Arith(Node):
    op: str  # + - * //
    left: Node
    right: Node

    @property
    def strength(self) -> int:  # type: ignore[override]
        return ADD if self.op in "+-" else TIMES

    def __str__(self) -> str:
        return f"{_inside(self.left, self.strength)} {self.op} {_inside(self.right, self.strength + 1)}"


@dataclass(frozen=True, eq=False)
class Negate(Node):
    item: Node

    def __str__(self) -> str:
        return f"-{_inside(self.item, ATOM)}"


@dataclass(frozen=True, eq=False)
class Compare(Node):
    op: str  # < <= > >= == !=
    left: Node
    right: Node
    strength = COMPARE

    def __str__(self) -> str:
        return f"{_inside(self.left, ADD)} {self.op} {_inside(self.right, ADD)}"


@dataclass(frozen=True, eq=False)
class In(Node):
    item: Node
    among: tuple[int | str, ...]
    strength = COMPARE

    def __str__(self) -> str:
        return f"{_inside(self.item, ADD)} in {list(self.among)!r}"


@dataclass(frozen=True, eq=False)
class Both(Node):
    """True when all parts are."""

    parts: tuple[Node, ...]
    strength = AND

    def __str__(self) -> str:
        return " and ".join(_inside(part, NOT) for part in self.parts)


@dataclass(frozen=True, eq=False)
class Either(Node):
    """True when one part is."""

    parts: tuple[Node, ...]
    strength = OR

    def __str__(self) -> str:
        return " or ".join(_inside(part, AND) for part in self.parts)


@dataclass(frozen=True, eq=False)
class Not(Node):
    item: Node
    strength = NOT

    def __str__(self) -> str:
        return f"not {_inside(self.item, NOT)}"


@dataclass(frozen=True, eq=False)
class Iff(Node):
    condition: Node
    yes: Node
    no: Node

    def __str__(self) -> str:
        return f"iff({self.condition}, {self.yes}, {self.no})"


@dataclass(frozen=True, eq=False)
class Extreme(Node):
    """The least or the greatest of several numbers."""

    how: str  # min max
    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return f"{self.how}({', '.join(map(str, self.parts))})"


@dataclass(frozen=True, eq=False)
class Call(Node):
    """years, months, days, ceil_yuan, ymd, id_check, id_birth, id_sex or prefix."""

    name: str
    args: tuple[Node, ...]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.args))})"


@dataclass(frozen=True, eq=False)
class Over(Node):
    """An aggregate over all members of a household: SUM, COUNT, ANY or MAX."""

    how: str
    among: Node
    item: Node | None = None

    def __str__(self) -> str:
        return f"{self.how}({self.among}{'' if self.item is None else f', {self.item}'})"


class Shop:
    """Makes nodes, each different one once."""

    def __init__(self) -> None:
        self._made: dict[tuple, Node] = {}

    def make(self, cls: Callable, *args, kind: str, level: str, values: tuple[str, ...] | None = None):
        """The node of `cls` with these parts, type and level; the one that exists, if it does."""
        typed = tuple((type(a), a) for a in args)  # 1 and true are equal, and not the same
        key = (cls, typed, kind, level, values)
        if key not in self._made:
            node = cls(*args)
            for name, value in (("kind", kind), ("level", level), ("values", values)):
                object.__setattr__(node, name, value)
            self._made[key] = node
        return self._made[key]


def highest(nodes: tuple[Node, ...]) -> str:
    """The level at which an expression of these parts has its rows."""
    return max((n.level for n in nodes), key=LEVELS.index, default="const")
