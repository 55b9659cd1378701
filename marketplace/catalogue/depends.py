"""Which policies a changed fact can touch."""
from collections.abc import Iterable
from functools import lru_cache

from marketplace.catalogue import tree
from marketplace.catalogue.model import Catalogue, Policy


@lru_cache(maxsize=8)
def facts(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """For each policy the facts ("household.deposits") that its result can depend on, through whatever is derived."""
    reach: dict[str, frozenset[str]] = {}
    for name in catalogue.order:
        reach[name] = _reached(catalogue, _trees(catalogue, name), reach)
    verified = reach.get("h.verified", frozenset())
    return {p.id: reach[f"e.{p.id}"] | (verified if p.needs_verification else frozenset()) for p in catalogue.policies}


def touched(catalogue: Catalogue, changed: Iterable[str]) -> set[str]:
    """The policies that a change of these facts ("household.x", "person.x") can touch.

    A person's `household_id` touches all: it says to which household everything else belongs.
    """
    names = set(changed)
    if "person.household_id" in names:
        return {policy.id for policy in catalogue.policies}
    return {policy for policy, needed in facts(catalogue).items() if needed & names}


def _trees(catalogue: Catalogue, name: str) -> list[tree.Node]:
    if not name.startswith("e."):
        return [catalogue.derived[name].tree]
    policy: Policy = catalogue.policy[name[2:]]
    return [*(c.tree for c in policy.criteria), policy.amount]


def _reached(catalogue: Catalogue, nodes: list[tree.Node], reach: dict[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    for node in nodes:
        for part in node.below():
            if isinstance(part, tree.Column):
                found.add(f"{part.home}.{part.name}")
            elif isinstance(part, tree.Derived):
                found |= reach[part.ref]
            elif isinstance(part, tree.Outcome):
                found |= reach[f"e.{part.policy}"]
    return frozenset(found)
