"""The order of stops: within hours and room, never longer than the list, the same every time."""
import random

import pytest

from marketplace.market.runs import routing
from marketplace.market.runs.routing import Problem, Stop, solve

START = (37.45, 116.30)
DAY = ((510, 720), (810, 1050))


def stops(number: int, spans=DAY, most: int = 12) -> tuple[Stop, ...]:
    chance = random.Random(number)
    return tuple(Stop(n + 1, (37.2 + chance.random() * 0.4, 116.2 + chance.random() * 0.5), spans, chance.randint(1, most))
                 for n in range(number))


def check(problem: Problem, routes: routing.Routes) -> None:
    """Every tour: parcels fit, each visit lies inside an opening, and no tour is longer than the list."""
    known = {stop.number: stop for stop in problem.stops}
    served = [visit for tour in routes.tours for visit in tour.visits]
    for tour in routes.tours:
        assert sum(visit.parcels for visit in tour.visits) <= problem.capacity and tour.metres <= tour.list_metres
        position, now = problem.start, problem.starts_at
        for visit in tour.visits:
            stop = known[visit.number]
            assert visit.at >= now + routing.minutes(routing.metres(position, stop.position))
            ends = visit.at + routing.service(visit.parcels)
            assert any(first <= visit.at and ends <= last for first, last in stop.spans)
            position, now = stop.position, ends
        assert tour.ends_at == now + routing.minutes(routing.metres(position, problem.start))
    for stop in problem.stops:
        parcels = sum(visit.parcels for visit in served if visit.number == stop.number)
        assert parcels == stop.parcels or stop.number in routes.left_out


@pytest.mark.parametrize("number, vehicles, capacity", [(1, 1, 50), (7, 1, 100), (12, 3, 40), (30, 4, 120)])
def test_tours_keep_hours_and_room_and_are_the_same_again(number, vehicles, capacity):
    problem = Problem(START, stops(number), 480, vehicles, capacity)
    routes = solve(problem)
    check(problem, routes)
    assert routes.planner == "ortools" and routes == solve(problem)


def test_a_good_order_is_much_shorter_than_the_list():
    problem = Problem(START, stops(8, ((0, 1200),)), 480, 1, 200)
    tour = solve(problem).tours[0]
    assert len(tour.visits) == 8 and tour.metres < 0.8 * tour.list_metres


def test_what_is_closed_or_too_far_stays_out_and_a_large_stop_is_visited_twice():
    here, there = (37.46, 116.31), (37.5, 116.4)
    problem = Problem(START, (Stop(1, here, DAY, 7), Stop(2, there, (), 1), Stop(3, there, ((480, 485),), 1)), 480, 2, 4)
    routes = solve(problem)
    check(problem, routes)
    assert routes.left_out == (2, 3) and sorted(v.parcels for t in routes.tours for v in t.visits) == [3, 4]


def test_without_an_answer_the_nearest_comes_next(monkeypatch):
    monkeypatch.setattr(routing, "_searched", lambda *_problem: None)
    problem = Problem(START, stops(9), 480, 2, 60)
    routes = solve(problem)
    check(problem, routes)
    assert routes.planner == "nearest" and routes.tours
    assert solve(Problem(START, (), 480, 1, 1)).tours == ()
