"""Screening again what changed, and nothing else."""
from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from marketplace.assistance.policies import results, rules
from marketplace.assistance.policies.counting import BY, INSERT, NUMBERS
from marketplace.assistance.policies.evaluation import Evaluation
from marketplace.assistance.policies.events import RescreenDue
from marketplace.assistance.policies.models import NearCount, Screening, ScreeningCount, WaitingChange
from marketplace.assistance.policies.service import runs
from marketplace.core import clock
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.network.registry import facts, rulebook

AT_ONCE = 500
TOWN = "household.town_code"  # by which everything is counted


def rescreen(household_ids: Sequence[int], changed: Sequence[str]) -> int:
    """Screen these households again, on the day and under the catalogue of the run that everybody sees.

    `changed` are facts that changed, as "household.deposits": when no policy and no number can depend on them, nothing is
    done. Afterwards all results are what a full run on that day would give. While a full run is at work the households
    wait for its end; before the first run there is nothing to do. Returns how many were screened. Safe twice.
    """
    with transaction() as session:
        seen = results.take_turn()
        if runs.active("full") is not None:
            _wait(household_ids)
            return 0
        if not seen:
            return 0
        catalogue = rulebook.read(session.get_one(Screening, seen).catalogue)
        touched, found = rules.touched(catalogue, changed), facts.load(household_ids)
        if not len(found.households) or not (touched or TOWN in changed):
            return 0
        run = _run_over_changes(seen)
        results.keep(run, Evaluation(catalogue, run.as_of, found), catalogue)
        worked = len(found.households)
        session.execute(update(Screening).where(Screening.id == run.id).values(
            total=Screening.total + worked, done=Screening.done + worked, ended_at=clock.now(),
            touched=" ".join(sorted(touched.union(run.touched.split())))))
    return worked


def _wait(household_ids: Sequence[int]) -> None:
    rows = [{"household_id": number, "covered": False} for number in sorted(household_ids)]
    if rows:
        statement = INSERT[db.engine.dialect.name](WaitingChange)
        db.session.execute(statement.on_conflict_do_update(index_elements=["household_id"], set_={"covered": False}), rows)


def cover() -> None:
    """A full run begins: it will read what has changed until now. In the open transaction of a writer."""
    db.session.execute(update(WaitingChange).values(covered=True))


def release(finished: bool) -> None:
    """No full run is at work any more: the households that waited have their turn, but for those that a finished run has
    covered. In the open transaction."""
    if finished:
        db.session.execute(delete(WaitingChange).where(WaitingChange.covered))
    waiting = list(db.session.scalars(select(WaitingChange.household_id).order_by(WaitingChange.household_id)))
    db.session.execute(delete(WaitingChange))
    for start in range(0, len(waiting), AT_ONCE):
        announce(RescreenDue(tuple(waiting[start : start + AT_ONCE])))


def _run_over_changes(seen: int) -> Screening:
    """The run under which changes are kept until the next full one; the first change after a full run begins it."""
    base = db.session.get_one(Screening, seen)
    if base.kind == "changes":
        return base
    now = clock.now()
    run = Screening(kind="changes", state="done", as_of=base.as_of, catalogue=base.catalogue, follows=base.id, asked_by=0,
                    asked_at=now, started_at=now)
    db.session.add(run)
    db.session.flush()
    for model in (ScreeningCount, NearCount):
        _copy(model, base.id, run.id)
    results.show(run)
    return run


def _copy(model, source: int, target: int) -> None:
    table, names = model.__table__, (*BY[model], *NUMBERS[model])
    rows = select(db.literal(target), *(table.c[name] for name in names)).where(table.c.screening_id == source)
    db.session.execute(insert(table).from_select(["screening_id", *names], rows))
