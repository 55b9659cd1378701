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
    sink, lines, source, start, end = network.sink, network.sales.stop, network.sink + 1, network.sink + 2, network.sink + 3
    gain = network.points - price[network.tail] + price[network.head]
    arcs = order[(gain[order] == 0) & (room[order] > 0) & (order < lines)]
    full = np.flatnonzero((gain[:lines] > 0) & (room[:lines] > 0))
    left = room[lines:]
    rows, used = np.arange(len(left)), price[: len(left)] > 0
    must, due = int(left[used].sum()), int(room[full].sum())
    solver = max_flow.SimpleMaxFlow()
    found = solver.add_arcs_with_capacity(
        np.concatenate([network.tail[arcs], network.tail[full], np.full(len(full), start), np.where(used, start, source),
                        [source, sink]]),
        np.concatenate([network.head[arcs], np.full(len(full), end), network.head[full], rows, [end, source]]),
        np.concatenate([room[arcs], room[full], room[full], left, [must, must + due + int(left.sum())]]))
    solver.solve(start, end)
    if solver.optimal_flow() != must + due:
        return None
    flow = np.zeros(len(room), np.int64)
    flow[arcs] = solver.flows(found)[: len(arcs)]
    flow[full] = room[full]
    return flow


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
