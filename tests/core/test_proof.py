"""What is published of the chain each day, and that any change of it, or behind it, is found."""
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from marketplace.core import audit, clock, merkle, proof
from marketplace.core.audit import FIRST, AuditEntry, AuditHead
from marketplace.core.proof import DailyProof
from marketplace.core.transaction import transaction
from marketplace.extensions import db

MONDAY = datetime(2026, 11, 23, 9, tzinfo=clock.CITY)
DAYS = [date(2026, 11, 23) + timedelta(days=n) for n in range(4)]


def deeds(count: int) -> None:
    for n in range(count):
        with transaction():
            audit.record(n, "wish.publish", f"wish:{n}", "reason")


@pytest.fixture
def published(city, hold):
    """Monday five deeds, Tuesday none, Wednesday two, Thursday one; the proofs of Monday to Thursday."""
    for day, count in enumerate((5, 0, 2, 1)):
        with hold(MONDAY + timedelta(days=day)):
            deeds(count)
    with hold(MONDAY + timedelta(days=4)):
        assert proof.publish() == 4
    audit.seal()


@pytest.fixture
def forger(published, kind):
    """Somebody who holds the database itself, and takes its fences down."""
    fences = ("daily_proof_stays", "daily_proof_is_kept")
    kept = [db.session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name})
            for name in fences] if kind == "sqlite" else []
    down = [f"DROP TRIGGER {name}" for name in fences] if kept else ["ALTER TABLE daily_proof DISABLE TRIGGER USER"]
    db.session.rollback()
    with db.engine.begin() as connection:
        for statement in down:
            connection.execute(text(statement))
    yield
    db.session.rollback()
    with db.engine.begin() as connection:
        for statement in kept or ["ALTER TABLE daily_proof ENABLE TRIGGER USER"]:
            connection.execute(text(statement))


def rows():
    db.session.expire_all()
    return db.session.scalars(select(DailyProof).order_by(DailyProof.day)).all()


def entry(position: int) -> AuditEntry:
    return db.session.scalars(select(AuditEntry).where(AuditEntry.position == position)).one()


def test_each_day_has_its_head_and_its_root(published):
    found = rows()
    assert [row.day for row in found] == DAYS
    assert [(row.entries, row.position) for row in found] == [(5, 5), (0, 5), (2, 7), (1, 8)]
    assert [row.head for row in found] == [entry(n).digest for n in (5, 5, 7, 8)]
    assert found[1].root == merkle.Tree([]).root.hex()
    assert [row.previous for row in found] == [FIRST, *(row.digest for row in found[:-1])]
    assert proof.verify() is None and audit.verify().broken_at is None


def test_publishing_is_a_deed_itself_and_is_done_once(published, hold):
    said = db.session.scalars(select(AuditEntry).where(AuditEntry.capability == "proof.publish")
                              .order_by(AuditEntry.id)).all()
    assert [(e.subject, e.reason) for e in said] == [(f"proof:{row.day}", row.digest) for row in rows()]
    with hold(MONDAY + timedelta(days=4, hours=5)):
        assert proof.publish() == 0
    with hold(MONDAY + timedelta(days=5)):
        assert proof.publish() == 1 and rows()[-1].entries == 4


def test_a_day_is_published_when_it_is_over_and_its_last_deeds_are_sealed(city, hold):
    late = datetime(2026, 11, 23, 23, 59, tzinfo=clock.CITY)
    with hold(late):
        deeds(1)
        assert proof.publish() == 0
    with hold(late + timedelta(minutes=9)):
        deeds(2)
        assert proof.publish() == 0
    with hold(late + timedelta(minutes=12)):
        assert proof.publish() == 1
    assert [(row.day, row.entries) for row in rows()] == [(DAYS[0], 1)]


def test_nothing_is_published_of_a_city_in_which_nothing_happened(city):
    assert proof.publish() == 0 and proof.span() is None and proof.verify() is None


def test_a_deed_that_was_sealed_too_late_for_its_day_is_in_the_next(published, hold):
    with hold(MONDAY + timedelta(days=3, hours=14)):
        deeds(1)
    audit.seal()
    with hold(MONDAY + timedelta(days=5)):
        proof.publish()
    late = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).where(
        AuditEntry.capability == "wish.publish")).first()
    assert proof.place(late).proof.day == date(2026, 11, 27) and proof.verify() is None


@pytest.mark.parametrize("position", range(1, 9))
def test_every_entry_has_a_path_to_the_root_of_its_day(published, position):
    one = entry(position)
    place = proof.place(one)
    assert place.proof.day == (DAYS[0] if position <= 5 else DAYS[2] if position <= 7 else DAYS[3])
    top = merkle.climbed(merkle.leaf(bytes.fromhex(one.digest)), place.index, place.proof.entries,
                         [bytes.fromhex(step) for step in place.path])
    assert top is not None and top.hex() == place.proof.root


def test_what_is_not_published_yet_has_no_place(published):
    deeds(1)
    loose = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert proof.place(loose) is None
    audit.seal()
    db.session.expire_all()
    assert proof.place(loose) is None


@pytest.mark.parametrize("attempt", ["UPDATE daily_proof SET root = ''", "DELETE FROM daily_proof"])
def test_the_database_lets_nobody_change_what_was_published(published, attempt):
    with pytest.raises(DatabaseError, match="published stays"), db.engine.begin() as connection:
        connection.execute(text(attempt))


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("change", [
    {"root": "0" * 64}, {"head": "0" * 64}, {"previous": "1" * 64}, {"digest": "0" * 64}, {"position": 6}, {"entries": 3},
    {"published_at": MONDAY}, {"day": date(2026, 12, 24)}], ids=lambda change: next(iter(change)))
def test_every_changed_row_is_found(forger, day, change):
    db.session.execute(update(DailyProof).where(DailyProof.day == day).values(**change))
    assert proof.verify() is not None


@pytest.mark.parametrize("day", DAYS)
def test_every_removed_row_is_found(forger, day):
    db.session.execute(delete(DailyProof).where(DailyProof.day == day))
    assert proof.verify() in (day, day + timedelta(days=1))


@pytest.mark.parametrize("position", range(1, 9))
def test_a_chain_that_was_forged_from_an_entry_on_contradicts_what_was_published(published, position):
    """Somebody changes an entry and calculates the whole chain anew: it is whole, and not the published one."""
    db.session.execute(update(AuditEntry).where(AuditEntry.position == position).values(reason="forged"))
    db.session.execute(update(AuditEntry).values(position=None, digest=None))
    db.session.execute(delete(AuditHead))
    db.session.commit()
    assert audit.verify().broken_at is None
    assert proof.verify() == proof.place(entry(position)).proof.day


def test_months_and_days_are_found(published):
    assert [row.day for row in proof.of_month("2026-11")] == DAYS[::-1]
    assert proof.of_month("2026-12") == proof.of_month("nonsense") == () or not proof.of_month("2026-12")
    assert proof.of_day(DAYS[1]).entries == 0 and proof.of_day(date(2020, 1, 1)) is None
    assert proof.span() == (DAYS[0], DAYS[3]) and len(proof.everything()) == 4
