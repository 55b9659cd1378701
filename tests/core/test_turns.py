"""Many threads that write to one SQLite file: each gets its turn, though SQLite itself would not wait for long."""
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, event, text

from marketplace.core import database

THREADS, TURNS = 12, 30


@pytest.fixture
def engine(tmp_path):
    made = create_engine(f"sqlite:///{tmp_path}/turns.db", pool_size=THREADS)
    database.prepare(made)

    @event.listens_for(made, "connect")
    def be_impatient(connection, _record):
        connection.execute("PRAGMA busy_timeout=150")

    with made.begin() as connection:
        connection.execute(text("CREATE TABLE counted (n INTEGER)"))
        connection.execute(text("INSERT INTO counted VALUES (0)"))
    yield made
    made.dispose()


def writing(engine):
    return engine.connect().execution_options(writes=True)


def test_nobody_looks_in_vain(engine):
    def count(_thread: int) -> None:
        for _turn in range(TURNS):
            with writing(engine) as connection, connection.begin():
                known = connection.scalar(text("SELECT n FROM counted"))
                connection.execute(text("UPDATE counted SET n = :n"), {"n": known + 1})

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(count, range(THREADS)))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT n FROM counted")) == THREADS * TURNS


def test_a_failed_turn_is_given_on(engine):
    for _time in range(3):
        with pytest.raises(ZeroDivisionError), writing(engine) as connection, connection.begin():
            raise ZeroDivisionError
    with writing(engine) as connection, connection.begin():
        connection.execute(text("UPDATE counted SET n = 1"))
