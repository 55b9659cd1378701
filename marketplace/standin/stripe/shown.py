"""Objects as they are shown: without what is kept for ourselves, with what was asked to be expanded."""
import re
from collections.abc import Callable

from marketplace.standin.stripe.errors import Refusal
from marketplace.standin.stripe.store import Transaction

KINDS = {
    "pi_": "payment_intent", "ch_": "charge", "py_": "charge", "re_": "refund", "pyr_": "refund",
    "txn_": "balance_transaction", "pm_": "payment_method", "cs_": "checkout.session", "cus_": "customer",
    "sub_": "subscription", "in_": "invoice", "inpay_": "invoice_payment", "du_": "dispute", "po_": "payout",
    "prod_": "product", "price_": "price"}


def shown(tx: Transaction, thing: dict) -> dict:
    """A copy of `thing` as the outside sees it now."""
    seen = {name: value for name, value in thing.items() if not name.startswith("_")}
    if seen["object"] == "balance_transaction":
        seen["status"] = "available" if seen["available_on"] <= tx.now else "pending"
    elif seen["object"] == "checkout.session" and seen["url"]:  # the port may have changed since
        seen["url"] = f"{tx.setting('public_url')}/c/pay/{seen['id']}"
    elif seen["object"] == "invoice" and seen["hosted_invoice_url"]:
        seen["hosted_invoice_url"] = f"{tx.setting('public_url')}/i/{thing['_secret']}"
    elif seen["object"] == "event":
        seen["pending_webhooks"] = tx.db.execute(
            "SELECT COUNT(*) FROM delivery WHERE event = ? AND state IN ('waiting', 'held') AND state != 'delivered'",
            (seen["id"],)).fetchone()[0]
    return seen


def listed(tx: Transaction, things: list[dict], url: str) -> dict:
    """A short list within an object."""
    return {"object": "list", "data": [shown(tx, thing) for thing in things], "has_more": False, "url": url}


def expand(tx: Transaction, thing: dict, paths: list[str]) -> dict:
    """`thing` with the ids at `paths` replaced by their objects. Raises Refusal for a path that leads nowhere."""
    for path in paths:
        if not re.fullmatch(r"[a-z_]+(\.[a-z_]+){0,3}", path):
            raise Refusal(f"This property cannot be expanded ({path}).", param="expand")
        _walk(tx, thing, path.split("."), path)
    return thing


def _walk(tx: Transaction, place: dict, steps: list[str], path: str) -> None:
    step, *rest = steps
    include = INCLUDED.get((place.get("object", ""), step))
    if include:
        place[step] = include(tx, place)
    if step not in place:
        raise Refusal(f"This property cannot be expanded ({path}).", param="expand")
    if isinstance(place[step], str):
        place[step] = _whole(tx, place[step], path)
    value = place[step]
    several = value if isinstance(value, list) else [value]
    if not rest and not include and not all(item is None or isinstance(item, dict) and "object" in item for item in several):
        raise Refusal(f"This property cannot be expanded ({path}).", param="expand")
    for item in several:
        if rest and isinstance(item, dict):
            _walk(tx, item, rest, path)


def _whole(tx: Transaction, ident: str, path: str) -> dict:
    kind = next((kind for prefix, kind in KINDS.items() if ident.startswith(prefix)), None)
    found = tx.find(kind, ident) if kind else None
    if found is None:
        raise Refusal(f"This property cannot be expanded ({path}).", param="expand")
    return shown(tx, found)


def _line_items(tx: Transaction, session: dict) -> dict:
    return tx.get("checkout.session", session["id"])["_line_items"]


def _payments(tx: Transaction, invoice: dict) -> dict:
    return listed(tx, tx.where("invoice_payment", invoice=invoice["id"])[::-1],
                  f"/v1/invoice_payments?invoice={invoice['id']}")


def _confirmation(tx: Transaction, invoice: dict) -> dict | None:
    made = tx.where("invoice_payment", invoice=invoice["id"])
    intent = tx.find("payment_intent", made[-1]["payment"]["payment_intent"]) if made else None
    return {"client_secret": intent["client_secret"], "type": "payment_intent"} if intent else None


def _refunds(tx: Transaction, charge: dict) -> dict:
    return listed(tx, tx.where("refund", charge=charge["id"])[::-1], f"/v1/charges/{charge['id']}/refunds")


INCLUDED: dict[tuple[str, str], Callable[[Transaction, dict], dict | None]] = {  # shown to who asks for them only
    ("checkout.session", "line_items"): _line_items, ("invoice", "payments"): _payments,
    ("invoice", "confirmation_secret"): _confirmation, ("charge", "refunds"): _refunds}
