"""How connections behave. SQLite gets one honest writer, foreign keys and a write-ahead log."""
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import Connection, DateTime, Engine, event
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
    """Make a SQLite engine check foreign keys, lock on write transactions from the start, and wait for its turn to write."""
    if engine.dialect.name != "sqlite":
        return
    turns = Turns()
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", turns.begin)
    event.listen(engine, "commit", turns.give_on)
    event.listen(engine, "rollback", turns.give_on)


def _open_sqlite(connection, _record) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={WAIT * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


class Turns:
    """Threads of one process queue here for SQLite's one writer.

    SQLite itself only looks again from time to time whether it is free, so that with many writers one could look in
    vain until its time is over.
    """

    def __init__(self) -> None:
        self.lock = Lock()

    def begin(self, connection: Connection) -> None:
        if not connection.get_execution_options().get("writes"):
            connection.exec_driver_sql("BEGIN")
            return
        connection.info["turn"] = self.lock.acquire(timeout=WAIT)  # without it, SQLite says whether it is free
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            self.give_on(connection)
            raise

    def give_on(self, connection: Connection) -> None:
        if connection.info.pop("turn", False):
            self.lock.release()
