"""What is left when whole needs are whole: the best flow of it, and who gets what of that."""
import numpy as np

from marketplace.market.matching.engine import flow
from marketplace.market.matching.engine.drawing import drawn
from marketplace.market.matching.engine.whole import Given, Whole

MOST = 10_000  # what a loss counts for at most while a flow is mended


def mended(whole: Whole, careful: bool) -> np.ndarray:
    """The best flow of what is left, with or without those that take care."""
    network, price, room = whole.network, whole.price, whole.room(careful)
    loss = np.clip(price[network.tail] - network.points - price[network.head], -MOST, MOST)
    some = np.flatnonzero(room > 0)
    found = np.zeros(len(room), np.int64)
    found[some] = flow.cheapest(network.tail[some], network.head[some], room[some], loss[some], np.array(whole.left),
                                network.sink)
    return found


def spread(whole: Whole, rest: np.ndarray) -> Given:
    """The flow to needs that take no care, by need and line: of one place and worth, who waited longest first."""
    network, needs = whole.network, whole.problem.needs
    some = np.flatnonzero(~whole.careful & (rest[network.sold] > 0))
    some = some[np.lexsort((needs.id[some], -needs.waited[some], network.sold[some]))]
    want, arc = (needs.units - np.array(whole.got))[some], network.sold[some]
    before = np.cumsum(want) - want
    first = np.searchsorted(arc, arc)  # the first need of the same arc
    units = np.clip(rest[arc] - (before - before[first]), 0, want)
    row, line, parts = drawn(network, rest, network.place[some], units)
    return list(zip(some[row].tolist(), line.tolist(), parts.tolist()))
