"""How far a kept near miss is from its policy, in words: which way a number would have to move, and by how much."""
from collections.abc import Iterator
from functools import lru_cache

from marketplace.assistance.policies.words import Voice
from marketplace.catalogue import leaves
from marketplace.catalogue.model import Catalogue, Criterion, Policy

DOWN = ("<", "<=")
STRICT = ("<", ">")


def criterion(policy: Policy, name: str) -> Criterion | None:
    """A criterion by its id; None for what the catalogue does not have."""
    return next((one for one in policy.criteria if one.id == name), None)


def said(voice: Voice, policy: Policy, name: str, measure: str, gap: int) -> str:
    """The distance as a sentence without its stop; `gap` in units of the measure, as `NearMiss` keeps it."""
    op = _operator(voice.catalogue, policy.id, name, measure)
    short = gap - 1 if op in STRICT else gap  # from "at most" to "less than" is one unit more
    return voice.distance(measure, short if op in DOWN else -short, 0, op in DOWN)


@lru_cache(maxsize=1024)
def _operator(catalogue: Catalogue, policy: str, name: str, measure: str) -> str:
    """With what the measure is compared where the criterion holds."""
    found = criterion(catalogue.policy[policy], name)
    if found is None:
        return "<="
    return next((op for known, op in _compared(leaves.opened(catalogue, found), True) if known == measure), "<=")


def _compared(condition: leaves.Condition, wanted: bool) -> Iterator[tuple[str, str]]:
    if condition.how == "not":
        yield from _compared(condition.parts[0], not wanted)
    elif condition.parts:
        for part in condition.parts:
            yield from _compared(part, wanted)
    elif condition.comparison:
        op = condition.comparison.node.op
        yield condition.comparison.measure, op if wanted else leaves.FLIPPED[op]
