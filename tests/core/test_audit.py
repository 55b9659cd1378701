"""The chain finds every change, removal and insertion."""
import pytest
from sqlalchemy import delete, insert, update

from marketplace.core import audit, clock
from marketplace.core.audit import AuditEntry, AuditHead
from marketplace.core.transaction import transaction
from marketplace.extensions import db

ENTRIES = 12


@pytest.fixture
def chain(city):
    for n in range(ENTRIES):
        with transaction():
            audit.record(n, "wish.publish", f"wish:{n}", "reason")
    assert audit.verify() == audit.Verdict(ENTRIES, None)


def broken():
    db.session.commit()
    db.session.expire_all()
    return audit.verify().broken_at


@pytest.mark.parametrize("position", range(1, ENTRIES + 1))
@pytest.mark.parametrize("change", [{"actor_id": 99}, {"reason": "other"}, {"subject": "wish:99"}, {"capability": "x.y"},
                                    {"digest": "0" * 64}])
def test_every_changed_entry_is_found(chain, position, change):
    db.session.execute(update(AuditEntry).where(AuditEntry.position == position).values(**change))
    assert broken() == position


@pytest.mark.parametrize("position", range(1, ENTRIES + 1))
def test_every_removed_entry_is_found(chain, position):
    db.session.execute(delete(AuditEntry).where(AuditEntry.position == position))
    assert broken() == position


def test_an_inserted_entry_is_found(chain):
    db.session.execute(insert(AuditEntry).values(
        at=clock.now(), actor_id=1, capability="x.y", subject="wish:1", reason="", position=ENTRIES + 1, digest="0" * 64))
    assert broken() == ENTRIES + 1


def test_a_head_that_was_set_back_is_found(chain):
    db.session.execute(update(AuditHead).values(position=3))
    assert broken() is not None


def test_a_deed_that_rolled_back_leaves_no_entry(city):
    with pytest.raises(RuntimeError), transaction():
        audit.record(1, "wish.publish", "wish:1")
        raise RuntimeError
    assert audit.verify().checked == 0
