"""The order in which derived values and policies can be evaluated."""
from graphlib import CycleError, TopologicalSorter

from marketplace.catalogue import tree
from marketplace.catalogue.model import Catalogue

Circle = list[tuple[str, int]]


def sort(found: Catalogue) -> tuple[tuple[str, ...], list[Circle]]:
    """Names ("h.x", "p.x", "e.policy") so that each stands behind what it needs; or the circles in them, with lines.

    Of circles that share a name, one is told.
    """
    graph: dict[str, list[str]] = {value.ref: _named(value.tree) for value in found.derived.values()}
    lines = {value.ref: value.line for value in found.derived.values()}
    for policy in found.policies:
        nodes = [c.tree for c in policy.criteria] + [policy.amount]
        graph[f"e.{policy.id}"] = [name for node in nodes for name in _named(node)]
        lines[f"e.{policy.id}"] = policy.line
        if policy.needs_verification and "h.verified" in found.derived:
            graph[f"e.{policy.id}"].append("h.verified")
    circles: list[Circle] = []
    while True:
        try:
            return tuple(TopologicalSorter(graph).static_order()), circles
        except CycleError as error:
            circle = error.args[1]
            circles.append([(name, lines[name]) for name in circle])
            graph |= dict.fromkeys(circle, [])


def _named(node: tree.Node) -> list[str]:
    found = []
    for part in node.below():
        if isinstance(part, tree.Derived):
            found.append(part.ref)
        elif isinstance(part, tree.Outcome):
            found.append(f"e.{part.policy}")
    return found
