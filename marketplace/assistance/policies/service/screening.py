"""The whole city, block by block: started, seen through, or stopped without a trace."""
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select, update

from marketplace.assistance.policies import results
from marketplace.assistance.policies.evaluation import Evaluation
from marketplace.assistance.policies.events import BlockDue, ClearDue
from marketplace.assistance.policies.models import (
    OPEN,
    RUN,
    Entitlement,
    NearCount,
    Screening,
    ScreeningCount,
)
from marketplace.assistance.policies.service import previews, rescreening, runs
from marketplace.catalogue.model import Catalogue
from marketplace.core import audit, clock
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.network.registry import facts, rulebook
from marketplace.network.registry.models import Household
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand

BLOCK = 2000
CLEARED = 20_000


def start(by: User, as_of: date | None = None) -> Screening:
    """Screen the whole city under the catalogue in force, as of a day (today without one).

    Raises NotAllowed, AlreadyRunning, Invalid("as_of").
    """
    with transaction():
        demand(by, "screening.run", Screening)
        run = runs.queue("full", rulebook.keep_first().hash, as_of or clock.today(), by.id)
        audit.record(by.id, "screening.run", f"screening:{run.id}", f"as_of:{run.as_of}")
    return run


def renew() -> Screening | None:
    """Once a city has been screened, it is screened anew on each day that the catalogue covers; not again on a day whose
    run somebody stopped."""
    with transaction() as session:
        seen, today = results.take_turn(), clock.today()
        done = session.scalar(select(func.max(Screening.as_of)).where(Screening.kind == "full"))
        if not seen or done is None or done >= today or runs.active("full") is not None:
            return None
        digest = rulebook.keep_first().hash
        return runs.queue("full", digest, today, 0) if today <= rulebook.read(digest).last_day else None


def stop(run: Screening, by: User) -> None:
    """End a run before its time: nobody sees what it found. Raises NotAllowed, WrongState (it has ended)."""
    with transaction():
        demand(by, "screening.run", run)
        RUN.move(run, "stop")
        audit.record(by.id, "screening.run", f"screening:{run.id}", "stopped")
        announce(ClearDue(run.id))


def work(screening_id: int, after: int) -> None:
    """Work the households behind number `after`, one block; then the next one is due, or the run is at its end.

    What was read and found is written only by whoever moves the run's cursor over the block, so a block that is worked
    twice is written once.
    """
    if after == 0:
        _begin(screening_id)
    run = db.session.get_one(Screening, screening_id)
    if run.state != "running" or run.cursor != after:
        return
    ids = list(db.session.scalars(select(Household.id).where(Household.id > after).order_by(Household.id).limit(BLOCK)))
    found = _looked_at(run, facts.load(ids))
    with transaction():
        results.take_turn()
        if not runs.advance(run, after, ids[-1] if ids else after, len(ids)):
            return
        db.session.refresh(run)
        _write(run, found)
        if len(ids) == BLOCK:
            announce(BlockDue(run.id, ids[-1]))
        else:
            _finish(run)


def _begin(screening_id: int) -> None:
    with transaction() as session:
        seen = results.take_turn()
        run = session.get_one(Screening, screening_id)
        if run.state == "queued":
            total = session.scalar(select(func.count()).select_from(Household))
            RUN.move(run, "begin", started_at=clock.now(), total=total, follows=seen)
            if run.kind == "full":
                rescreening.cover()


def _looked_at(run: Screening, found: facts.Facts) -> Any:
    if run.kind == "preview":
        return previews.compare(run, found)
    return Evaluation(rulebook.read(run.catalogue), run.as_of, found)


def _write(run: Screening, found: Any) -> None:
    if run.kind == "preview":
        found.add_to(run.id)
    else:
        results.keep(run, found, _earlier(run))


def _earlier(run: Screening) -> Catalogue | None:
    """The catalogue of the run before."""
    digest = db.session.scalar(select(Screening.catalogue).where(Screening.id == run.follows))
    return rulebook.read(digest) if digest else None


def _finish(run: Screening) -> None:
    RUN.move(run, "finish", ended_at=clock.now())
    if run.kind == "preview":
        previews.finish(run)
    else:
        results.show(run)
        rescreening.release(finished=True)


def clear(screening_id: int) -> None:
    """Take back what a stopped run wrote, from its last household down, a part at a time."""
    with transaction() as session:
        results.take_turn()
        run = session.get_one(Screening, screening_id, populate_existing=True)
        if run.state != "stopping":
            return
        low = 0 if run.kind == "preview" else max(0, run.cursor - CLEARED)
        if run.kind == "preview":
            previews.clear(run)
        else:
            _take_back(run.id, low)
        session.execute(update(Screening).where(Screening.id == run.id).values(cursor=low))
        if low:
            announce(ClearDue(run.id))
            return
        for model in (ScreeningCount, NearCount):
            session.execute(delete(model).where(model.screening_id == run.id))
        RUN.move(run, "clear", ended_at=clock.now())
        if run.kind == "full":
            rescreening.release(finished=False)


def _take_back(run: int, low: int) -> None:
    for model in results.MODELS:
        mine, again = model.household_id > low, {"closed_by": OPEN, **({"fails_now": None} if model is Entitlement else {})}
        db.session.execute(delete(model).where(model.opened_by == run, mine))
        db.session.execute(update(model).where(model.closed_by == run, mine).values(again))
