"""What a plan loses it loses at few lines: these and all that they could serve are searched to the end."""
import numpy as np
from ortools.sat.python import cp_model

from marketplace.market.matching.engine import flow, stuck
from marketplace.market.matching.engine.losses import Ground, Losses
from marketplace.market.matching.engine.rest import spread
from marketplace.market.matching.engine.whole import Given, Whole

Choice = tuple[int, int, int]  # group, line, how many


def search(ground: Ground, given: Given) -> tuple[Given, bool]:
    """A plan that loses no more against the prices, and whether it is shown that none loses less.

    What must be lost at some lines, while all other lines serve whom they like, must be lost by any plan. Where a plan loses
    more, what was found at these lines is carried out; lines and needs that stand in its way are looked at too.
    """
    now, near, rules = Losses(ground, given), Near(ground), ground.problem.rules
    near.widen(now.lines, now.asks, now.total)
    for _ in range(rules.near_turns):
        found = near.least(now) if len(near.lines) <= rules.near_lines else None
        if found is None:
            break
        least, chosen = found
        if least >= now.total:
            return given, True
        done, lines, asks = _carried_out(near, now, chosen)
        if done:
            return done, Losses(ground, done).total == least
        if not near.widen(lines, asks, now.total):
            break
    return given, False


class Near:
    """The lines that are looked at, `closed` asks that no other line could serve, groups of asks that are alike there."""

    def __init__(self, ground: Ground):
        self.ground, self.lines = ground, np.zeros(0, np.int64)
        self.closed = np.zeros(len(ground.rep), bool)

    def widen(self, lines: np.ndarray, asks: np.ndarray, total: int) -> bool:
        """With more lines, and all lines of some asks that lose less than a total; False if all are looked at already."""
        ground, before = self.ground, (len(self.lines), int(self.closed.sum()))
        suits = ground.lost(asks, np.arange(len(ground.stock))) < total
        self.closed[asks] = True
        self.lines = np.unique(np.r_[self.lines, lines, np.flatnonzero(suits.any(axis=0))])
        return (len(self.lines), int(self.closed.sum())) > before

    def least(self, now: Losses) -> tuple[int, list[Choice]] | None:
        """The least that any plan loses at these lines, or the plan's own loss when it is not more; and how, with as little
        change as can be. None when that is too much work.
        """
        self._group(now)
        rules = self.ground.problem.rules
        if (self.lost < now.total).sum() > rules.near_pairs:
            return None
        model = cp_model.CpModel()
        taken = self._choices(model, now)
        idle = self._filled(model, now, taken)
        scale = 2 * int(self.ground.stock[self.lines].sum() + self.size.sum() + self.many.sum()) + 1
        cost = sum(int(self.lost[pair]) * units for pair, units in taken.items() if self.lost[pair]) + sum(
            price * units for price, units in idle)
        missed, moved = self._others(model, taken)
        model.add(cost + missed < now.total)
        model.minimize((cost + missed) * scale + moved)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
        solver.parameters.max_deterministic_time = rules.near_effort
        status = solver.solve(model)
        if status == cp_model.INFEASIBLE:
            return now.total, []
        if status != cp_model.OPTIMAL:
            return None
        chosen = [(group, int(self.lines[at]), solver.value(units)) for (group, at), units in taken.items()]
        return solver.value(cost + missed), [one for one in chosen if one[2]]

    def _group(self, now: Losses) -> None:
        """Asks that lose the same at each line are one group: `many` of some `size`, of which some are served `here`, some
        `elsewhere`. `lost` is what one of them loses at each line, `missed` when none serves it.
        """
        ground = self.ground
        lost = np.minimum(ground.lost(np.arange(len(ground.rep)), self.lines), now.total)
        self.asks = np.flatnonzero((lost < now.total).any(axis=1) | self.closed)
        gain = np.maximum(ground.surplus[ground.rep], 0) * ground.size
        alike = np.column_stack([ground.size, gain * self.closed, gain > 0, lost])[self.asks]
        rows, self.group = np.unique(alike, axis=0, return_inverse=True)
        self.group = self.group.ravel()
        self.size, self.missed, self.gains, self.lost = rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3:]
        inside = np.isin(now.line, self.lines)
        count = [np.bincount(ground.ask[now.need[some]], now.units[some], len(ground.rep)) / ground.size
                 for some in (inside, ~inside)]
        self.many, self.here, self.elsewhere = (
            np.bincount(self.group, of[self.asks], len(rows)).astype(np.int64) for of in (ground.many, *count))

    def _choices(self, model: cp_model.CpModel, now: Losses) -> dict[tuple[int, int], cp_model.IntVar]:
        """How many of each group each line serves."""
        stock = self.ground.stock[self.lines]
        return {(group, at): model.new_int_var(0, int(min(self.many[group], stock[at] // self.size[group])), "")
                for group, at in np.argwhere(self.lost < now.total).tolist()}

    def _filled(self, model: cp_model.CpModel, now: Losses, taken: dict) -> list[tuple[int, cp_model.IntVar]]:
        """What stays of each line, and its price."""
        used: list[list] = [[] for _ in self.lines]
        for (group, at), units in taken.items():
            used[at].append(int(self.size[group]) * units)
        idle = []
        for some, line in zip(used, self.lines.tolist()):
            stock, price = int(self.ground.stock[line]), int(self.ground.price[line])
            stays = model.new_int_var(0, min(stock, now.total // price) if price else stock, "")
            model.add(sum(some) + stays == stock)
            idle.append((price, stays))
        return idle

    def _others(self, model: cp_model.CpModel, taken: dict) -> tuple:
        """What is missed by those whom no other line could serve; and how much others must do that they did not."""
        served: list[list] = [[] for _ in self.size]
        for (group, _), units in taken.items():
            served[group].append(units)
        missed, moved = [], []
        columns = self.size, self.many, self.missed, self.gains, self.here, self.elsewhere
        for size, many, miss, gains, here, elsewhere, some in zip(*(of.tolist() for of in columns), served):
            total = sum(some)
            model.add(total <= many)
            if miss:
                missed.append(miss * (many - total))
            if elsewhere:
                moved.append((size, model.new_int_var(0, elsewhere, "")))
                model.add(moved[-1][1] >= total - (many - elsewhere))
            if here and gains and not miss:
                moved.append((size, model.new_int_var(0, here, "")))
                model.add(moved[-1][1] >= here - total)
        return sum(missed), sum(size * units for size, units in moved)

    def needs(self, group: int, now: Losses, line: int) -> list[int]:
        """The needs of a group: first whom the line serves, then whom nobody serves, then whom these lines do."""
        ground, served = self.ground, now.served
        some = np.flatnonzero(np.isin(ground.ask, self.asks[self.group == group]))
        rank = np.select([served[some] == line, served[some] < 0, np.isin(served[some], self.lines)], [0, 1, 2], 3)
        return some[np.argsort(rank, kind="stable")].tolist()


def _carried_out(near: Near, now: Losses, chosen: list[Choice]) -> tuple[Given | None, np.ndarray, np.ndarray]:
    """The plan with what was chosen at these lines, if nothing more has to be lost for it; or lines and asks for which it
    does not do.
    """
    ground, network = near.ground, near.ground.network
    every = np.arange(len(network.tail))

    def rest(careful: bool) -> flow.Tight:
        return flow.Tight(network, ground.price, whole.room(careful), every)

    for held in (False, True):
        whole = _given(near, now, chosen, held)
        if not held:
            stuck.squeeze(whole, whole.stuck, ground.problem.rules.checks, lambda: not rest(True).short)
        if not whole.stuck and not (found := rest(False)).short:
            return whole.given + spread(whole, found.flow), near.lines, near.lines
    lines, arcs = rest(True).where()
    short = np.isin(network.sold, arcs) & (np.array(whole.got) < ground.problem.needs.units)
    short[whole.stuck] = True
    return None, lines, np.unique(ground.ask[short])[: 0 if len(lines) else None]


def _given(near: Near, now: Losses, chosen: list[Choice], held: bool) -> Whole:
    """Whole needs and what loses something as it was chosen, other whole needs as they were; single units are left for the
    flow, unless they are `held`.
    """
    ground, lines = near.ground, near.lines
    whole = Whole(ground.problem, ground.network, ground.price)
    filled = dict.fromkeys(lines.tolist(), 0)
    for group, line, many in chosen:
        size = int(near.size[group])
        filled[line] += size * many
        if size > 1 or held or near.lost[group, np.searchsorted(lines, line)]:
            left = size * many
            for need in near.needs(group, now, line):
                part = min(left, whole.units[need] - whole.got[need])
                if part and left:
                    whole.give(need, line, part)
                    left -= part
    for need in np.flatnonzero(whole.careful & (now.served >= 0) & ~np.isin(now.served, lines)).tolist():
        if not whole.got[need]:
            whole.give(need, int(now.served[need]), whole.units[need])
    for line, units in filled.items():
        whole.left[line] -= int(ground.stock[line]) - units
    return whole
