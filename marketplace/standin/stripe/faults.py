"""What goes wrong with a delivery: the next ones as told, any of them by chance."""
import json
import random
from dataclasses import dataclass
from fnmatch import fnmatchcase

from marketplace.standin.stripe.store import Transaction

MISHAPS = ("drop", "duplicate", "delay")


@dataclass
class Fate:
    """How an event is delivered: how often, how late each time, in which state it waits, in which batch."""

    late: tuple[float, ...] = (0.0,)
    state: str = "waiting"
    batch: int | None = None
    turn: bool = False  # the batch is whole: deliver it backwards


def fate(tx: Transaction, kind: str, place: int) -> Fate:
    """What becomes of the event of this type at this place; a fault that was asked for is used up by one."""
    fault = _next(tx, kind) if tx.setting("faults") else None
    if fault is None:
        return _by_chance(tx, kind, place)
    if fault["kind"] == "reorder":
        return Fate(state="held", batch=fault["id"], turn=fault["times"] == 1)
    return {"drop": Fate(state="dropped"), "delay": Fate((fault["seconds"],)), "duplicate": Fate((0.0, 0.0))}[fault["kind"]]


def _next(tx: Transaction, kind: str):
    rows = tx.db.execute("SELECT * FROM fault WHERE target = 'webhook' AND times > 0 ORDER BY id").fetchall()
    fault = next((row for row in rows if row["match"] is None or fnmatchcase(kind, row["match"])), None)
    if fault:
        tx.db.execute("UPDATE fault SET times = times - 1 WHERE id = ?", (fault["id"],))
    return fault


def _by_chance(tx: Transaction, kind: str, place: int) -> Fate:
    """The same events in the same order meet the same fate, as long as the seed is the same."""
    chances = tx.setting("chances")
    if not chances:
        return Fate()
    told = json.loads(chances)
    if not fnmatchcase(kind, told.get("match", "*")):
        return Fate()
    dice = random.Random(f"{told['seed']}/{place}")
    dropped, twice, late = (dice.random() < told.get(mishap, 0) for mishap in MISHAPS)
    if dropped:
        return Fate(state="dropped")
    wait = dice.uniform(0, told["seconds"]) if late else 0.0
    return Fate((wait, dice.uniform(0, told["seconds"]) if late else 0.0) if twice else (wait,))
