"""Objects as they are shown: without what is kept for ourselves, with what was asked to be expanded."""
import re

from marketplace.standin.stripe.errors import Refusal
from marketplace.standin.stripe.store import Transaction

KINDS = {"pi_": "payment_intent", "ch_": "charge", "re_": "refund", "txn_": "balance_transaction",
         "pm_": "payment_method", "cs_": "checkout.session"}


def shown(tx: Transaction, thing: dict) -> dict:
    """A copy of `thing` as the outside sees it now."""
    seen = {name: value for name, value in thing.items() if not name.startswith("_")}
    if seen["object"] == "balance_transaction":
        seen["status"] = "available" if seen["available_on"] <= tx.now else "pending"
    elif seen["object"] == "checkout.session" and seen["url"]:  # the port may have changed since
        seen["url"] = f"{tx.setting('public_url')}/c/pay/{seen['id']}"
    elif seen["object"] == "event":
        seen["pending_webhooks"] = tx.db.execute(
            "SELECT COUNT(*) FROM delivery WHERE event = ? AND state IN ('waiting', 'held')", (seen["id"],)).fetchone()[0]
    return seen


def expand(tx: Transaction, thing: dict, paths: list[str]) -> dict:
    """`thing` with the ids at `paths` replaced by their objects. Raises Refusal for a path that leads nowhere."""
    for path in paths:
        if not re.fullmatch(r"[a-z_]+(\.[a-z_]+){0,3}", path):
            raise Refusal(f"This property cannot be expanded ({path}).", param="expand")
        _walk(tx, thing, path.split("."), path)
    return thing


def _walk(tx: Transaction, place: dict, steps: list[str], path: str) -> None:
    step, *rest = steps
    if step == "line_items" and place.get("object") == "checkout.session":
        place[step] = tx.get("checkout.session", place["id"])["_line_items"]
    if step not in place:
        raise Refusal(f"This property cannot be expanded ({path}).", param="expand")
    if isinstance(place[step], str):
        place[step] = _whole(tx, place[step], path)
    value = place[step]
    for item in value if isinstance(value, list) else [value]:
        if rest and isinstance(item, dict):
            _walk(tx, item, rest, path)


def _whole(tx: Transaction, ident: str, path: str) -> dict:
    kind = next((kind for prefix, kind in KINDS.items() if ident.startswith(prefix)), None)
    found = tx.find(kind, ident) if kind else None
    if found is None:
        raise Refusal(f"This property cannot be expanded ({path}).", param="expand")
    return shown(tx, found)
