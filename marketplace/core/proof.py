"""The public proof: of every day a Merkle root over the audit entries sealed on it, published with the chain's head.

Who keeps a published row can tell whenever anything before it was changed: a row covers the digest of the row before it,
the head covers every entry up to it, and the root covers each entry of the day, so that one entry can be proven to be
among them without showing another (see core/merkle.py).
"""
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import audit, clock, merkle
from marketplace.core.audit import FIRST, AuditEntry
from marketplace.core.database import Moment
from marketplace.core.transaction import transaction
from marketplace.extensions import Model, db

READY = timedelta(minutes=10)  # after midnight, when the deeds of the last moments are sealed
PUBLISH = "proof.publish"


class DailyProof(Model):
    """What was published of a day of the city; append-only. `position` and `head` are the chain's end on that day."""

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    entries: Mapped[int]
    root: Mapped[str]
    position: Mapped[int]
    head: Mapped[str]
    previous: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(Moment)
    digest: Mapped[str] = mapped_column(unique=True)

    @property
    def facts(self) -> dict:
        """What the digest covers."""
        return {"day": self.day.isoformat(), "entries": self.entries, "root": self.root, "position": self.position,
                "head": self.head, "previous": self.previous, "published_at": self.published_at.isoformat()}

    @property
    def public(self) -> dict:
        return {**self.facts, "digest": self.digest}


@dataclass(frozen=True)
class Place:
    """Where an entry stands in the tree of its day, and the path from it to the published root."""

    proof: DailyProof
    index: int
    path: tuple[str, ...]


def digest_of(facts: object) -> str:
    """The digest of facts by which everything that is published is compared: SHA-256 over JSON with sorted keys."""
    return sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def publish() -> int:
    """Seal the chain and publish every day that is over, in order, once. Returns how many days."""
    last_day = (clock.now() - READY).astimezone(clock.CITY).date() - timedelta(days=1)
    newest = _newest()
    if newest and newest.day >= last_day:
        return 0
    audit.seal()
    with transaction() as session:
        audit.take_turns()
        before, made = _newest(), 0
        for day in _days(before, last_day):
            before = _made(day, before)
            session.add(before)
            session.flush()
            audit.record(0, PUBLISH, f"proof:{day}", before.digest)
            made += 1
    return made


def _days(before: DailyProof | None, last: date) -> Iterator[date]:
    """The days to publish: from the one after `before`, or from that of the first entry."""
    first = db.session.scalar(select(func.min(AuditEntry.at))) if before is None else None
    day = before.day + timedelta(days=1) if before else first.astimezone(clock.CITY).date() if first else None
    while day is not None and day <= last:
        yield day
        day += timedelta(days=1)


def _made(day: date, before: DailyProof | None) -> DailyProof:
    start, head, previous = (before.position, before.head, before.digest) if before else (0, FIRST, FIRST)
    digests = _digests(start, _last_of(day, start))
    row = DailyProof(day=day, entries=len(digests), root=_tree(digests).root.hex(), position=start + len(digests),
                     head=digests[-1] if digests else head, previous=previous, published_at=clock.now())
    row.digest = digest_of(row.facts)
    return row


def _last_of(day: date, start: int) -> int:
    """The position of the last entry behind `start` that is not of a later day; what was sealed before it comes with it."""
    midnight = datetime.combine(day + timedelta(days=1), time(), clock.CITY)
    return db.session.scalar(select(func.max(AuditEntry.position)).where(
        AuditEntry.position > start, AuditEntry.at < midnight)) or start


def place(entry: AuditEntry) -> Place | None:
    """Where a sealed entry stands in the proof of its day; None as long as that is not published."""
    proof = db.session.scalars(select(DailyProof).where(DailyProof.position >= entry.position)
                               .order_by(DailyProof.position, DailyProof.id).limit(1)).first() if entry.position else None
    if proof is None or entry.position is None:
        return None
    index = entry.position - (proof.position - proof.entries) - 1
    steps = _published(proof.digest, proof.position - proof.entries, proof.position).path(index)
    return Place(proof, index, tuple(step.hex() for step in steps))


def verify() -> date | None:
    """The first day whose row does not hold against the chain, the row before, or its own entry; None when all do."""
    before: DailyProof | None = None
    said = dict(db.session.execute(select(AuditEntry.subject, AuditEntry.reason).where(AuditEntry.capability == PUBLISH))
                .all())
    for row in db.session.scalars(select(DailyProof).order_by(DailyProof.day)).all():
        if not _holds(row, before) or said.pop(f"proof:{row.day}", "") != row.digest:
            return row.day
        before = row
    return min((date.fromisoformat(subject.removeprefix("proof:")) for subject in said), default=None)


def _holds(row: DailyProof, before: DailyProof | None) -> bool:
    start, head, previous = (before.position, before.head, before.digest) if before else (0, FIRST, FIRST)
    digests = _digests(row.position - row.entries, row.position)
    next_day = before is None or row.day == before.day + timedelta(days=1)
    return (next_day and row.position == start + row.entries and len(digests) == row.entries
            and row.head == (digests[-1] if digests else head) and row.previous == previous
            and row.root == _tree(digests).root.hex() and row.digest == digest_of(row.facts))


def of_month(month: str) -> Sequence[DailyProof]:
    """What was published of a month ("2026-11"), newest first; nothing for what is no month."""
    try:
        first = date.fromisoformat(f"{month}-01")
        after = (first + timedelta(days=32)).replace(day=1)
    except (ValueError, OverflowError):
        return ()
    return db.session.scalars(select(DailyProof).where(DailyProof.day >= first, DailyProof.day < after)
                              .order_by(DailyProof.day.desc())).all()


def of_day(day: date) -> DailyProof | None:
    return db.session.scalars(select(DailyProof).where(DailyProof.day == day)).first()


def published(day: str) -> tuple[str, int]:
    """The root that was published of a day ("2026-11-23") and over how many entries; "" and 0 for none."""
    try:
        found = of_day(date.fromisoformat(day))
    except ValueError:
        return "", 0
    return (found.root, found.entries) if found else ("", 0)


def span() -> tuple[date, date] | None:
    """The first and the last published day; None before there is one."""
    first, last = db.session.execute(select(func.min(DailyProof.day), func.max(DailyProof.day))).one()
    return (first, last) if first else None


def everything() -> Sequence[DailyProof]:
    """All that was published, oldest first."""
    return db.session.scalars(select(DailyProof).order_by(DailyProof.day)).all()


def _newest() -> DailyProof | None:
    return db.session.scalars(select(DailyProof).order_by(DailyProof.day.desc()).limit(1)).first()


def _digests(after: int, until: int) -> list[str]:
    """The digests of the entries behind one position, up to another."""
    return [digest or "" for digest in db.session.scalars(select(AuditEntry.digest).where(
        AuditEntry.position > after, AuditEntry.position <= until).order_by(AuditEntry.position))]


def _tree(digests: Sequence[str]) -> merkle.Tree:
    return merkle.Tree([merkle.leaf(bytes.fromhex(digest)) for digest in digests])


@lru_cache(maxsize=4)
def _published(_digest: str, after: int, until: int) -> merkle.Tree:
    """The tree of a published day; what was published does not change, so the last days that were asked for are kept."""
    return _tree(_digests(after, until))
