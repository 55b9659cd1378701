"""The account's balance: its entries, and what they add up to."""
from marketplace.standin.stripe import params
from marketplace.standin.stripe.errors import Refusal
from marketplace.standin.stripe.store import Transaction, new_id

LIST = params.PAGE | {"source": params.text(), "currency": params.currency(), "type": params.text(), "payout": params.text()}
AVAILABLE_AFTER = 7 * 86_400
CATEGORY = {"charge": "charge", "payment": "charge", "refund": "refund", "payment_refund": "refund",
            "refund_failure": "refund_failure", "payout": "payout", "payout_failure": "payout_reversal",
            "payout_cancel": "payout_reversal"}


def book(tx: Transaction, source: dict, kind: str, amount: int, fee: int = 0, *, wait: int = 0,
         category: str | None = None, description: str | None = None, fee_for: str = "Stripe processing fees") -> dict:
    """An entry for `source`, available after `wait` seconds."""
    details = [{"amount": fee, "application": None, "currency": source["currency"], "description": fee_for,
                "type": "stripe_fee"}] if fee else []
    entry = tx.add({
        "id": new_id("txn_1"), "object": "balance_transaction", "amount": amount, "available_on": tx.now + wait,
        "balance_type": "payments", "created": tx.now, "currency": source["currency"],
        "description": description or source.get("description"), "exchange_rate": None, "fee": fee, "fee_details": details,
        "net": amount - fee, "reporting_category": category or CATEGORY[kind], "source": source["id"],
        "status": "pending" if wait else "available", "type": kind})
    tx.db.execute("INSERT INTO entry (seq, currency, net, available_on) VALUES (?, ?, ?, ?)",
                  (tx.place, entry["currency"], entry["net"], entry["available_on"]))
    return entry


def available(tx: Transaction, currency: str) -> int:
    """What could be paid out now. The entries of an automatic payout add up to nothing, its own among them."""
    return tx.db.execute("SELECT COALESCE(SUM(net), 0) FROM entry WHERE payout IS NULL AND currency = ? "
                         "AND available_on <= ?", (currency, tx.now)).fetchone()[0]


def retrieve(tx: Transaction, given: dict) -> dict:
    rows = tx.db.execute("SELECT currency, SUM(CASE WHEN available_on <= ? THEN net ELSE 0 END) AS available, "
                         "SUM(CASE WHEN available_on > ? THEN net ELSE 0 END) AS pending FROM entry "
                         "WHERE payout IS NULL GROUP BY currency ORDER BY currency", (tx.now, tx.now)).fetchall()
    sums = [dict(row) for row in rows] or [{"currency": "cny", "available": 0, "pending": 0}]
    return {"object": "balance", "livemode": False, "refund_and_dispute_prefunding": {"available": [], "pending": []}} | {
        name: [{"amount": row[name], "currency": row["currency"], "source_types": {"card": row[name]}} for row in sums]
        for name in ("available", "pending")}


def listable(tx: Transaction, given: dict) -> dict:
    """The conditions of a list as they may be asked. Raises Refusal for the entries of a manual payout."""
    payout = tx.find("payout", given.get("payout"))
    if payout and not payout["automatic"]:
        raise Refusal("Balance transaction history can only be filtered on automatic transfers, not manual.", param="payout")
    return given
