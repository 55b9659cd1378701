"""Runs: what is at work, what was done, and what it came to. For whoever may read screenings."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from marketplace.assistance.policies.events import BlockDue
from marketplace.assistance.policies.models import Screening, ScreeningCount
from marketplace.assistance.policies.queries import scope
from marketplace.assistance.policies.rules import coarse, coarse_fen
from marketplace.assistance.policies.service.runs import ACTIVE
from marketplace.core import outbox
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.people.accounts.permissions import demand, narrow

NUMBERS = ("entitled", "received", "missed", "over", "yearly_fen", "missed_fen")


@dataclass(frozen=True)
class Progress:
    """A run at work. `stalled` when its next block failed for good: retry that job, or stop the run."""

    run: Screening
    stalled: bool

    @property
    def per_cent(self) -> int:
        return min(100, self.run.done * 100 // self.run.total) if self.run.total else 0


@dataclass(frozen=True)
class Totals:
    """What a run came to within the user's area. Numbers are None where they would tell of fewer than five."""

    entitled: int | None
    received: int | None
    missed: int | None
    over: int | None
    yearly_fen: int | None
    missed_fen: int | None


def at_work(user) -> list[Progress]:
    """Full runs and previews that wait, run or are being stopped. Raises NotAllowed."""
    demand(user, "screening.read")
    found = db.session.scalars(select(Screening).where(Screening.state.in_(ACTIVE)).order_by(Screening.id)).all()
    failed = set(db.session.scalars(select(outbox.Job.body).where(
        outbox.Job.state == "failed", outbox.Job.body.in_([_due(run) for run in found])))) if found else set()
    return [Progress(run, _due(run) in failed) for run in found]


def _due(run: Screening) -> str:
    return outbox.body(BlockDue(run.id, run.cursor))


def one(user, screening_id: int) -> Screening:
    """A run of any kind. Raises NotAllowed, NoResultFound."""
    demand(user, "screening.read")
    return db.session.scalars(select(Screening).where(Screening.id == screening_id)).one()


def shown(user) -> Screening | None:
    """The run whose results stand; None before the first. Raises NotAllowed."""
    demand(user, "screening.read")
    found = scope.seen()
    return found.run if found else None


def listed(user, after: str = "", size: int = 30) -> Page:
    """A page of runs, newest first; its rows hold one Screening each. Raises NotAllowed."""
    demand(user, "screening.read")
    return page(select(Screening), Order((Screening.id,), (True,)), size, after, lambda row: (row[0].id,))


def before(user, run: Screening) -> Screening | None:
    """The full run before this one, to compare it with. Raises NotAllowed."""
    demand(user, "screening.read")
    return db.session.scalars(
        select(Screening).where(Screening.id < run.id, Screening.kind == "full", Screening.state == "done")
        .order_by(Screening.id.desc()).limit(1)).first()


def totals(user, run_ids: Sequence[int]) -> dict[int, Totals]:
    """What each of these runs came to in the user's area, in one statement.

    Social workers see the exact numbers of their area; everybody else, who may not look at households, coarse ones.
    """
    sums = [func.sum(getattr(ScreeningCount, name)) for name in NUMBERS]
    rows = db.session.execute(
        narrow(user, "screening.read", select(ScreeningCount.screening_id, *sums), ScreeningCount)
        .where(ScreeningCount.screening_id.in_(run_ids)).group_by(ScreeningCount.screening_id))
    return {number: totals_of(user, *map(int, sums)) for number, *sums in rows}


def totals_of(user, entitled: int, received: int, missed: int, over: int, yearly_fen: int, missed_fen: int) -> Totals:
    """Numbers as this user may see them."""
    if scope.sees_households(user):
        return Totals(entitled, received, missed, over, yearly_fen, missed_fen)
    return Totals(coarse(entitled), coarse(received), coarse(missed), coarse(over), coarse_fen(yearly_fen, entitled),
                  coarse_fen(missed_fen, missed))
