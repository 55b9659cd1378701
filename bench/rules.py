"""The catalogue as OpenFisca formulas: from the typed tree to Python text, as a person would write it for OpenFisca."""
from collections.abc import Callable
from datetime import date
from typing import Any

from marketplace.catalogue import days, tree
from marketplace.catalogue.model import Catalogue, Policy
from marketplace.catalogue.tree import Node

FUNCTIONS = {"min": "np.minimum", "max": "np.maximum"}


def variable(reference: str) -> str:
    """The variable of a column or derived value ("h.std" becomes h_std)."""
    return reference.replace(".", "_")


class Writer:
    """Writes the formula of a tree for one level, in the words of OpenFisca."""

    def __init__(self, catalogue: Catalogue, level: str):
        self.catalogue, self.level = catalogue, level
        self._inside = False  # an aggregate over the members

    def formula(self, body: str) -> str:
        """A formula whose value is `body`, also when that is the same for every row."""
        return f"def formula({self.level}, period, parameters):\n    return on({self.level}, {body})\n"

    def text(self, node: Node) -> str:
        """The expression that has a node's value; texts are their places in the node's domain."""
        writer: Callable = getattr(self, f"_{type(node).__name__.lower()}")
        return writer(node)

    def _value(self, name: str, level: str) -> str:
        if self.level == "person":
            return f"person{'.household' if level == 'household' else ''}('{name}', period)"
        if self._inside:
            return f"household.members{'.household' if level == 'household' else ''}('{name}', period)"
        return f"household('{name}', period)"

    def coded(self, node: Node, domain: tuple) -> str:
        """A text as its place in a domain."""
        if isinstance(node, tree.Literal):
            return str(domain.index(node.value))
        if node.values == domain:
            return self.text(node)
        return f"np.array({[domain.index(v) if v in domain else 0 for v in node.values or ()]})[{self.text(node)}]"

    # -- one method for each kind of node

    def _literal(self, node: tree.Literal) -> str:
        return str(days.number(node.value)) if isinstance(node.value, date) else repr(node.value)

    def _today(self, node: tree.Today) -> str:
        return "today(period)"

    def _column(self, node: tree.Column) -> str:
        return self._value(variable(str(node)), node.level)

    def _nz(self, node: tree.Nz) -> str:
        instead = node.values.index(node.instead.value) if node.values else self._literal(node.instead)
        return f"np.where({self._missing(node.column)}, {instead}, {self._column(node.column)})"

    def _isnull(self, node: tree.IsNull) -> str:
        return self._missing(node.column)

    def _missing(self, column: tree.Column) -> str:
        return self._value(f"{variable(str(column))}_null", column.level)

    def _derived(self, node: tree.Derived) -> str:
        return self._value(variable(node.ref), node.level)

    def _outcome(self, node: tree.Outcome) -> str:
        name = {"e": "eligible", "a": "amount"}[node.what]
        return self._value(f"{node.policy}_{name}", self.catalogue.policy[node.policy].level)

    def _param(self, node: tree.Param) -> str:
        keys: list[str] = []
        layout: list[tuple[Any, ...]] = []
        for key, domain in zip(node.keys, self.catalogue.tables[node.table].domains):
            if key.kind == "str":
                known: tuple[Any, ...] = key.values or ()
                keys.append(self.coded(key, known))
            else:
                known = (*sorted(domain), None)
                keys.append(f"placed({self.text(key)}, {known[:-1]})")
            layout.append(known)
        parts = [f"'{node.table}'", str(tuple(layout)), *keys]
        return f"of_table(parameters, period, {', '.join(parts)})"

    def _arith(self, node: tree.Arith) -> str:
        return f"({self.text(node.left)} {node.op} {self.text(node.right)})"

    def _negate(self, node: tree.Negate) -> str:
        return f"(-{self.text(node.item)})"

    def _compare(self, node: tree.Compare) -> str:
        left, right = node.left, node.right
        if left.kind != "str":
            return f"({self.text(left)} {node.op} {self.text(right)})"
        domain = tuple(dict.fromkeys((left.values or ()) + (right.values or ())))
        return f"({self.coded(left, domain)} {node.op} {self.coded(right, domain)})"

    def _in(self, node: tree.In) -> str:
        values, item = node.item.values, self.text(node.item)
        among = [values.index(v) for v in node.among if v in values] if values else node.among
        return f"({' | '.join(f'({item} == {value!r})' for value in among) or 'False'})"

    def _both(self, node: tree.Both) -> str:
        return f"({' & '.join(map(self.text, node.parts))})"

    def _either(self, node: tree.Either) -> str:
        return f"({' | '.join(map(self.text, node.parts))})"

    def _not(self, node: tree.Not) -> str:
        return f"np.logical_not({self.text(node.item)})"

    def _iff(self, node: tree.Iff) -> str:
        sides = [self.coded(side, node.values) if node.values else self.text(side) for side in (node.yes, node.no)]
        return f"np.where({self.text(node.condition)}, {sides[0]}, {sides[1]})"

    def _extreme(self, node: tree.Extreme) -> str:
        first, *rest = map(self.text, node.parts)
        for part in rest:
            first = f"{FUNCTIONS[node.how]}({first}, {part})"
        return first

    def _call(self, node: tree.Call) -> str:
        return f"{node.name}({', '.join(map(self.text, node.args))})"

    def _over(self, node: tree.Over) -> str:
        self._inside = True
        among = f"on(household.members, {self.text(node.among)})"
        item = "" if node.item is None else f", {self.text(node.item)}"
        self._inside = False
        return f"{node.how.lower()}_of(household, {among}{item})"


def formulas(catalogue: Catalogue) -> dict[str, tuple[str, str, str]]:
    """(level, kind, source) of each variable that is worked out: derived values and the outcomes of policies."""
    found = {}
    for ref, value in catalogue.derived.items():
        writer = Writer(catalogue, value.level)
        body = writer.coded(value.tree, value.values or ()) if value.kind == "str" else writer.text(value.tree)
        found[variable(ref)] = (value.level, value.kind, writer.formula(body))
    for policy in catalogue.policies:
        found |= _outcomes(catalogue, policy)
    return found


def _outcomes(catalogue: Catalogue, policy: Policy) -> dict[str, tuple[str, str, str]]:
    level, writer = policy.level, Writer(catalogue, policy.level)
    failed = " + ".join(f"np.where({writer.text(c.tree)}, 0, {1 << bit})" for bit, c in enumerate(policy.criteria))
    eligible = f"{level}('{policy.id}_eligible', period)"
    amount = f"np.where({eligible}, {writer.text(policy.amount)}, 0)"
    doubt = f"{eligible} & ~{writer._value('h_verified', 'household')}" if policy.needs_verification else "False"
    bodies = {"mask": ("int", failed), "eligible": ("bool", f"{level}('{policy.id}_mask', period) == 0"),
              "amount": ("int", amount), "provisional": ("bool", doubt)}
    return {f"{policy.id}_{name}": (level, kind, writer.formula(body)) for name, (kind, body) in bodies.items()}
