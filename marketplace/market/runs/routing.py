"""The order of stops: vehicles with room for so many parcels, from one start and back, within the hours of the stations.

OR-Tools looks for the shortest ways from several first tours, each improved until nothing improves it, so that the same
stops always give the same plan. Where it finds none, the next nearest station is visited next. No database here.
"""
import math
from collections.abc import Sequence
from dataclasses import dataclass

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from marketplace.market.stations.rules import Spans

EARTH_METRES = 6_371_000
DETOUR = 1.3  # roads are longer than the straight line
METRES_PER_MINUTE = 40_000 / 60
DAY_ENDS = 20 * 60
SECONDS = 2  # at most, for all first tours together; stops of one day take a small part of it
SKIPPED = 10_000_000  # metres that leaving a stop out counts for
FIRST = (routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC,
         routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION,
         routing_enums_pb2.FirstSolutionStrategy.SAVINGS,
         routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION)

Position = tuple[float, float]


@dataclass(frozen=True)
class Stop:
    """A station to visit: `number` of it, where, when it is open on the day, how many parcels."""

    number: int
    position: Position
    spans: Spans
    parcels: int


@dataclass(frozen=True)
class Problem:
    """Stops in the order of the list; `starts_at` is a minute of the day."""

    start: Position
    stops: tuple[Stop, ...]
    starts_at: int
    vehicles: int
    capacity: int


@dataclass(frozen=True)
class Visit:
    """A stop on a tour with the parcels for it and the minute of the day at which it begins."""

    number: int
    parcels: int
    at: int


@dataclass(frozen=True)
class Tour:
    """One vehicle's way. `list_metres` is how long the same stops take in the order of the list."""

    visits: tuple[Visit, ...]
    metres: int
    ends_at: int
    list_metres: int


@dataclass(frozen=True)
class Routes:
    """Tours of the vehicles that are needed, and the numbers of stops that none can reach in their hours."""

    tours: tuple[Tour, ...]
    left_out: tuple[int, ...]
    planner: str


def metres(one: Position, other: Position) -> int:
    """The way between two positions: the straight line and a part more."""
    (north, east), (north2, east2) = ([math.radians(degree) for degree in position] for position in (one, other))
    half = math.sin((north2 - north) / 2) ** 2 + math.cos(north) * math.cos(north2) * math.sin((east2 - east) / 2) ** 2
    return round(2 * EARTH_METRES * math.asin(math.sqrt(half)) * DETOUR)


def minutes(way: int) -> int:
    """How long so many metres take, rounded up."""
    return math.ceil(way / METRES_PER_MINUTE)


def service(parcels: int) -> int:
    """Minutes at a stop: arriving, and unloading."""
    return 6 + math.ceil(parcels / 2)


def solve(problem: Problem) -> Routes:
    """The shortest tours that were found; the same problem gives the same tours."""
    parts = _parts(problem)
    reached, left_out = [p for p in parts if p.spans], {p.number for p in parts if not p.spans}
    table = _table(problem.start, reached)
    found, planner = _searched(problem, reached, table), "ortools"
    if found is None or _missed(found, reached) > _missed(nearest := _nearest(problem, reached, table), reached):
        found, planner = nearest if found is not None else _nearest(problem, reached, table), "nearest"
    found = [_shorter(problem, reached, table, tour) for tour in found]
    inside = {index for tour in found for index in tour}
    left_out |= {part.number for index, part in enumerate(reached) if index not in inside}
    tours = tuple(_tour(problem, reached, table, tour) for tour in found if tour)
    return Routes(tours, tuple(sorted(left_out)), planner)


def _parts(problem: Problem) -> list[Stop]:
    """Stops with at most as many parcels as a vehicle holds: larger ones are visited more than once."""
    found = []
    for stop in problem.stops:
        for first in range(0, stop.parcels, problem.capacity):
            parcels = min(problem.capacity, stop.parcels - first)
            spans = tuple((a, b) for a, b in stop.spans if b - service(parcels) >= max(a, problem.starts_at))
            found.append(Stop(stop.number, stop.position, spans, parcels))
    return found


def _table(start: Position, stops: Sequence[Stop]) -> list[list[int]]:
    """Metres between the start, 0, and the stops from 1 on."""
    positions = [start, *(stop.position for stop in stops)]
    return [[metres(one, other) for other in positions] for one in positions]


def _missed(tours: Sequence[Sequence[int]], stops: Sequence[Stop]) -> int:
    return len(stops) - sum(len(tour) for tour in tours)


