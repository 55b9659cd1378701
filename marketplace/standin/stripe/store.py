"""Everything that is known, in one SQLite file: objects as JSON, and what is owed to the webhook.

One transaction a request. A commit is on the disk before the answer leaves, so that a killed process loses nothing
that it has answered; writers stand in line, so that what a request has read stays true until it commits.
"""
import json
import secrets
import sqlite3
import string
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

TABLES = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)));
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, seq);
CREATE INDEX IF NOT EXISTS object_intent ON object (json_extract(body, '$.payment_intent'), kind);
CREATE INDEX IF NOT EXISTS object_charge ON object (json_extract(body, '$.charge'), kind);
CREATE INDEX IF NOT EXISTS object_source ON object (json_extract(body, '$.source'), kind);
CREATE INDEX IF NOT EXISTS object_due ON object (json_extract(body, '$._due')) WHERE json_extract(body, '$._due') > 0;
CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY, path TEXT NOT NULL, params TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL,
    body TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'delivered', 'dropped', 'given_up')),
    due REAL NOT NULL, created REAL NOT NULL, batch INTEGER);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (state, due, id);
CREATE INDEX IF NOT EXISTS delivery_event ON delivery (event);
CREATE TABLE IF NOT EXISTS attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT, delivery INTEGER NOT NULL, at REAL NOT NULL, status INTEGER, error TEXT);
CREATE INDEX IF NOT EXISTS attempt_delivery ON attempt (delivery);
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, kind TEXT NOT NULL, match TEXT, seconds REAL,
    times INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


class Transaction:
    """What one request reads and writes. Objects are dicts; their keys that begin with _ are never shown."""

    def __init__(self, db: sqlite3.Connection, now: float, request: str | None = None, key: str | None = None):
        self.db, self.moment, self.request, self.key = db, now, request, key

    @property
    def now(self) -> int:
        return int(self.moment)

    def add(self, thing: dict) -> dict:
        self.db.execute("INSERT INTO object (id, kind, created, body) VALUES (?, ?, ?, ?)",
                        (thing["id"], thing["object"], thing["created"], json.dumps(thing, ensure_ascii=False)))
        return thing

    def save(self, thing: dict) -> dict:
        self.db.execute("UPDATE object SET body = ? WHERE id = ?",
                        (json.dumps(thing, ensure_ascii=False), thing["id"]))
        return thing

    def find(self, kind: str | None, ident: str | None) -> dict | None:
        """The object with this id, of this kind unless that is None."""
        row = self.db.execute("SELECT kind, body FROM object WHERE id = ?", (ident,)).fetchone()
        return json.loads(row["body"]) if row and kind in (None, row["kind"]) else None

    def get(self, kind: str | None, ident: str) -> dict:
        """The object that is known to be there."""
        found = self.find(kind, ident)
        if found is None:
            raise LookupError(ident)
        return found

    def where(self, kind: str, **equal) -> list[dict]:
        """All objects of a kind with these values, oldest first."""
        tests = "".join(f" AND json_extract(body, '$.{name}') = ?" for name in equal)
        rows = self.db.execute(f"SELECT body FROM object WHERE kind = ?{tests} ORDER BY seq", (kind, *equal.values()))
        return [json.loads(row["body"]) for row in rows]

    def due(self) -> list[dict]:
        """The objects to which something happens by now."""
        rows = self.db.execute("SELECT body FROM object WHERE json_extract(body, '$._due') > 0 "
                               "AND json_extract(body, '$._due') <= ? ORDER BY seq", (self.now,))
        return [json.loads(row["body"]) for row in rows]

    def setting(self, name: str) -> str:
        row = self.db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return row["value"] if row else ""

    def set(self, name: str, value) -> None:
        self.db.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, str(value)))


class Store:
    """The file, the line of writers, and the clock, which tests may set forward."""

    def __init__(self, path: str | Path):
        self.path = str(path)
        self.after_commit: list[Callable[[], None]] = []
        self._line = threading.Lock()
        self._keeper = self._open()  # while one is open, closing another does not fold the log into the file
        self._keeper.executescript(TABLES)
        self._ahead = float(Transaction(self._keeper, 0).setting("ahead") or 0)

    def now(self) -> float:
        """The present, in seconds, as the tests have set it."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        with self.write() as tx:
            tx.set("ahead", self._ahead + seconds)
        self._ahead += seconds

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        with closing(self._open()) as db:
            db.execute("BEGIN")
            yield Transaction(db, self.now())
            db.execute("ROLLBACK")

    @contextmanager
    def write(self, request: str | None = None, key: str | None = None) -> Iterator[Transaction]:
        with self._line, closing(self._open()) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(db, self.now(), request, key)
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
        for wake in self.after_commit:
            wake()

    def close(self) -> None:
        self._keeper.close()

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        return db
