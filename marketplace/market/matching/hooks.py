"""Where subjects above say who may be proposed to whom."""
from collections.abc import Callable, Sequence
from functools import reduce

from marketplace.market.offers.models import Offer

fit_for_children: list[Callable[[Sequence[Offer]], set[int]]] = []
"""Functions of offered services that say which of them (by number) may be proposed where a child may be met."""
with_children: list[Callable[[], set[int]]] = []
"""Functions that tell the needs (by number) of services for which a child may be met."""


def for_children(services: Sequence[Offer]) -> set[int]:
    """Those that all of them let pass; none when nobody is there to say so."""
    if not fit_for_children or not services:
        return set()
    return reduce(set.intersection, (asks(services) for asks in fit_for_children))


def met_with_children(services: set[int]) -> set[int]:
    """Those of needs of services for which one of them says that a child may be met; all when nobody is there to say so."""
    return set().union(*(tells() for tells in with_children)) & services if with_children and services else services
