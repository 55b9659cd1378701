"""What happened, told to whoever listens: stored with the change itself, queued for the webhook in the same breath."""
import copy

from marketplace.standin.stripe import API_VERSION, params
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
        "created": tx.now, "data": copy.deepcopy(data), "livemode": False, "pending_webhooks": 0,
        "request": {"id": tx.request, "idempotency_key": tx.key}, "type": kind})
    if tx.setting("listening") == "yes":
        _queue(tx, event)
    return event


def _queue(tx: Transaction, event: dict) -> None:
    fault = _next_fault(tx, event["type"])
    kind = fault["kind"] if fault else ""
    due, state = tx.moment, "held" if tx.setting("holding") == "yes" else "waiting"
    if kind == "delay":
        due += fault["seconds"]
    elif kind == "drop":
        state = "dropped"
    elif kind == "reorder":
        state = "held"
    for _ in range(2 if kind == "duplicate" else 1):
        tx.db.execute("INSERT INTO delivery (event, state, due, created, batch) VALUES (?, ?, ?, ?, ?)",
                      (event["id"], state, due, tx.moment, fault["id"] if kind == "reorder" else None))
    if kind == "reorder" and fault["times"] == 1:
        _release_backwards(tx, fault["id"])


def _next_fault(tx: Transaction, kind: str):
    """The fault that meets the next delivery, used up by one."""
    fault = tx.db.execute("SELECT * FROM fault WHERE target = 'webhook' AND times > 0 AND (match IS NULL OR match = ?) "
                          "ORDER BY id LIMIT 1", (kind,)).fetchone()
    if fault:
        tx.db.execute("UPDATE fault SET times = times - 1 WHERE id = ?", (fault["id"],))
    return fault


def _release_backwards(tx: Transaction, batch: int) -> None:
    rows = tx.db.execute("SELECT id FROM delivery WHERE batch = ? AND state = 'held' ORDER BY id DESC", (batch,))
    for place, row in enumerate(rows.fetchall()):
        tx.db.execute("UPDATE delivery SET state = 'waiting', due = ? WHERE id = ?",
                      (tx.moment + place / 1000, row["id"]))
