"""Results as intervals between runs: what stays the same is left alone, what changed is closed and opened.

Settling the same households twice in one run leaves what settling them once with the last findings would have left: the
comparison is always with what stood before the run.
"""
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update

from marketplace.assistance.policies.models import OPEN, Entitlement, NearMiss, OverCovered, Verdict
from marketplace.extensions import db

MANY = 5000
KEYS: dict[type, tuple[str, ...]] = {
    Verdict: ("household_id",), Entitlement: ("household_id", "person_id", "policy"),
    OverCovered: ("household_id", "person_id", "policy"), NearMiss: ("household_id", "person_id", "policy")}
KEPT: dict[type, tuple[str, ...]] = {
    Verdict: ("town_code", "masks", "stake_fen", "claims", "recorded"),
    Entitlement: ("amount_fen", "yearly_fen", "provisional", "received"), OverCovered: ("mask",),
    NearMiss: ("criterion", "measure", "gap", "per_mille")}


@dataclass(frozen=True)
class Standing:
    """The rows of some households: `before` the run, and `seen` now, both by key with what they keep."""

    model: Any
    run: int
    before: dict[tuple, Row]
    mine: dict[tuple, Row]  # rows that this run opened

    def kept(self, row: Row) -> tuple:
        return tuple(row)[3 + len(KEYS[self.model]):]

    def seen(self) -> Iterator[tuple[tuple, tuple]]:
        """What stands now: keys and what is kept."""
        for key, row in self.before.items():
            if row.closed_by == OPEN:
                yield key, self.kept(row)
        for key, row in self.mine.items():
            yield key, self.kept(row)


@dataclass
class Moves:
    """What is to be done to the rows of a model."""

    opened: list[dict] = field(default_factory=list)
    closed: dict[int, tuple] = field(default_factory=dict)  # row -> its key
    reopened: list[int] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)


def standing(model: Any, run: int, household_ids: Sequence[int]) -> Standing:
    """What stands for these households, or stood until this run."""
    columns = [getattr(model, name) for name in ("id", "opened_by", "closed_by", *KEYS[model], *KEPT[model])]
    rows = db.session.execute(select(*columns).where(
        model.household_id.in_(household_ids), or_(model.closed_by == OPEN, model.closed_by == run)))
    found = Standing(model, run, {}, {})
    for row in rows:
        key = tuple(row)[3 : 3 + len(KEYS[model])]
        (found.mine if row.opened_by == run else found.before)[key] = row
    return found


def moves(stand: Standing, found: dict[Any, tuple]) -> Moves:
    """From what stands to what was found."""
    due = Moves()
    names = (*KEYS[stand.model], *KEPT[stand.model])
    for key, row in stand.before.items():
        same = found.get(key) == stand.kept(row)
        if same and row.closed_by != OPEN:
            due.reopened.append(row.id)
        elif not same:
            due.closed[row.id] = key
    for key, row in stand.mine.items():
        if _before(stand, key) == found.get(key) or found.get(key) != stand.kept(row):
            due.dropped.append(row.id)
    for key, kept in found.items():
        mine = stand.mine.get(key)
        if _before(stand, key) != kept and (mine is None or stand.kept(mine) != kept):
            due.opened.append(dict(zip(names, (*key, *kept)), opened_by=stand.run, closed_by=OPEN))
    return due


def _before(stand: Standing, key: tuple) -> tuple | None:
    row = stand.before.get(key)
    return None if row is None else stand.kept(row)


def carry_out(stand: Standing, due: Moves, why: Callable[[tuple], dict] | None = None) -> None:
    """Write the moves. `why` gives further columns of a row that is closed, from its key."""
    model, table = stand.model, stand.model.__table__
    for ids in _parts(due.dropped):
        db.session.execute(delete(table).where(table.c.id.in_(ids)))
    if why is None:
        for ids in _parts(list(due.closed)):
            db.session.execute(update(table).where(table.c.id.in_(ids)).values(closed_by=stand.run))
    elif due.closed:
        rows = [{"row": number, "run": stand.run, **why(key)} for number, key in due.closed.items()]
        further = {name: db.bindparam(name) for name in rows[0] if name not in ("row", "run")}
        db.session.connection().execute(
            update(table).where(table.c.id == db.bindparam("row")).values(closed_by=db.bindparam("run"), **further), rows)
    for ids in _parts(due.reopened):
        again = {"closed_by": OPEN, **({"fails_now": None} if model is Entitlement else {})}
        db.session.execute(update(table).where(table.c.id.in_(ids)).values(again))
    if due.opened:
        db.session.execute(insert(table), due.opened)


def _parts(ids: list[int]) -> Iterable[list[int]]:
    for start in range(0, len(ids), MANY):
        yield ids[start : start + MANY]
