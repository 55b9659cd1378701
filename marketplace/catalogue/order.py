"""The order in which derived values and policies can be evaluated."""
from graphlib import CycleError, TopologicalSorter

from marketplace.catalogue import tree
from marketplace.catalogue.model import Catalogue


def sort(found: Catalogue) -> tuple[tuple[str, ...], list[tuple[str, int]]]:
    """Names ("h.x", "p.x", "e.policy") so that each stands behind what it needs; or the circle in them, with lines."""
    graph: dict[str, list[str]] = {value.ref: _named(value.tree) for value in found.derived.values()}
    lines = {value.ref: value.line for value in found.derived.values()}
    for policy in found.policies:
        nodes = [c.tree for c in policy.criteria] + [policy.amount]
        graph[f"e.{policy.id}"] = [name for node in nodes for name in _named(node)]
        lines[f"e.{policy.id}"] = policy.line
        if policy.needs_verification and "h.verified" in found.derived:
            graph[f"e.{policy.id}"].append("h.verified")
    try:
        return tuple(TopologicalSorter(graph).static_order()), []
    except CycleError as error:
        return (), [(name, lines[name]) for name in error.args[1]]


def _named(node: tree.Node) -> list[str]:
    found = []
    for part in node.below():
        if isinstance(part, tree.Derived):
            found.append(part.ref)
        elif isinstance(part, tree.Outcome):
            found.append(f"e.{part.policy}")
    return found
