"""A city of before that comes up to this version: nothing is lost, contacts are known, eligibility is decided anew."""
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import Integer, MetaData, create_engine, insert, select, text

from marketplace import bind_core, create_app
from marketplace.core import clock, outbox
from marketplace.extensions import db
from marketplace.network.registry.models import NEVER
from tests.conftest import settings_for

BEFORE = "0001"


def lived_in(city) -> int:
    """A city with wishes, promises, money and a delivery; the number of a household on no record, of a computed tier."""
    gift = city.need(item="轮椅")
    city.arrived(city.promise(gift))
    city.promise(city.need(kind="money", wanted=20000), 20000)
    city.submitted()
    poor = city.home(category="", deposits="0")
    city.settle()
    return poor.id


@pytest.fixture
def old(city, app, kind, tmp_path, request):
    """An application whose database is of the version before, with all rows of a city that lived."""
    poor = lived_in(city)
    source = db.engine
    url = _fresh(kind, tmp_path, request)
    before = create_app(settings_for(tmp_path, url))
    with before.app_context():
        upgrade(revision=BEFORE)
        _copy(source, db.engine)
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE household SET eligible_until = :never WHERE id = :poor"),
                               {"never": NEVER if kind == "postgresql" else str(NEVER), "poor": poor})
        yield poor
        db.session.remove()
        db.engine.dispose()
    bind_core(app, app.config["SETTINGS"])


def _fresh(kind: str, folder: Path, request) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder}/before.db"
    url = request.getfixturevalue("postgresql_url")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS before WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE before"))
    engine.dispose()
    return url.replace("/postgres?", "/before?")


def tables(engine) -> dict:
    found = MetaData()
    found.reflect(engine)
    return {t.name: t for t in found.sorted_tables if not t.name.startswith(("alembic", "wish_text_index"))}


def _copy(source, target) -> None:
    """All rows into the tables of before, as far as these have their columns; and numbers go on behind them."""
    now, then = tables(source), tables(target)
    with source.connect() as reading, target.begin() as writing:
        for name, table in then.items():
            columns = [c for c in table.c if c.name in now[name].c and not c.computed]
            rows = [dict(row) for row in reading.execute(select(*[now[name].c[c.name] for c in columns])).mappings()]
            if rows:
                writing.execute(insert(table), rows)
            if target.dialect.name == "postgresql" and "id" in table.c and isinstance(table.c.id.type, Integer):
                writing.execute(text(f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), "
                                     f"(SELECT COALESCE(MAX(id), 0) + 1 FROM \"{name}\"))"))


def rows(engine, names) -> dict[str, set]:
    known = tables(engine)
    with engine.connect() as connection:
        return {name: {tuple(row) for row in connection.execute(select(*[known[name].c[c] for c in columns]))}
                for name, columns in names.items()}


def test_a_city_of_before_comes_up_whole(old):
    names = {name: [c.name for c in table.c] for name, table in tables(db.engine).items()}
    before = rows(db.engine, names)
    assert all(before[name] for name in ("household", "person", "wish", "need", "pledge", "entry", "delivery"))
    upgrade()
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
