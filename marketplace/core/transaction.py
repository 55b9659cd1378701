"""The one place that commits."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import CursorResult, Delete, Update, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.extensions import db


@contextmanager
def transaction() -> Iterator[Session]:
    """Run a verb as one database transaction.

    A verb called by another verb joins it: there is one commit, at the outermost end, and a failure
    inside dooms the whole, even when the caller swallows the exception. The outermost one starts on
    fresh rows: whatever the request read before is read again, under the write lock where SQLite has
    only one writer.
    """
    session = db.session()
    if (outer := session.info.get("transaction")) is not None:
        try:
            yield session
        except BaseException:
            outer["doomed"] = True
            raise
        return
    this = session.info["transaction"] = {"doomed": False, "afterwards": []}
    try:
        session.rollback()
        session.connection(execution_options={"writes": True})
        yield session
        if this["doomed"]:
            raise RuntimeError("a verb failed inside this transaction and was ignored")
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info["transaction"]
    for action in this["afterwards"]:
        action()


def afterwards(action: Callable[[], None]) -> None:
    """Run `action` once the open transaction has committed; never if it rolls back."""
    db.session().info["transaction"]["afterwards"].append(action)


def take_turn(of: str) -> None:
    """Keep all others that take a turn of this name waiting until the open transaction ends, and wait for those at work.

    SQLite has a single writer at any time anyway.
    """
    if db.engine.dialect.name == "postgresql":
        db.session().execute(select(func.pg_advisory_xact_lock(func.hashtext(of))))


def changed(statement: Update | Delete) -> int:
    """Run a conditional update in the open transaction; how many rows it changed. Loaded rows are not refreshed."""
    answer = db.session().execute(statement, execution_options={"synchronize_session": False})
    return cast(CursorResult, answer).rowcount


def inserting(model):
    """An INSERT that knows ON CONFLICT, of the database in use."""
    return (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(model)
