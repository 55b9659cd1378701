"""Everything that is known, in one SQLite file: objects as JSON, and what is owed to the webhook.

One transaction a request. A commit is on the disk before the answer leaves, so that a killed process loses nothing
that it has answered (unless the server was asked to be quick instead); writers stand in line, so that what a request
has read stays true until it commits.
"""
import json
import secrets
import sqlite3
import string
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from marketplace.standin.stripe import tables

ALPHABET = string.ascii_letters + string.digits
NEXT = "SELECT body, due FROM object WHERE due <= ? ORDER BY due, seq LIMIT 1"


def new_id(prefix: str, length: int = 24) -> str:
    return prefix + "".join(ALPHABET[byte % 62] for byte in secrets.token_bytes(length))


def packed(thing: dict) -> str:
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))


class Transaction:
    """What one request reads and writes. Objects are dicts; their keys that begin with _ are never shown.

    `moment` is when it happens, `present` the clock; they differ for what was due while nobody looked.
    """

    def __init__(self, db: sqlite3.Connection, now: float, settings: dict[str, str], request: str | None = None,
                 key: str | None = None):
        self.db, self.moment, self.present, self.request, self.key = db, now, now, request, key
        self._settings = settings
        self.place = 0

    @property
    def now(self) -> int:
        return int(self.moment)

    def add(self, thing: dict) -> dict:
        """Keep a new object. Its place in the order of all is left in `place`."""
        names = tables.tags(thing)
        columns = ["id", "kind", "created", "due", "body", *names]
        made = self.db.execute(
            f"INSERT INTO object ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            (thing["id"], thing["object"], thing["created"], thing.get("_due"), packed(thing), *names.values()))
        self.place = made.lastrowid or 0
        return thing

    def save(self, thing: dict) -> dict:
        names = tables.tags(thing)
        columns = ", ".join(f"{name} = ?" for name in ("body", "due", *names))
        self.db.execute(f"UPDATE object SET {columns} WHERE id = ?",
                        (packed(thing), thing.get("_due"), *names.values(), thing["id"]))
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

    def where(self, kind: str, **equal: str) -> list[dict]:
        """All objects of a kind with these tags, oldest first."""
        tests = "".join(f" AND {name} = ?" for name in equal)
        rows = self.db.execute(f"SELECT body FROM object WHERE kind = ?{tests} ORDER BY created, seq",
                               (kind, *equal.values()))
        return [json.loads(row["body"]) for row in rows]

    def next_due(self) -> dict | None:
        """The object to which something has to happen first, of those whose time has come; `moment` becomes that time."""
        row = self.db.execute(NEXT, (self.present,)).fetchone()
        if row is None:
            return None
        self.moment = row["due"]
        return json.loads(row["body"])

    def setting(self, name: str) -> str:
        return self._settings.get(name, "")

    def set(self, name: str, value) -> None:
        self.db.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", (name, str(value)))
        self._settings[name] = str(value)


class Store:
    """The file, the line of writers, and the clock, which tests may set forward.

    `sync` is SQLite's synchronous: OFF is quick and may lose what was answered when the machine fails.
    """

    def __init__(self, path: str | Path, sync: str = "FULL"):
        self.path, self._sync = str(path), sync
        self.after_commit: list[Callable[[], None]] = []
        self._line = threading.Lock()
        self._readers: list[sqlite3.Connection] = []
        self._writer = self._open()
        tables.make(self._writer)
        self._settings: dict[str, str] = {}  # no other process writes to the file
        self._recall()
        self._ahead = float(self._settings.get("ahead", 0))

    def now(self) -> float:
        """The present, in seconds, as the tests have set it."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        with self.write() as tx:
            tx.set("ahead", self._ahead + seconds)
        self._ahead += seconds

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        try:
            db = self._readers.pop()
        except IndexError:
            db = self._open()
        try:
            db.execute("BEGIN")
            yield Transaction(db, self.now(), self._settings)
        finally:
            db.execute("ROLLBACK")
            self._readers.append(db)

    @contextmanager
    def write(self, request: str | None = None, key: str | None = None) -> Iterator[Transaction]:
        with self._line:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(self._writer, self.now(), self._settings, request, key)
            except BaseException:
                self._writer.execute("ROLLBACK")
                self._recall()
                raise
            self._writer.execute("COMMIT")
        for wake in self.after_commit:
            wake()

    def close(self) -> None:
        for db in (*self._readers, self._writer):
            db.close()

    def _recall(self) -> None:
        kept = {row["name"]: row["value"] for row in self._writer.execute("SELECT name, value FROM setting")}
        for name in [name for name in self._settings if name not in kept]:
            del self._settings[name]
        self._settings |= kept

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {self._sync}")
        return db
