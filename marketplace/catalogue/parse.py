"""Expressions of the catalogue, from text to a typed tree. Python's own parser reads them; no more of Python is let in."""
import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from marketplace.catalogue import tree
from marketplace.catalogue.tree import Node, Shop, highest

COMPARES = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//"}
CALLS = {"years": (("date", "date"), "int"), "months": (("date", "date"), "int"), "days": (("date", "date"), "int"),
         "ceil_yuan": (("int",), "int"), "ymd": (("date",), "int"), "id_check": (("str",), "bool"),
         "id_birth": (("str",), "int"), "id_sex": (("str",), "str"), "prefix": (("str", "int"), "str")}
SEXES = ("M", "F", "U")


class Wrong(Exception):
    """The expression breaks a rule of the notation; the text says which."""


@dataclass(frozen=True)
class Named:
    """What a name stands for: its type, its level and, for a str, its domain."""

    kind: str
    level: str
    values: tuple[str, ...] | None = None
    nullable: bool = False


@dataclass(frozen=True)
class Keys:
    """The keys of a parameter table, each with its domain; whether there is a default; whether all values are positive."""

    domains: tuple[tuple[Any, ...], ...]
    default: bool
    positive: bool


@dataclass(frozen=True)
class Names:
    """All that an expression may speak of: "h.x" and "p.x" facts and derived values, policies, parameter tables."""

    facts: dict[str, Named]
    derived: dict[str, Named]
    policies: dict[str, str]  # id -> level
    tables: dict[str, Keys]


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: the level of its rows, inside an aggregate or not, and whether in a warning rule."""

    level: str
    inside: bool = False
    warning: bool = False


def parse(text: Any, names: Names, shop: Shop, scope: Scope, kind: str) -> Node:
    """The typed tree of an expression of the given kind. Raises Wrong."""
    if not isinstance(text, str):
        raise Wrong("an expression is text")
    try:
        parsed = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Wrong("cannot be read as an expression") from None
    try:
        node = _Reader(names, shop, scope).read(parsed)
    except RecursionError:
        raise Wrong("is too deep") from None
    if node.kind != kind:
        raise Wrong(f"is {node.kind}, must be {kind}")
    return node


class _Reader:
    """Reads one expression in one scope."""

    def __init__(self, names: Names, shop: Shop, scope: Scope):
        self.names, self.shop, self.scope = names, shop, scope

    def read(self, part: ast.expr) -> Node:
        reader: Callable | None = getattr(self, f"_{type(part).__name__.lower()}", None)
        if reader is None:
            raise Wrong(f"{ast.unparse(part)!r} is not of this language")
        return reader(part)

    def make(self, cls: Callable, *args, kind: str, over: tuple[Node, ...] = (), level: str = "",
             values: tuple[str, ...] | None = None) -> Node:
        return self.shop.make(cls, *args, kind=kind, level=level or highest(over), values=values)

    def literal(self, value: Any) -> Node:
        kind = {bool: "bool", int: "int", str: "str", date: "date"}.get(type(value))
        if kind is None:
            raise Wrong(f"{value!r} is not of this language")
        if kind == "int" and abs(value) >= 2**63:
            raise Wrong("the number is too large")
        return self.make(tree.Literal, value, kind=kind, level="const", values=(value,) if kind == "str" else None)

    def _constant(self, part: ast.Constant) -> Node:
        if isinstance(part.value, bool):
            raise Wrong("write true or false")
        return self.literal(part.value)

    def _name(self, part: ast.Name) -> Node:
        if part.id in ("true", "false"):
            return self.literal(part.id == "true")
        if part.id == "as_of" or (part.id == "as_of_prev" and self.scope.warning):
            return self.make(tree.Today, part.id == "as_of_prev", kind="date", level="const")
        raise Wrong(f"{part.id!r} is not defined here")

    def _attribute(self, part: ast.Attribute) -> Node:
        if not isinstance(part.value, ast.Name):
            raise Wrong(f"{ast.unparse(part)!r} is not of this language")
        scope, ref = part.value.id, f"{part.value.id}.{part.attr}"
        if scope in ("e", "a"):
            return self._outcome(scope, part.attr)
        if scope in ("hp", "pp") and self.scope.warning:
            return self._earlier(scope[0], part.attr)
        if (named := self.names.derived.get(ref)) is not None:
            self._may_stand(ref, named.level)
            return self.make(tree.Derived, ref, kind=named.kind, level=named.level, values=named.values)
        column = self._column(part)
        if column.nullable:
            raise Wrong(f"{ref} may be null: it may stand only in nz({ref}, ...) or isnull({ref})")
        return column

    def _column(self, part: ast.expr) -> tree.Column:
        ref = ast.unparse(part)
        named = self.names.facts.get(ref)
        if named is None:
            raise Wrong(f"{ref!r} is not defined")
        self._may_stand(ref, named.level)
        return self.shop.make(tree.Column, named.level, ref[2:], named.nullable, kind=named.kind, level=named.level,
                              values=named.values)

    def _outcome(self, what: str, policy: str) -> Node:
        level = self.names.policies.get(policy)
        if level is None:
            raise Wrong(f"there is no policy {policy!r}")
        self._may_stand(f"{what}.{policy}", level)
        return self.make(tree.Outcome, what, policy, kind="bool" if what == "e" else "int", level=level)

    def _earlier(self, scope: str, name: str) -> Node:
        ref = f"{scope}.{name}"
        named = self.names.derived.get(ref) or self.names.facts.get(ref)
        if named is None or named.nullable:
            raise Wrong(f"{scope}p.{name} is not defined, or may be null")
        self._may_stand(ref, named.level)
        return self.make(tree.Earlier, f"{scope}p.{name}", kind=named.kind, level=named.level, values=named.values)

    def _may_stand(self, ref: str, level: str) -> None:
        if level == "person" and self.scope.level == "household" and not self.scope.inside:
            raise Wrong(f"{ref} is a person's: here it may stand only in SUM, COUNT, ANY or MAX")

    def _boolop(self, part: ast.BoolOp) -> Node:
        parts = tuple(self._of(value, "bool") for value in part.values)
        return self.make(tree.Both if isinstance(part.op, ast.And) else tree.Either, parts, kind="bool", over=parts)

    def _unaryop(self, part: ast.UnaryOp) -> Node:
        if isinstance(part.op, ast.Not):
            return self._not(self._of(part.operand, "bool"))
        if not isinstance(part.op, ast.USub):
            raise Wrong(f"{ast.unparse(part)!r} is not of this language")
        item = self._of(part.operand, "int")
        if isinstance(item, tree.Literal):
            return self.literal(-item.value)  # type: ignore[operator]
        return self.make(tree.Negate, item, kind="int", over=(item,))

    def _not(self, item: Node) -> Node:
        return self.make(tree.Not, item, kind="bool", over=(item,))

    def _binop(self, part: ast.BinOp) -> Node:
        op = ARITHMETIC.get(type(part.op))
        if op is None:
            raise Wrong(f"{ast.unparse(part)!r} is not of this language")
        left, right = self._of(part.left, "int"), self._of(part.right, "int")
        if op == "//" and not self._positive(right):
            raise Wrong(f"{right} divides here and may be 0: a divisor is a positive number or parameter, or max(1, ...)")
        return self.make(tree.Arith, op, left, right, kind="int", over=(left, right))

    def _positive(self, node: Node) -> bool:
        """What the notation allows as a divisor."""
        if isinstance(node, tree.Literal):
            return isinstance(node.value, int) and node.value > 0
        if isinstance(node, tree.Extreme) and node.how == "max":
            return any(self._positive(part) for part in node.parts)
        return isinstance(node, tree.Param) and self.names.tables[node.table].positive

    def _compare(self, part: ast.Compare) -> Node:
        if len(part.ops) != 1:
            raise Wrong("a chain of comparisons is not allowed: join them with and")
        if isinstance(part.ops[0], ast.In | ast.NotIn):
            return self._in(part)
        op = COMPARES.get(type(part.ops[0]))
        left, right = self.read(part.left), self.read(part.comparators[0])
        if op is None or left.kind != right.kind or (op not in ("==", "!=") and left.kind not in ("int", "date")):
            raise Wrong(f"{left.kind} and {right.kind} cannot be compared so")
        if left.kind == "str" and left.values and right.values and not set(left.values) & set(right.values):
            raise Wrong(f"{left} and {right} can never be equal")
        return self.make(tree.Compare, op, left, right, kind="bool", over=(left, right))

    def _in(self, part: ast.Compare) -> Node:
        item, among = self.read(part.left), part.comparators[0]
        if not isinstance(among, ast.List) or not among.elts:
            raise Wrong("in is followed by a list of literals")
        members = tuple(self._literal_of(one, item.kind) for one in among.elts)
        if item.kind not in ("int", "str"):
            raise Wrong("in takes a number or a text")
        if item.values and (strange := set(members) - set(item.values)):
            raise Wrong(f"{item} is never {sorted(strange)}")
        node = self.make(tree.In, item, members, kind="bool", over=(item,))
        return self._not(node) if isinstance(part.ops[0], ast.NotIn) else node

    def _literal_of(self, part: ast.expr, kind: str) -> Any:
        node = self._of(part, kind)
        if not isinstance(node, tree.Literal):
            raise Wrong(f"{node} is not a literal")
        return node.value

    def _of(self, part: ast.expr, kind: str) -> Node:
        node = self.read(part)
        if node.kind != kind:
            raise Wrong(f"{node} is {node.kind}, must be {kind}")
        return node

    def _call(self, part: ast.Call) -> Node:
        if not isinstance(part.func, ast.Name) or part.keywords:
            raise Wrong(f"{ast.unparse(part)!r} is not of this language")
        name, args = part.func.id, part.args
        special: Callable | None = getattr(self, f"call_{name}", None)
        if special is not None:
            return special(args)
        if name in ("SUM", "COUNT", "ANY", "MAX"):
            return self._over(name, args)
        if name not in CALLS:
            raise Wrong(f"there is no function {name!r}")
        kinds, kind = CALLS[name]
        _takes(name, args, len(kinds))
        nodes = tuple(self._of(arg, wanted) for arg, wanted in zip(args, kinds))
        if name == "prefix" and not (isinstance(nodes[1], tree.Literal) and str(nodes[1].value).isdigit()):
            raise Wrong("the length of a prefix is a literal")
        return self.make(tree.Call, name, nodes, kind=kind, over=nodes, values=SEXES if name == "id_sex" else None)

    def call_iff(self, args: list[ast.expr]) -> Node:
        _takes("iff", args, 3)
        condition, yes, no = self._of(args[0], "bool"), self.read(args[1]), self.read(args[2])
        if yes.kind != no.kind:
            raise Wrong(f"iff has {yes.kind} on one side and {no.kind} on the other")
        values = tuple(dict.fromkeys(yes.values + no.values)) if yes.values and no.values else None
        return self.make(tree.Iff, condition, yes, no, kind=yes.kind, over=(condition, yes, no), values=values)

    def call_min(self, args: list[ast.expr]) -> Node:
        return self._extreme("min", args)

    def call_max(self, args: list[ast.expr]) -> Node:
        return self._extreme("max", args)

    def _extreme(self, how: str, args: list[ast.expr]) -> Node:
        if len(args) < 2:
            raise Wrong(f"{how} takes two or more numbers")
        parts = tuple(self._of(arg, "int") for arg in args)
        return self.make(tree.Extreme, how, parts, kind="int", over=parts)

    def call_nz(self, args: list[ast.expr]) -> Node:
        _takes("nz", args, 2)
        column, instead = self._column(args[0]), self._of(args[1], self._column(args[0]).kind)
        if not isinstance(instead, tree.Literal):
            raise Wrong("nz takes a column and a literal")
        if not column.nullable:
            raise Wrong(f"{column} is never null")
        values = tuple(dict.fromkeys((*column.values, str(instead.value)))) if column.values else None
        return self.make(tree.Nz, column, instead, kind=column.kind, over=(column,), values=values)

    def call_isnull(self, args: list[ast.expr]) -> Node:
        _takes("isnull", args, 1)
        column = self._column(args[0])
        if not column.nullable:
            raise Wrong(f"{column} is never null")
        return self.make(tree.IsNull, column, kind="bool", over=(column,))

    def call_date(self, args: list[ast.expr]) -> Node:
        _takes("date", args, 3)
        try:
            return self.literal(date(*(self._literal_of(arg, "int") for arg in args)))
        except ValueError:
            raise Wrong("there is no such date") from None

    def call_param(self, args: list[ast.expr]) -> Node:
        if not args or not isinstance(args[0], ast.Constant) or args[0].value not in self.names.tables:
            raise Wrong(f"there is no parameter {ast.unparse(args[0]) if args else ''}")
        name, keys = args[0].value, self.names.tables[args[0].value]
        _takes(f"param({name!r})", args, 1 + len(keys.domains))
        nodes = tuple(self.read(arg) for arg in args[1:])
        for node, domain in zip(nodes, keys.domains):
            _fits(name, node, domain, keys.default)
        return self.make(tree.Param, name, nodes, kind="int", over=nodes)

    def _over(self, how: str, args: list[ast.expr]) -> Node:
        if self.scope.level != "household" or self.scope.inside:
            raise Wrong("an aggregate stands in an expression of a household, and not in another aggregate")
        _takes(how, args, 2 if how in ("SUM", "MAX") else 1)
        within = _Reader(self.names, self.shop, replace(self.scope, inside=True))
        among = within._of(args[0], "bool")
        item = within._of(args[1], "int") if len(args) == 2 else None
        return self.shop.make(tree.Over, how, among, item, kind="bool" if how == "ANY" else "int", level="household")


def _takes(name: str, args: list[ast.expr], count: int) -> None:
    if len(args) != count:
        raise Wrong(f"{name} takes {count} arguments, here are {len(args)}")


def _fits(table: str, node: Node, domain: tuple[Any, ...], default: bool) -> None:
    """Every value that a key can have must be in the domain, or the table needs a default."""
    wanted = "str" if isinstance(domain[0], str) else "int"
    if node.kind != wanted:
        raise Wrong(f"a key of {table!r} is {wanted}, {node} is {node.kind}")
    if isinstance(node, tree.Literal) and node.value not in domain:
        raise Wrong(f"{node} is not a key of {table!r}")
    strange = set(node.values or ()) - set(domain)
    if wanted == "str" and not default and (strange or node.values is None):
        raise Wrong(f"{table!r} has no value for {sorted(strange) or node}")

