"""Cities of earlier versions, kept as the rows that they had, so that no later change of the models can alter them.

tests/data/before/<revision>.json.gz: every row of a small city that lived under that revision (wishes, promises, gifts paid,
given back, spent and moved to another wish, deliveries, and jobs that wait).
"""
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import Engine, MetaData, create_engine, insert, select, text

from marketplace import bind_core, create_app
from marketplace.extensions import db
from tests.conftest import settings_for

KEPT = Path(__file__).parents[1] / "data" / "before"


@contextmanager
def city_of(revision: str, app, kind: str, folder: Path, request) -> Iterator[None]:
    """An application on a database of `revision`, with a city that lived under it."""
    before = create_app(settings_for(folder, _fresh(kind, folder, request)))
    with before.app_context():
        upgrade(revision=revision)
        _fill(db.engine, revision)
        yield
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


def _fill(engine: Engine, revision: str) -> None:
    """All rows, and numbers go on behind them."""
    with gzip.open(KEPT / f"{revision}.json.gz", "rt", encoding="utf-8") as kept:
        found = json.load(kept)
    known = tables(engine)
    with engine.begin() as connection:
        for name in [name for name in known if name in found]:
            connection.execute(insert(known[name]), [{c: _value(v) for c, v in row.items()} for row in found[name]])
            if engine.dialect.name == "postgresql" and isinstance(found[name][0].get("id"), int):
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), MAX(id)) "
                                        f"FROM \"{name}\""))


def _value(kept):
    if not isinstance(kept, dict):
        return kept
    if "bytes" in kept:
        return bytes.fromhex(kept["bytes"])
    return (datetime if "T" in kept["at"] else date).fromisoformat(kept["at"])


def refused(statement: str, by: type[Exception]) -> bool:
    """Whether the database does not let the statement through."""
    try:
        with db.engine.begin() as connection:
            connection.execute(text(statement))
    except by:
        return True
    return False


def tables(engine: Engine) -> dict:
    """The tables that the database has, those that others refer to first."""
    found = MetaData()
    found.reflect(engine)
    return {t.name: t for t in found.sorted_tables if not t.name.startswith(("alembic", "wish_text_index"))}


def rows(engine: Engine, names: dict[str, list[str]]) -> dict[str, set]:
    """What stands in the named columns of the named tables."""
    known = tables(engine)
    with engine.connect() as connection:
        return {name: {tuple(row) for row in connection.execute(select(*[known[name].c[c] for c in columns]))}
                for name, columns in names.items()}
