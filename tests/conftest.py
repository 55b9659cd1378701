import base64
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import SystemRandom

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, event, text

from marketplace import create_app
from marketplace.core import clock, outbox
from marketplace.extensions import db, limiter
from marketplace.money.payments.provider import provider
from marketplace.people.accounts import service as accounts
from marketplace.settings import Settings
from tests import databases
from tests.browser import Browser
from tests.city import SMS_SECRET, WEBHOOK_SECRET, City
from tests.side_by_side import Neighbours
from tests.till import Till

FIELD_KEYS = "1:" + base64.b64encode(b"k" * 32).decode()


accounts.passwords = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # a test has no password to protect


def settings_for(folder: Path, database_url: str, **more: str) -> Settings:
    return Settings.read({
        "APP_ENV": "demo", "DATA_DIR": str(folder), "DATABASE_URL": database_url, "SECRET_KEY": "for the tests alone",
        "FIELD_KEYS": FIELD_KEYS, "STRIPE_API_KEY": "sk_test_local_tests", "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "SMS_INBOUND_SECRET": SMS_SECRET, "STRIPE_API_BASE": "http://127.0.0.1:9", **more})


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    with databases.postgresql() as url:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Every test of the city runs on both databases."""
    return request.param


@pytest.fixture(scope="session")
def app(kind: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on a migrated database."""
    folder = tmp_path_factory.mktemp(kind)
    url = f"sqlite:///{folder}/city.db" if kind == "sqlite" else request.getfixturevalue("postgresql_url")
    built = create_app(settings_for(folder, url))
    built.testing = True
    built.test_client_class = Browser
    limiter.storage._MemoryStorage__schedule_expiry = _nothing  # a thread for every request, to sweep up what ran out
    with built.app_context():
        if kind == "sqlite":
            event.listen(db.engine, "connect", _in_no_hurry_to_the_disk)
        upgrade()
        db.engine.dispose()
        if kind == "sqlite":
            shutil.copy(folder / "city.db", folder / "migrated.db")
        yield built
        db.session.remove()
        db.engine.dispose()


def _nothing() -> None:
    """In the place of work that no test needs."""


def _in_no_hurry_to_the_disk(connection, _record) -> None:
    """As PostgreSQL's fsync above: no test pulls the plug."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def city(app: Flask, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    """An empty city; the payment provider is a till in memory, and nothing runs in the background."""
    empty(app, kind)
    monkeypatch.setattr(outbox, "_wake", outbox._nobody)
    app.extensions["till"] = till = Till()
    for name in ("open_session", "session", "expire", "refund", "events", "moved", "paid_out", "balance", "subscription",
                 "end_subscription"):
        monkeypatch.setattr(provider, name, getattr(till, name))
    limiter.reset()
    yield City(app, tmp_path)
    db.session.remove()


def empty(app: Flask, kind: str) -> None:
    db.session.remove()
    if kind == "sqlite":
        folder = app.config["SETTINGS"].data_dir
        db.engine.dispose()
        for ending in ("-wal", "-shm"):
            (folder / f"city.db{ending}").unlink(missing_ok=True)
        shutil.copy(folder / "migrated.db", folder / "city.db")
        return
    _empty_what_is_filled([t.name for t in db.metadata.sorted_tables if not t.info.get("constant")])


def _empty_what_is_filled(names: list[str]) -> None:
    """As good as TRUNCATE, which takes its time for every table, also for the many that a test leaves empty."""
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
    counted = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # neither foreign keys nor triggers
        for name in connection.scalars(text(filled)).all():
            connection.execute(text(f'DELETE FROM "{name}"'))
        for name in connection.scalars(text(counted)).all():
            connection.execute(text(f'ALTER SEQUENCE "{name}" RESTART'))


@pytest.fixture
def till(city: City, app: Flask) -> Till:
    return app.extensions["till"]


@pytest.fixture
def browser(app: Flask, city: City) -> Browser:
    """Somebody with a browser who has not signed in."""
    return app.test_client()


@pytest.fixture
def hold():
    """Holds the clock: `with hold(moment): …`."""
    return clock.at


@pytest.fixture(scope="session")
def sample() -> Path:
    """The registry's sample of a city: household.csv and person.csv."""
    return Path(__file__).parent / "data" / "sample"


def pytest_configure() -> None:
    """All processes invent the same city; set the seed to see one again."""
    os.environ.setdefault("ORACLE_SEED", str(SystemRandom().randrange(10**9)))


def pytest_report_header() -> str:
    return f"ORACLE_SEED={os.environ['ORACLE_SEED']}"


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> Neighbours:
    return Neighbours(config, log)
