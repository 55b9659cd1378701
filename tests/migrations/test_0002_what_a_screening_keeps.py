"""A city of before that comes up to this version: nothing is lost, contacts are known, eligibility is decided anew."""
import pytest
from flask_migrate import upgrade
from sqlalchemy import text

from marketplace.core import clock, outbox
from marketplace.extensions import db
from marketplace.network.registry.models import NEVER
from tests.migrations.before import city_of, rows, tables

POOR = 4  # on no record, of a tier that the catalogue computes


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    """An application whose database is of the version before, with all rows of a city that lived."""
    with city_of("0001", app, kind, tmp_path, request):
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE household SET eligible_until = :never WHERE id = :poor"),
                               {"never": NEVER if kind == "postgresql" else str(NEVER), "poor": POOR})
        yield POOR


def test_a_city_of_before_comes_up_whole(old):
    names = {name: [c.name for c in table.c] for name, table in tables(db.engine).items()}
    before = rows(db.engine, names)
    assert all(before[name] for name in ("household", "person", "wish", "need", "pledge", "entry", "delivery"))
    upgrade(revision="0002")
    after = rows(db.engine, names)
    jobs = after.pop("job") - before.pop("job")
    assert after == before and len(jobs) == 1


def test_who_wished_for_something_had_a_contact(old):
    upgrade()
    found = db.session.execute(text("SELECT household_id, by_id, kind FROM outreach ORDER BY household_id")).all()
    wishes = db.session.execute(text("SELECT household_id, MIN(author_id), 'wished' FROM wish GROUP BY household_id "
                                     "ORDER BY household_id")).all()
    assert found == wishes and found


def test_eligibility_is_decided_by_the_rule_of_now(old):
    upgrade()
    statement = text("SELECT id, eligible_until FROM household ORDER BY id")
    before = dict(db.session.execute(statement).all())
    while outbox.drain():
        pass
    after = dict(db.session.execute(statement).all())
    assert str(before[old]) == str(NEVER) and str(after[old]) > str(clock.today())
    assert {n: until for n, until in after.items() if n != old} == {n: until for n, until in before.items() if n != old}


def test_an_empty_database_has_nothing_to_decide(app, city):
    assert db.session.execute(text("SELECT COUNT(*) FROM job")).scalar() == 0
