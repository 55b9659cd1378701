"""Payouts: what the account has, sent to its bank; each day by itself where that is switched on."""
from marketplace.standin.stripe import params
from marketplace.standin.stripe.balance import available, book
from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.events import emit
from marketplace.standin.stripe.metadata import set_metadata
from marketplace.standin.stripe.params import must
from marketplace.standin.stripe.store import Transaction, new_id

DAY = 86_400
ARRIVES_AFTER = 1  # days, at midnight in UTC
CREATE = {"amount": must(params.amount()), "currency": must(params.currency()), "description": params.text(),
          "metadata": params.metadata(), "method": params.one_of("standard"), "statement_descriptor": params.text(22),
          "source_type": params.one_of("card")} | params.EXPAND
UPDATE = {"metadata": must(params.metadata())} | params.EXPAND
LIST = params.PAGE | {"status": params.one_of("pending", "in_transit", "paid", "failed", "canceled"),
                      "destination": params.text()}
BANK = "ba_1StandInBankAccount00001"
FAILED = {"account_closed": "The bank account has been closed.",
          "could_not_process": "The bank could not process this payout.",
          "no_account": "The bank account could not be found."}


def create(tx: Transaction, given: dict) -> dict:
    """A payout by hand. Raises Refusal for more than is available."""
    if given["amount"] > available(tx, given["currency"]):
        raise Refusal("You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. "
                      "You can use the the /v1/balance endpoint to view your Stripe balance (for more details, see "
                      "stripe.com/docs/api#balance).", code="balance_insufficient", param="amount")
    return _send(tx, given["amount"], given["currency"], given)


def cancel(tx: Transaction, given: dict, ident: str) -> dict:
    """Raises Refusal once it is on its way."""
    payout = found(tx, ident)
    if payout["status"] != "pending" or payout["automatic"]:
        raise Refusal("Payouts can only be canceled when they are pending and were created by hand. This payout is "
                      f"{'automatic' if payout['automatic'] else payout['status']}.", param="payout")
    return _back(tx, payout, "payout_cancel", "payout.canceled", {"status": "canceled"})


def update(tx: Transaction, given: dict, ident: str) -> dict:
    payout = found(tx, ident)
    before = payout["metadata"]
    payout["metadata"] = set_metadata(before, given)
    emit(tx, "payout.updated", tx.save(payout), {"metadata": before})
    return payout


def found(tx: Transaction, ident: str) -> dict:
    payout = tx.find("payout", ident)
    if payout is None:
        raise missing("payout", ident, "payout")
    return payout


def arrive(tx: Transaction, payout: dict) -> None:
    """From pending to the bank at midnight, from there to its account."""
    status = {"pending": "in_transit", "in_transit": "paid"}[payout["status"]]
    before = {"status": payout["status"]}
    payout |= {"status": status, "_due": payout["arrival_date"] if status == "in_transit" else None}
    emit(tx, "payout.paid" if status == "paid" else "payout.updated", tx.save(payout), before)


def fail(tx: Transaction, payout: dict, code: str) -> dict:
    """The bank sends it back, also after it seemed to have arrived. Raises Refusal for one that has failed before."""
    if payout["status"] in ("failed", "canceled"):
        raise Refusal(f"This payout is {payout['status']} already.", param="payout")
    return _back(tx, payout, "payout_failure", "payout.failed", {
        "status": "failed", "failure_code": code, "failure_message": FAILED[code]})


def schedule(tx: Transaction, daily: bool) -> dict:
    """Switch the daily payout on or off; the first one is at the next midnight in UTC."""
    plan = tx.find("payout_schedule", "payout_schedule") or tx.add(
        {"id": "payout_schedule", "object": "payout_schedule", "created": tx.now})
    return tx.save(plan | {"_due": _midnight(tx.now) if daily else None})


def pay_out(tx: Transaction, plan: dict) -> None:
    """Send everything that is available and was not sent yet, in each currency, and tell which entries that is."""
    rows = tx.db.execute("SELECT currency, SUM(net) AS net FROM entry WHERE payout IS NULL AND available_on <= ? "
                         "GROUP BY currency", (tx.now,)).fetchall()
    for row in rows:
        if row["net"] > 0:
            _send(tx, row["net"], row["currency"], {}, automatic=True)
    tx.save(plan | {"_due": _midnight(tx.now)})


def _send(tx: Transaction, amount: int, currency: str, given: dict, automatic: bool = False) -> dict:
    payout = tx.add(_new(tx, amount, currency, given, automatic))
    entry = book(tx, payout, "payout", -amount, description=given.get("description", "STRIPE PAYOUT"))
    payout["balance_transaction"] = entry["id"]
    emit(tx, "payout.created", tx.save(payout))
    if automatic:
        _claim(tx, payout)
        payout["reconciliation_status"] = "completed"
        emit(tx, "payout.reconciliation_completed", tx.save(payout), {"reconciliation_status": "in_progress"})
    return payout


def _claim(tx: Transaction, payout: dict) -> None:
    """Mark what an automatic payout contains: all that is available, its own entry too, nothing in sum."""
    tx.db.execute("UPDATE entry SET payout = ? WHERE payout IS NULL AND currency = ? AND available_on <= ?",
                  (payout["id"], payout["currency"], tx.now))
    tx.db.execute("UPDATE object SET payout = ? WHERE seq IN (SELECT seq FROM entry WHERE payout = ?)",
                  (payout["id"], payout["id"]))


def _back(tx: Transaction, payout: dict, kind: str, event: str, fields: dict) -> dict:
    """The money is in the balance again, for the next payout."""
    before = {"status": payout["status"]}
    payout |= fields | {"_due": None, "failure_balance_transaction": book(
        tx, payout, kind, payout["amount"], description="STRIPE PAYOUT REVERSAL")["id"]}
    emit(tx, event, tx.save(payout), before)
    return payout


def _midnight(moment: int) -> int:
    return (moment // DAY + 1) * DAY


def _new(tx: Transaction, amount: int, currency: str, given: dict, automatic: bool) -> dict:
    arrival = (tx.now // DAY + ARRIVES_AFTER) * DAY
    return {
        "id": new_id("po_1"), "object": "payout", "amount": amount, "application_fee": None,
        "application_fee_amount": None, "arrival_date": arrival, "automatic": automatic, "balance_transaction": None,
        "created": tx.now, "currency": currency, "description": given.get("description", "STRIPE PAYOUT"),
        "destination": BANK, "failure_balance_transaction": None, "failure_code": None, "failure_message": None,
        "livemode": False, "metadata": set_metadata({}, given), "method": "standard", "original_payout": None,
        "payout_method": None, "reconciliation_status": "in_progress" if automatic else "not_applicable",
        "reversed_by": None, "source_type": "card", "statement_descriptor": given.get("statement_descriptor"),
        "status": "in_transit" if automatic else "pending", "trace_id": {"status": "pending", "value": None},
        "type": "bank_account", "_due": arrival}
