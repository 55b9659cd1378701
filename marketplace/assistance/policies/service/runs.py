"""A run from its queueing to its end, whatever it is made for."""
from datetime import date

from sqlalchemy import select, update

from marketplace.assistance.policies import results
from marketplace.assistance.policies.events import BlockDue
from marketplace.assistance.policies.models import Screening
from marketplace.assistance.policies.rules import AlreadyRunning
from marketplace.core import clock
from marketplace.core.errors import Invalid
from marketplace.core.outbox import announce
from marketplace.core.transaction import changed
from marketplace.extensions import db
from marketplace.network.registry import rulebook

ACTIVE = ("queued", "running", "stopping")


def active(kind: str) -> int | None:
    """The run of this kind that is at work."""
    return db.session.scalar(select(Screening.id).where(Screening.kind == kind, Screening.state.in_(ACTIVE)))


def queue(kind: str, digest: str, as_of: date, asked_by: int, against: str = "") -> Screening:
    """A run that begins as soon as a worker is free; in the open transaction, which takes its turn among the writers: so
    runs are numbered in the order in which they come to write, and of two at once one is refused.

    Raises AlreadyRunning, Invalid("as_of") for a day that the catalogue does not cover, or that has not come.
    """
    results.take_turn()
    catalogue = rulebook.read(digest)
    if not catalogue.first_day <= as_of <= catalogue.last_day:
        raise Invalid("as_of", "not_covered", first=catalogue.first_day, last=catalogue.last_day)
    if as_of > clock.today():
        raise Invalid("as_of", "not_come")
    if (other := active(kind)) is not None:
        raise AlreadyRunning(other)
    run = Screening(kind=kind, as_of=as_of, catalogue=digest, against=against, asked_by=asked_by, asked_at=clock.now())
    db.session.add(run)
    db.session.flush()
    announce(BlockDue(run.id, 0))
    return run


def advance(run: Screening, after: int, last: int, worked: int) -> bool:
    """Move the cursor over a block. False when somebody did before, or the run was stopped."""
    return bool(changed(update(Screening).where(
        Screening.id == run.id, Screening.state == "running", Screening.cursor == after
    ).values(cursor=last, done=Screening.done + worked)))
