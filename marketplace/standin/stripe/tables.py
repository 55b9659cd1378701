"""The tables of the one SQLite file, and how an older file becomes a newer one."""
import json
import sqlite3

TAGS = {  # what the lists of a kind can be narrowed by; each in a column of its own, so that no list reads every object
    "checkout.session": ("payment_intent", "customer", "subscription", "status"),
    "payment_intent": ("customer",),
    "charge": ("payment_intent", "customer"),
    "refund": ("payment_intent", "charge"),
    "dispute": ("payment_intent", "charge"),
    "balance_transaction": ("source", "payout", "type"),
    "payout": ("status", "destination"),
    "event": ("type",),
    "customer": ("email",),
    "payment_method": ("customer", "type"),
    "price": ("product",),
    "subscription": ("customer", "status"),
    "invoice": ("customer", "subscription", "status"),
    "invoice_payment": ("invoice", "payment_intent", "status"),
}
COLUMNS = sorted({name for names in TAGS.values() for name in names})
OBJECT = f"""
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, created INTEGER NOT NULL,
    due REAL, {", ".join(f"{name} TEXT" for name in COLUMNS)}, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_created ON object (kind, created);
CREATE INDEX IF NOT EXISTS object_due ON object (due) WHERE due IS NOT NULL;
""" + "".join(f"CREATE INDEX IF NOT EXISTS object_{name} ON object (kind, {name}, created) WHERE {name} IS NOT NULL;\n"
              for name in COLUMNS)
REST = """
CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY, currency TEXT NOT NULL, net INTEGER NOT NULL, available_on INTEGER NOT NULL, payout TEXT);
CREATE INDEX IF NOT EXISTS entry_unpaid ON entry (currency, available_on, net) WHERE payout IS NULL;
CREATE INDEX IF NOT EXISTS entry_payout ON entry (payout);
CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY, path TEXT NOT NULL, params TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL,
    body TEXT NOT NULL, created INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS answer_created ON answer (created);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'delivered', 'dropped', 'given_up')),
    due REAL NOT NULL, created REAL NOT NULL, batch INTEGER, lane TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due, id) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS delivery_missed ON delivery (event) WHERE state != 'delivered';
CREATE INDEX IF NOT EXISTS delivery_batch ON delivery (batch) WHERE batch IS NOT NULL;
CREATE TABLE IF NOT EXISTS attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT, delivery INTEGER NOT NULL, at REAL NOT NULL, status INTEGER, error TEXT);
CREATE INDEX IF NOT EXISTS attempt_delivery ON attempt (delivery);
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, kind TEXT NOT NULL, match TEXT, seconds REAL,
    times INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def make(db: sqlite3.Connection) -> None:
    """All tables, those of an older file carried over in one transaction."""
    shape = [row[1] for row in db.execute("PRAGMA table_info(object)")]
    if shape and "due" not in shape:
        db.execute("BEGIN IMMEDIATE")
        _carry_over(db)
        db.execute("COMMIT")
    db.executescript(OBJECT + REST)


def tags(thing: dict) -> dict[str, str | None]:
    """What a list may be narrowed by, for one object: `_name` where the object hides it, `name` where it shows it."""
    found = {name: thing.get(f"_{name}") or thing.get(name) for name in TAGS.get(thing["object"], ())}
    return {name: value if isinstance(value, str) else None for name, value in found.items()}


def _carry_over(db: sqlite3.Connection) -> None:
    """Objects that had their tags in their bodies alone, deliveries that had no lane."""
    db.execute("ALTER TABLE object RENAME TO older")
    db.execute("ALTER TABLE delivery ADD COLUMN lane TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE delivery ADD COLUMN tries INTEGER NOT NULL DEFAULT 0")
    for name in ("object_kind", "object_intent", "object_charge", "object_source", "object_due", "delivery_due",
                 "delivery_event"):
        db.execute(f"DROP INDEX IF EXISTS {name}")
    for statement in (OBJECT + REST).split(";\n"):
        db.execute(statement)
    for seq, body in db.execute("SELECT seq, body FROM older ORDER BY seq").fetchall():
        thing = json.loads(body)
        names = tags(thing)
        columns = ["seq", "id", "kind", "created", "due", "body", *names]
        db.execute(f"INSERT INTO object ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
                   (seq, thing["id"], thing["object"], thing["created"], thing.get("_due"), body, *names.values()))
        if thing["object"] == "balance_transaction":
            db.execute("INSERT INTO entry (seq, currency, net, available_on) VALUES (?, ?, ?, ?)",
                       (seq, thing["currency"], thing["net"], thing["available_on"]))
    db.execute("DROP TABLE older")
