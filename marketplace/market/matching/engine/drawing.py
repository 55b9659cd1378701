"""A flow as it is drawn from: units that come to a node, from a line, are taken out of it."""
import numpy as np

from marketplace.market.matching.engine.graph import Network


class Drawing:
    """The arcs that carry something."""

    def __init__(self, network: Network, flow: np.ndarray):
        used = np.flatnonzero(flow[: network.sale])
        used = used[np.argsort(network.head[used], kind="stable")]
        self.lines, self.tail, self.units = len(network.stock), network.tail[used].tolist(), flow[used].tolist()
        nodes, starts = np.unique(network.head[used], return_index=True)
        self.first = dict(zip(nodes.tolist(), starts.tolist()))
        self.end = dict(zip(nodes.tolist(), np.append(starts[1:], len(used)).tolist()))

    def whole(self, node: int, units: int) -> int:
        """The line of one way that carries so many units to a node; -1 when there is none."""
        if node < self.lines:
            return node
        for step in range(self.first.get(node, 0), self.end.get(node, 0)):
            if self.units[step] >= units:
                line = self.whole(self.tail[step], units)
                if line >= 0:
                    self.units[step] -= units
                    return line
        return -1

    def some(self, node: int, units: int) -> tuple[int, int]:
        """A line of which something comes to a node, and how much of it, at most so many units."""
        way = []
        while node >= self.lines:
            step = self.first[node]
            while not self.units[step]:
                step += 1
            self.first[node] = step
            way.append(step)
            node, units = self.tail[step], min(units, self.units[step])
        for step in way:
            self.units[step] -= units
        return node, units

    def parts(self, node: int, units: int) -> dict[int, int]:
        """So many units that come to a node, by line."""
        found: dict[int, int] = {}
        while units:
            line, part = self.some(node, units)
            found[line] = found.get(line, 0) + part
            units -= part
        return found


def drawn(network: Network, flow: np.ndarray, node: np.ndarray,
          units: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """So many units taken out of a flow at each of some nodes, all at once: rows, lines, and units of each.

    What comes to a node stands there in the order of its arcs; who asks takes the next of it, and asks for that where the
    arcs begin.
    """
    used = np.flatnonzero(flow[: network.sale])
    used = used[np.argsort(network.head[used], kind="stable")]
    tail, end = network.tail[used], np.cumsum(flow[used])
    begin, lines = end - flow[used], len(network.stock)
    taken = np.r_[0, end][np.searchsorted(network.head[used], np.arange(network.sink + 1))]
    row, found = np.flatnonzero(units), []
    node, units = node[row], units[row]
    while len(row):
        there = node < lines
        found.append((row[there], node[there], units[there]))
        order = np.flatnonzero(~there)
        order = order[np.argsort(node[order], kind="stable")]
        row, node, units = row[order], node[order], units[order]
        before = np.cumsum(units) - units
        start = taken[node] + before - before[np.searchsorted(node, node)]
        taken += np.bincount(node, units, len(taken)).astype(np.int64)
        first = np.searchsorted(end, start, side="right")
        many = np.searchsorted(end, start + units) - first + 1
        one = np.repeat(np.arange(len(row)), many)
        arc = first[one] + np.arange(len(one)) - np.repeat(np.cumsum(many) - many, many)
        units = np.minimum(end[arc], (start + units)[one]) - np.maximum(begin[arc], start[one])
        row, node = row[one], tail[arc]
    rows, kept, parts = (np.concatenate(column) for column in zip(*found)) if found else (row, row, row)
    return rows, kept, parts
