"""The optimum of a kind as if every need could be split: exact, in whole units, with prices that prove it."""
import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from marketplace.market.matching.engine.graph import Network


def cheapest(tail: np.ndarray, head: np.ndarray, room: np.ndarray, cost: np.ndarray, stock: np.ndarray,
             sink: int) -> np.ndarray:
    """The flow on each arc that moves all stock from the first nodes to the sink at least cost."""
    unit = max(int(np.gcd.reduce(cost)), 1)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost // unit)
    solver.set_nodes_supplies(np.append(np.arange(len(stock)), sink), np.append(stock, -stock.sum()))
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"no optimum: {status}")
    return solver.flows(arcs)


def greatest(network: Network, sold: np.ndarray) -> int:
    """The most units that any plan can give to the needs on some of the arcs of needs."""
    arcs = np.r_[np.arange(network.sale), sold]
    solver, source = max_flow.SimpleMaxFlow(), network.sink + 1
    rows = np.arange(len(network.stock))
    solver.add_arcs_with_capacity(np.r_[network.tail[arcs], np.full(len(rows), source)], np.r_[network.head[arcs], rows],
                                  np.r_[network.room[arcs], network.stock])
    solver.solve(source, network.sink)
    return solver.optimal_flow()


def tight(network: Network, price: np.ndarray, room: np.ndarray, order: np.ndarray) -> np.ndarray | None:
    """A flow that loses nothing against the prices: what has a price is used, whatever gains is full, and all else goes
    along arcs that pay their price. None when there is none. Of many the order of the arcs decides.
    """
    found = Tight(network, price, room, order)
    return None if found.short else found.flow


class Tight:
    """As much as can be of a flow that loses nothing, and how much it comes `short`."""

    def __init__(self, network: Network, price: np.ndarray, room: np.ndarray, order: np.ndarray):
        sink, lines = network.sink, network.sales.stop
        source, start, end = network.sink + 1, network.sink + 2, network.sink + 3
        gain = network.points - price[network.tail] + price[network.head]
        self.room, self.arcs = room, order[(gain[order] == 0) & (room[order] > 0) & (order < lines)]
        self.full = np.flatnonzero((gain[:lines] > 0) & (room[:lines] > 0))
        self.left, arcs, full = room[lines:], self.arcs, self.full
        rows, self.used = np.arange(len(self.left)), price[: len(self.left)] > 0
        must, due = int(self.left[self.used].sum()), int(room[full].sum())
        self.solver = max_flow.SimpleMaxFlow()
        self.found = self.solver.add_arcs_with_capacity(
            np.concatenate([network.tail[arcs], network.tail[full], np.full(len(full), start),
                            np.where(self.used, start, source), [source, sink]]),
            np.concatenate([network.head[arcs], np.full(len(full), end), network.head[full], rows, [end, source]]),
            np.concatenate([room[arcs], room[full], room[full], self.left, [must, must + due + int(self.left.sum())]]))
        self.solver.solve(start, end)
        self.short = must + due - self.solver.optimal_flow()

    @property
    def flow(self) -> np.ndarray:
        flow = np.zeros(len(self.room), np.int64)
        flow[self.arcs] = self.solver.flows(self.found)[: len(self.arcs)]
        flow[self.full] = self.room[self.full]
        return flow

    def where(self) -> tuple[np.ndarray, np.ndarray]:
        """The lines of which something stays, and the arcs that are not filled, though that loses."""
        flows, many = self.solver.flows(self.found)[len(self.arcs):], len(self.full)
        lines = flows[2 * many: 2 * many + len(self.left)]
        return np.flatnonzero(self.used & (lines < self.left)), self.full[flows[:many] < self.room[self.full]]


def prices(network: Network, flow: np.ndarray) -> np.ndarray:
    """What a unit is worth at each node, the sink's being 0: by the shortest ways in what the flow leaves.

    An arc that is used pays its price, none would pay more: this is what proves the flow.
    """
    more, less = flow < network.room, flow > 0
    tail, head = np.r_[network.tail[more], network.head[less]], np.r_[network.head[more], network.tail[less]]
    cost = np.r_[-network.points[more], network.points[less]]
    order = np.argsort(head, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    starts = np.flatnonzero(np.r_[True, head[1:] != head[:-1]])
    nodes, price = head[starts], np.zeros(network.sink + 1, np.int64)
    while True:
        nearer = np.minimum(np.minimum.reduceat(price[tail] + cost, starts), price[nodes])
        if (nearer == price[nodes]).all():
            return price - price[network.sink]
        price[nodes] = nearer
