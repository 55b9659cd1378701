"""What happened, told to whoever listens: stored with the change itself, queued for the webhook in the same breath."""
from fnmatch import fnmatchcase

from marketplace.standin.stripe import API_VERSION, faults, params
from marketplace.standin.stripe.shown import shown
from marketplace.standin.stripe.store import Transaction, new_id

LIST = params.PAGE | {"type": params.text(), "types": params.series(params.text(), 20),
                      "delivery_success": params.boolean()}


def emit(tx: Transaction, kind: str, thing: dict, before: dict | None = None) -> dict:
    """Store an event with a snapshot of `thing`, and queue it. `before`: the values that were changed."""
    data = {"object": shown(tx, thing)}
    if before is not None:
        data["previous_attributes"] = before
    event = tx.add({
        "id": new_id("evt_1"), "object": "event", "account": None, "api_version": API_VERSION, "context": None,
        "created": tx.now, "data": data, "livemode": False, "pending_webhooks": 0,
        "request": {"id": tx.request, "idempotency_key": tx.key}, "type": kind})
    if any(fnmatchcase(kind, wanted) for wanted in tx.setting("listening").split(",") if wanted):
        _queue(tx, event, tx.place, lane(thing))
    return event


def lane(thing: dict) -> str:
    """Whose events are delivered one after the other: a customer's, a payment's, or an object's of its own."""
    return thing.get("_lane") or thing.get("customer") or thing.get("payment_intent") or thing["id"]


def _queue(tx: Transaction, event: dict, place: int, whose: str) -> None:
    what = faults.fate(tx, event["type"], place)
    state = "held" if what.state == "waiting" and tx.setting("holding") == "yes" else what.state
    for wait in what.late:
        tx.db.execute("INSERT INTO delivery (event, state, due, created, batch, lane) VALUES (?, ?, ?, ?, ?, ?)",
                      (event["id"], state, tx.present + wait, tx.present, what.batch,
                       f"batch{what.batch}" if what.batch else whose))
    if what.turn:
        _release_backwards(tx, what.batch)


def _release_backwards(tx: Transaction, batch: int | None) -> None:
    rows = tx.db.execute("SELECT id FROM delivery WHERE batch = ? AND state = 'held' ORDER BY id DESC", (batch,))
    for place, row in enumerate(rows.fetchall()):
        tx.db.execute("UPDATE delivery SET state = 'waiting', due = ? WHERE id = ?",
                      (tx.present + place / 1000, row["id"]))
