"""Whole needs for which no flow brings enough from one line: others make room for them."""
from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush

import numpy as np

from marketplace.market.matching.engine.whole import Whole

LOOKED_AT, TRIED = 12, 3  # lines that are compared for one need; ways that are tried
Way = tuple[int, int, int]  # how bad, the line, and the need that leaves it (-1: none)


def squeeze(whole: Whole, needs: list[int], checks: int, served: Callable[[], bool]) -> None:
    """Give whole ones of some needs a line at no loss, where `served` says that all others can still be served at none. A
    need that stands in the way leaves its line and looks for another in its turn. At most so many `checks`.
    """
    waiting, failed = deque(need for need in needs if not whole.cut[need]), 0
    moved: set[tuple[int, int]] = set()
    while failed < len(waiting) and checks > 0:
        need, failed = waiting.popleft(), failed + 1
        for _, line, other in _ways(whole, need, moved)[:TRIED]:
            _move(whole, need, line, other)
            checks -= 1
            if served():
                failed = 0
                if other >= 0:
                    waiting.append(other)
                    moved |= {(need, other), (other, need)}
                break
            _move_back(whole, need, line, other)
        else:
            waiting.append(need)


def _ways(whole: Whole, need: int, moved: set[tuple[int, int]]) -> list[Way]:
    """Lines that could serve a need at no loss, as they are or without another need that it has not met before."""
    units, found = whole.units[need], []
    for line in np.flatnonzero(whole.loss(need) == 0).tolist():
        if whole.left[line] >= units:
            found.append((0, -whole.left[line], line, -1))
        else:
            found += [(1 + abs(has - units), -whole.left[line], line, other) for other, has in whole.on.get(line, ())
                      if not whole.cut[other] and whole.left[line] + has >= units and (need, other) not in moved]
    return [(bad, line, other) for bad, _, line, other in sorted(found)]


def _move(whole: Whole, need: int, line: int, other: int) -> None:
    if other >= 0:
        whole.take_back(other, line, whole.units[other])
    whole.give(need, line, whole.units[need])


def _move_back(whole: Whole, need: int, line: int, other: int) -> None:
    whole.take_back(need, line, whole.units[need])
    if other >= 0:
        whole.give(other, line, whole.units[other])


def force(whole: Whole) -> None:
    """Give stuck needs, who loses most first, the line where the least is lost: by the way the thing goes, or by taking it
    from those that lose less, which then look for another.
    """
    waiting: list[tuple[int, int]] = []
    for need in whole.order:
        _wait(whole, waiting, need)
    while waiting:
        _, need = heappop(waiting)
        for other in _parts(whole, need) if whole.cut[need] else _line(whole, need):
            _wait(whole, waiting, other)


def _wait(whole: Whole, waiting: list[tuple[int, int]], need: int) -> None:
    if whole.surplus[need] >= (0 if whole.cut[need] else 1) and whole.got[need] < whole.units[need]:
        heappush(waiting, (-whole.surplus[need] * (1 if whole.cut[need] else whole.units[need]), need))


def _line(whole: Whole, need: int) -> list[int]:
    """Give a whole need a line, and say who lost it."""
    units, loss, left = whole.units[need], whole.loss(need), np.array(whole.left)
    can = np.flatnonzero((loss >= 0) & (loss < whole.surplus[need]))
    can = can[np.lexsort((-left[can], loss[can]))][:LOOKED_AT]
    choices = [(int(loss[line]) * units + cost, -whole.left[line], line, gone) for line in can.tolist()
               for cost, gone in [_leaving(whole, units, line)] if gone is not None]
    cost, _, line, gone = min(choices, default=(whole.surplus[need] * units, 0, 0, []))
    if cost >= whole.surplus[need] * units:
        return []
    for other in gone:
        whole.take_back(other, line, whole.units[other])
    whole.give(need, line, units)
    return gone


def _parts(whole: Whole, need: int) -> list[int]:
    """Give a need that may be split what is left of its lines, or else parts of those that gain less; say who lost one."""
    loss, lost = whole.loss(need), []
    for line in np.argsort(loss, kind="stable").tolist():
        if not 0 <= loss[line] <= whole.surplus[need]:
            continue
        want, free, gone = whole.units[need] - whole.got[need], whole.left[line], []
        for _, other, units in sorted((whole.surplus[row[0]], *row) for row in whole.on.get(line, ())):
            if free < want and whole.cut[other] and whole.surplus[other] < whole.surplus[need]:
                free += units
                gone.append((other, units))
        part = whole.lawful(need, free)
        if part:
            for other, units in gone:
                whole.take_back(other, line, units)
            whole.give(need, line, part)
            lost += [other for other, _ in gone]
        if part == want:
            break
    return lost


def _leaving(whole: Whole, units: int, line: int) -> tuple[int, list[int] | None]:
    """What it costs to make so many units free on a line, and the whole needs that have to leave it."""
    cost, gone, left = 0, [], whole.left[line]
    for surplus, other, has in sorted((whole.surplus[row[0]], *row) for row in whole.on.get(line, ())):
        if left >= units:
            break
        if not whole.cut[other]:
            cost, left = cost + max(surplus, 0) * has, left + has
            gone.append(other)
    return cost, gone if left >= units else None
