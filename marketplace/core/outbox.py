"""What happened, kept until everyone above has reacted. Calls go down; events go up.

The job table is the queue: a reaction is written by the transaction that caused it, claimed by a conditional update
under a lease, and marked done in the transaction of its effect. A broker only carries the wake-up, so that a killed
worker, a lost broker or a restart loses nothing and repeats nothing.
"""
import json
import logging
import secrets
from collections import defaultdict
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import clock, logs
from marketplace.core.database import Moment
from marketplace.core.transaction import afterwards, changed, transaction
from marketplace.extensions import Model, db

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
ATTEMPTS = 10
BACKOFF = timedelta(seconds=2)


@dataclass(frozen=True)
class Reaction:
    name: str
    kind: type
    run: Callable
    outside: bool


_reactions: dict[type, list[Reaction]] = defaultdict(list)
_by_name: dict[str, Reaction] = {}


def _nobody() -> None:
    """Before anybody listens, waking does nothing."""


_wake: Callable[[], None] = _nobody
_running: ContextVar[tuple[int, str] | None] = ContextVar("running", default=None)  # the job at work, and its lease


class Job(Model):
    """One reaction still to run, or that ran. `body` holds the event's numbers, never personal data."""

    id: Mapped[int] = mapped_column(primary_key=True)
    reaction: Mapped[str]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(Moment)
    lease: Mapped[str] = mapped_column(default="")
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


def reacts_to(kind: type, *, outside: bool = False) -> Callable:
    """Register a reaction to events of `kind` (a frozen dataclass of plain values).

    It runs inside the transaction that also marks it done. With `outside` it talks to another system first and
    opens its own transactions: then it may run again after a crash, and must be safe twice.
    """
    def register(run: Callable) -> Callable:
        name = f"{run.__module__.removeprefix('marketplace.')}.{run.__name__}"
        reaction = Reaction(name, kind, run, outside)
        _reactions[kind].append(reaction)
        _by_name[name] = reaction
        return run
    return register


def on_wake(wake: Callable[[], None]) -> None:
    """Set what is called after a commit that left something to do."""
    global _wake
    _wake = wake


def announce(event: Any) -> None:
    """Queue every reaction to `event` in the open transaction."""
    now = clock.now()
    for reaction in _reactions[type(event)]:
        db.session.add(Job(reaction=reaction.name, body=body(event), due_at=now, created_at=now))
    afterwards(lambda: _wake())


def body(event: Any) -> str:
    """An event as the jobs that it caused keep it."""
    return json.dumps(asdict(event))


def drain(limit: int = 200) -> int:
    """Run what is due, oldest first. Returns how many ran to their end. Any number of drains may run at once."""
    ran = 0
    for job_id in _due(limit):
        if lease := _claim(job_id):
            ran += _run(job_id, lease)
    return ran


def still_at_work() -> None:
    """Keep the lease of the job that this runs in for another while; call it between the parts of long work outside.

    Outside of a job it does nothing. Raises RuntimeError when another worker took over.
    """
    if (mine := _running.get()) is None:
        return
    with transaction():
        kept = changed(update(Job).where(Job.id == mine[0], Job.lease == mine[1], Job.state == "running")
                       .values(leased_until=clock.now() + LEASE))
    if not kept:
        raise RuntimeError("the lease ran out and another worker took over")


def retry(job_id: int) -> None:
    """Give a failed job another full set of attempts."""
    with transaction() as session:
        session.execute(update(Job).where(Job.id == job_id, Job.state == "failed")
                        .values(state="waiting", attempts=0, due_at=clock.now()))
        afterwards(lambda: _wake())


def _ready(now: datetime):
    return or_((Job.state == "waiting") & (Job.due_at <= now), (Job.state == "running") & (Job.leased_until < now))


def _due(limit: int) -> list[int]:
    found = list(db.session.scalars(select(Job.id).where(_ready(clock.now())).order_by(Job.id).limit(limit)))
    db.session.rollback()
    return found


def _claim(job_id: int) -> str:
    """A lease on the job, or "" when another worker was faster."""
    now, lease = clock.now(), secrets.token_hex(8)
    with transaction():
        claimed = changed(update(Job).where(Job.id == job_id, _ready(now)).values(
            state="running", lease=lease, leased_until=now + LEASE, attempts=Job.attempts + 1))
    return lease if claimed else ""


def _run(job_id: int, lease: str) -> bool:
    job = db.session.get_one(Job, job_id, populate_existing=True)
    name, body, attempts = job.reaction, job.body, job.attempts
    logs.begin(job=job_id, reaction=name)
    db.session.rollback()
    running = _running.set((job_id, lease))
    try:
        reaction = _by_name[name]
        event = reaction.kind(**json.loads(body))
        if reaction.outside:
            reaction.run(event)
        with transaction():
            _finish(job_id, lease)
            if not reaction.outside:
                reaction.run(event)
    except Exception as error:  # whatever went wrong is kept with the job and tried again
        log.warning("job failed", extra={"error": type(error).__name__})
        _postpone(job_id, lease, attempts, type(error).__name__)
        return False
    finally:
        _running.reset(running)
    return True


def _finish(job_id: int, lease: str) -> None:
    done = changed(update(Job).where(Job.id == job_id, Job.state == "running", Job.lease == lease)
                   .values(state="done", done_at=clock.now(), error=""))
    if not done:
        raise RuntimeError("the lease ran out and another worker took over")


def _postpone(job_id: int, lease: str, attempts: int, error: str) -> None:
    state = "failed" if attempts >= ATTEMPTS else "waiting"
    with transaction() as session:
        session.execute(
            update(Job).where(Job.id == job_id, Job.lease == lease, Job.state == "running")
            .values(state=state, error=error, due_at=clock.now() + BACKOFF * 2 ** min(attempts, 10)))
