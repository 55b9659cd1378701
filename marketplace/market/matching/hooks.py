"""Where subjects above say who may be proposed to whom."""
from collections.abc import Callable, Sequence
from functools import reduce

from marketplace.market.offers.models import Offer

fit_for_children: list[Callable[[Sequence[Offer]], set[int]]] = []
"""Functions of offered services that say which of them (by number) may be proposed to a child's wish."""


def for_children(services: Sequence[Offer]) -> set[int]:
    """Those that all of them let pass; none when nobody is there to say so."""
    if not fit_for_children or not services:
        return set()
    return reduce(set.intersection, (asks(services) for asks in fit_for_children))