def _searched(problem: Problem, stops: Sequence[Stop], table: list[list[int]]) -> list[list[int]] | None:
    """Tours as indexes of stops by OR-Tools, or None when it finds none."""
    best: tuple[int, list[list[int]]] | None = None
    for strategy in FIRST if stops else ():
        manager, model = _model(problem, stops, table)
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = strategy
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GREEDY_DESCENT
        parameters.time_limit.FromMilliseconds(SECONDS * 1000 // len(FIRST))
        answer = model.SolveWithParameters(parameters)
        if answer and (best is None or answer.ObjectiveValue() < best[0]):
            best = answer.ObjectiveValue(), [_read(manager, model, answer, v) for v in range(problem.vehicles)]
    return best[1] if best else None


def _model(problem: Problem, stops: Sequence[Stop], table: list[list[int]]):
    manager = pywrapcp.RoutingIndexManager(len(stops) + 1, problem.vehicles, 0)
    model = pywrapcp.RoutingModel(manager)

    served = [0, *(service(stop.parcels) for stop in stops)]
    passed = [[minutes(way) + at for way in row] for row, at in zip(table, served)]
    load = [0, *(stop.parcels for stop in stops)]
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(table))
    model.AddDimension(model.RegisterTransitMatrix(passed), DAY_ENDS, DAY_ENDS, False, "time")
    model.AddDimension(model.RegisterUnaryTransitVector(load), 0, problem.capacity, True, "load")
    time = model.GetDimensionOrDie("time")
    for vehicle in range(problem.vehicles):
        time.CumulVar(model.Start(vehicle)).SetRange(problem.starts_at, problem.starts_at)
    for index, stop in enumerate(stops):
        at = time.CumulVar(manager.NodeToIndex(index + 1))
        _open(at, stop)
        model.AddDisjunction([manager.NodeToIndex(index + 1)], SKIPPED)
    return manager, model


def _open(at, stop: Stop) -> None:
    """Let a visit begin only where it also ends within the same span."""
    begins = [(first, last - service(stop.parcels)) for first, last in stop.spans]
    at.SetRange(begins[0][0], min(begins[-1][1], DAY_ENDS))
    for (_first, last), (after, _last) in zip(begins, begins[1:]):
        at.RemoveInterval(last + 1, after - 1)


def _read(manager, model, answer, vehicle: int) -> list[int]:
    found, index = [], answer.Value(model.NextVar(model.Start(vehicle)))
    while not model.IsEnd(index):
        found.append(manager.IndexToNode(index) - 1)
        index = answer.Value(model.NextVar(index))
    return found


def _nearest(problem: Problem, stops: Sequence[Stop], table: list[list[int]]) -> list[list[int]]:
    """Vehicle after vehicle, the nearest stop that can still be served."""
    left, tours = set(range(len(stops))), []
    for _vehicle in range(problem.vehicles):
        tour: list[int] = []
        node, now, room = 0, problem.starts_at, problem.capacity
        while True:
            fitting = [(table[node][i + 1], i) for i in left if stops[i].parcels <= room
                       and _begin(stops[i], now + minutes(table[node][i + 1])) is not None]
            if not fitting:
                break
            way, index = min(fitting)
            begun = _begin(stops[index], now + minutes(way))
            assert begun is not None
            node, now, room = index + 1, begun + service(stops[index].parcels), room - stops[index].parcels
            tour.append(index)
            left.discard(index)
        tours.append(tour)
    return tours


def _shorter(problem: Problem, stops: Sequence[Stop], table: list[list[int]], tour: list[int]) -> list[int]:
    """The tour, or its stops in the order of the list where that is as good and within their hours."""
    listed, node, now = sorted(tour), 0, problem.starts_at
    for index in listed:
        begun = _begin(stops[index], now + minutes(table[node][index + 1]))
        if begun is None:
            return tour
        node, now = index + 1, begun + service(stops[index].parcels)
    return listed if _length(table, listed) <= _length(table, tour) else tour


def _begin(stop: Stop, at: int) -> int | None:
    """When a visit can begin that arrives at a minute, or None when it is too late for that day."""
    for first, last in stop.spans:
        if max(at, first) + service(stop.parcels) <= min(last, DAY_ENDS):
            return max(at, first)
    return None


def _tour(problem: Problem, stops: Sequence[Stop], table: list[list[int]], order: Sequence[int]) -> Tour:
    node, now, visits = 0, problem.starts_at, []
    for index in order:
        arrives = now + minutes(table[node][index + 1])
        at = _begin(stops[index], arrives)
        at = arrives if at is None else at
        visits.append(Visit(stops[index].number, stops[index].parcels, at))
        node, now = index + 1, at + service(stops[index].parcels)
    return Tour(tuple(visits), _length(table, order), now + minutes(table[node][0]), _length(table, sorted(order)))


def _length(table: list[list[int]], order: Sequence[int]) -> int:
    nodes = [0, *(index + 1 for index in order), 0]
    return sum(table[one][other] for one, other in zip(nodes, nodes[1:]))
