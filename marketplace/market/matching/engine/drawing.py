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
