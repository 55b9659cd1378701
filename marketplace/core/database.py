"""How connections behave. SQLite gets one honest writer, foreign keys and a write-ahead log."""
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import DateTime, Engine, event
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator):
    """An aware UTC moment on both databases: SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value, dialect):
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment without a zone")
        return value if value is None else value.astimezone(UTC)

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


WAIT = 15  # seconds for one's turn to write


def prepare(engine: Engine) -> None:
    """Make a SQLite engine wait for its turn, check foreign keys, and lock on write transactions from the start.

    Threads of one process queue for their turn here: SQLite itself only looks again from time to time whether it is free,
    so that with many writers one could look in vain until its time is over.
    """
    if engine.dialect.name != "sqlite":
        return
    turn = Lock()

    @event.listens_for(engine, "connect")
    def open_sqlite(connection, _record):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={WAIT * 1000}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection):
        if not connection.get_execution_options().get("writes"):
            connection.exec_driver_sql("BEGIN")
            return
        connection.info["turn"] = turn.acquire(timeout=WAIT)  # without it, SQLite says in the end whether it is free
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            give_turn(connection)
            raise

    @event.listens_for(engine, "commit")
    @event.listens_for(engine, "rollback")
    def give_turn(connection):
        if connection.info.pop("turn", False):
            turn.release()
