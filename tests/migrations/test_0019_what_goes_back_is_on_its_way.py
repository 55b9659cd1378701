"""What went back before counts as there, as it was; what a charity has not taken in yet is still to be taken in."""
import pytest
from flask_migrate import upgrade
from sqlalchemy import text

from marketplace.extensions import db
from tests.migrations import before

PROBLEM = text("""INSERT INTO delivery_problem (delivery_id, organisation_id, outcome, units, condition, goes_to, wanted,
                  by_id, at, decision, decided_by, batch_id)
                  SELECT MIN(id), 1, :outcome, 1, 'good', :goes_to, :wanted, 1, :at, 'none', 0, :batch FROM delivery""")
BACK = (("store", 0, True), ("giver", 0, True), ("charity", 7, True), ("charity", 0, False), ("", 0, False))


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    with before.city_of("0002", app, kind, tmp_path, request):
        yield


def test_what_went_back_before_is_where_it_was_said_to_be(old):
    upgrade(revision="0017")
    at = "2026-11-01 08:00:00+00:00"
    with db.engine.begin() as connection:
        for goes_to, batch, _there in BACK:
            outcome = "refused" if goes_to else "lost"
            connection.execute(PROBLEM, {"outcome": outcome, "goes_to": goes_to, "wanted": True, "at": at, "batch": batch})
    upgrade()
    with db.engine.begin() as connection:
        there = connection.execute(text("SELECT done_at IS NOT NULL FROM delivery_problem ORDER BY id")).scalars().all()
        assert [bool(one) for one in there] == [there for _goes_to, _batch, there in BACK]
        connection.execute(PROBLEM, {"outcome": "go_on", "goes_to": "", "wanted": False, "at": at, "batch": 0})
