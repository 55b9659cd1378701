"""One kind as a flow: lines, hubs at the levels of travel, needs. Every way through it is a line that suits a need.

A line's units go to a hub of its conditions at each level it can travel (its town, its county, the city), from there to the
sorts of needs that meet them, and down to the towns. A town's needs of one sort hang on the farthest level from which they
can be served in time, and what may come from nearer reaches them too.
"""
from dataclasses import dataclass

import numpy as np

from marketplace.market.matching.engine import hubs
from marketplace.market.matching.engine.classes import Classes, distinct
from marketplace.market.matching.engine.hubs import SORTS, SPOTS, key
from marketplace.market.matching.engine.model import CITY, COUNTY, TOWN, Columns


@dataclass(frozen=True)
class Network:
    """Arcs by their ends, room and points. Nodes: the lines in their order, hubs, demands, the sink.

    Arcs from `sale` on end in the sink: those of needs, each for the needs of one place and one worth, then those of the
    lines, for what stays where it is. `stock` is what each line can give, `place` the demand of each need, `sold` its arc.
    """

    tail: np.ndarray
    head: np.ndarray
    room: np.ndarray
    points: np.ndarray
    stock: np.ndarray
    place: np.ndarray
    sold: np.ndarray
    sale: int
    sink: int

    @property
    def sales(self) -> slice:
        """The arcs of needs."""
        return slice(self.sale, len(self.tail) - len(self.stock))


def network(needs: Columns, lines: Columns, classes: Classes, reach: tuple[np.ndarray, np.ndarray], worth: np.ndarray,
            closeness: np.ndarray, bonus: np.ndarray) -> Network:
    """The graph of a kind; `reach` of needs and lines is not negative, `worth` and `bonus` are points of their units."""
    ways = hubs.legs(lines, reach[1])
    offers, hub_of = np.unique(key(classes.terms[ways.row], ways.by, ways.level, ways.spot), return_inverse=True)
    hung = key(classes.sort, reach[0], TOWN, needs.town)
    entries, demand, nodes, tree = demands(hung)
    hub, entry, chain = hubs.suited(offers, entries, classes.fit)
    first_hub = len(lines)
    first = first_hub + len(offers)
    sink = first + len(nodes)
    fed = np.zeros(len(nodes), bool)
    fed[demand[entry]] = True
    at = np.searchsorted(nodes, hung)
    county = np.searchsorted(nodes, key(classes.sort, reach[0], COUNTY, hubs.up(needs.town, TOWN, COUNTY)))
    at = np.where(fed[at] | (reach[0] < COUNTY), at, county)  # a town that nothing comes to but by its county is no place
    fed |= nodes // (SORTS * SPOTS) % 3 > TOWN
    tree = tree[0][fed[tree[1]]], tree[1][fed[tree[1]]]
    place = first + at
    plenty = int(min(lines.units.sum(), needs.units.sum()))
    stock, room = np.minimum(lines.units, plenty), plenty + 1  # never full, so that prices hold
    rows, sold = distinct(place, worth)
    gain = closeness[ways.by] + bonus[ways.row]
    start, more, kept = _lone(ways.row, hub_of, gain, chain[1], len(offers), first_hub)
    inner = [
        (ways.row[kept], first_hub + hub_of[kept], room, gain[kept]),
        (start[chain[0]], first_hub + chain[1], room, more[chain[0]]),
        (start[hub], first + demand[entry], room, more[hub] + classes.fit[entries[entry] % SORTS, offers[hub] % SORTS]),
        (first + tree[0], first + tree[1], room, 0)]
    sale = sum(np.size(arcs[0]) for arcs in inner)
    outer = [(place[rows], sink, np.bincount(sold, needs.units, len(rows)), worth[rows]),
             (np.arange(len(lines)), sink, stock, 0)]
    arcs = [np.broadcast_arrays(*some) for some in inner + outer]
    tail, head, limit, points = (np.concatenate(column).astype(np.int64) for column in zip(*arcs))
    return Network(tail, head, limit, points, stock, place, sale + sold, sale, sink)


def _lone(row: np.ndarray, hub_of: np.ndarray, gain: np.ndarray, fed: np.ndarray, many: int,
          first: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A hub to which one line alone comes is that line: where each hub's arcs start, with how many points more, and which
    legs stay.
    """
    legs = np.bincount(hub_of, minlength=many)
    lone = (legs == 1) & (np.bincount(fed, minlength=many) == 0)
    start, more, gone = first + np.arange(many), np.zeros(many, np.int64), lone[hub_of]
    start[hub_of[gone]], more[hub_of[gone]] = row[gone], gain[gone]
    return start, more, ~gone


def demands(hung: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Entries, the node of each, all nodes, and the arcs between nodes.

    Needs hang in their town. A county has a node for what may come from within it and one for what may come from the city;
    the first feeds the second, as who can wait for the farther can be served from the nearer. A place has an entry for each
    level of travel and each node that may be served from so far.
    """
    towns = np.unique(hung)
    what, spot, by = towns % SORTS, towns // SORTS % SPOTS, towns // (SORTS * SPOTS * 3)
    county = hubs.up(spot, TOWN, COUNTY)
    far = np.unique(key(what, CITY, COUNTY, county)[by == CITY])
    near = np.unique(key(what, COUNTY, COUNTY, county)[by >= COUNTY])
    city = np.unique(key(far % SORTS, CITY, CITY, 0))
    nodes = np.sort(np.concatenate([towns, near, far, city]))
    lower = by >= COUNTY
    tails = [key(what, by, COUNTY, county)[lower], key(far % SORTS, CITY, CITY, 0),
             key(far % SORTS, COUNTY, COUNTY, far // SORTS % SPOTS)]
    heads = [towns[lower], far, far]
    arcs = np.searchsorted(nodes, np.concatenate(tails)), np.searchsorted(nodes, np.concatenate(heads))
    from_far = [by >= level for level in (TOWN, COUNTY, CITY)]
    entries = np.concatenate([*(key(what, level, TOWN, spot)[some] for level, some in enumerate(from_far)), near, far, city])
    node = np.searchsorted(nodes, np.concatenate([*(towns[some] for some in from_far), near, far, city]))
    order = np.argsort(entries, kind="stable")
    return entries[order], node[order], nodes, arcs
