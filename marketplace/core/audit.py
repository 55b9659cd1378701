"""Who did what, append-only and hash-chained.

An entry is written in the transaction of the deed. A moment later the entries are sealed in the order of their
numbers: each gets its position and a digest over itself and the digest before it, so that a changed, removed or
inserted entry breaks every digest after it. Sealing apart keeps deeds from queueing behind one another.
"""
import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import clock
from marketplace.core.database import Moment
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import Model, db

FIRST = "0" * 64


class AuditEntry(Model):
    """One thing somebody did. `subject` is "kind:number"; neither it nor `reason` carries personal data."""

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor_id: Mapped[int]
    capability: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(default="")
    position: Mapped[int | None] = mapped_column(unique=True)
    digest: Mapped[str | None]


class AuditHead(Model):
    """How far the chain is sealed; one row."""

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(default=FIRST)


@dataclass(frozen=True)
class Verdict:
    """What a check of the chain found; `broken_at` is the first position that does not hold, or None."""

    checked: int
    broken_at: int | None


def record(actor_id: int, capability: str, subject: str, reason: str = "") -> None:
    """Add an entry to the open transaction."""
    db.session.add(AuditEntry(at=clock.now(), actor_id=actor_id, capability=capability, subject=subject, reason=reason))


def count(subject: str, capability: str, reason: str, since: datetime, actor_id: int | None = None) -> int:
    """How often this was written down since then, by anybody or by one account."""
    found = select(func.count()).where(AuditEntry.subject == subject, AuditEntry.capability == capability,
                                       AuditEntry.reason == reason, AuditEntry.at > since)
    return db.session.scalar(found if actor_id is None else found.where(AuditEntry.actor_id == actor_id)) or 0


def facts(entry: AuditEntry, position: int, previous: str) -> list:
    """What the digest of an entry covers, in this order."""
    return [position, entry.id, entry.at.isoformat(), entry.actor_id, entry.capability, entry.subject, entry.reason,
            previous]


def digest(entry: AuditEntry, position: int, previous: str) -> str:
    return sha256(json.dumps(facts(entry, position, previous), ensure_ascii=False).encode()).hexdigest()


def seal() -> int:
    """Chain every entry that is not yet chained. Two sealers at once take turns. Returns how many."""
    sealed = 0
    with transaction() as session:
        head = take_turns()
        for entry in session.scalars(select(AuditEntry).where(AuditEntry.position.is_(None)).order_by(AuditEntry.id)):
            head.digest = entry.digest = digest(entry, head.position + 1, head.digest)
            head.position = entry.position = head.position + 1
            sealed += 1
    return sealed


def take_turns() -> AuditHead:
    """The head of the chain, for this transaction alone until it ends."""
    if not changed(update(AuditHead).where(AuditHead.id == 1).values(position=AuditHead.position)):
        db.session.add(AuditHead(id=1, position=0, digest=FIRST))
        db.session.flush()
    return db.session.get_one(AuditHead, 1, populate_existing=True)


def verify() -> Verdict:
    """Seal what is loose, then walk the whole chain from its first entry to its head."""
    seal()
    previous, checked = FIRST, 0
    statement = select(AuditEntry).order_by(AuditEntry.position).execution_options(yield_per=1000)
    for entry in db.session.scalars(statement):
        if entry.position != checked + 1 or entry.digest != digest(entry, entry.position, previous):
            return Verdict(checked, checked + 1)
        previous, checked = entry.digest, checked + 1
    head = db.session.get(AuditHead, 1)
    whole = head is None or (head.position, head.digest) == (checked, previous)
    return Verdict(checked, None if whole else checked + 1)
