"""Refunds: never more than was paid, also when two are asked for at once (writers stand in line)."""
from marketplace.standin.stripe import disputes, params
from marketplace.standin.stripe.balance import book
from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.events import emit
from marketplace.standin.stripe.metadata import set_metadata
from marketplace.standin.stripe.params import must
from marketplace.standin.stripe.store import Transaction, new_id

CREATE = {"payment_intent": params.text(), "charge": params.text(), "amount": params.amount(),
          "metadata": params.metadata(),
          "reason": params.one_of("duplicate", "fraudulent", "requested_by_customer")} | params.EXPAND
UPDATE = {"metadata": must(params.metadata())} | params.EXPAND
LIST = params.PAGE | {"payment_intent": params.text(), "charge": params.text()}
SLOW = 5  # seconds until a pending refund is decided


def create(tx: Transaction, given: dict) -> dict:
    """Give back `amount`, or all that is left. Raises Refusal when that is too much."""
    charge = _charge(tx, given)
    if charge.get("_blocked"):
        raise Refusal(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise Refusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = given.get("amount", left)
    if amount > left:
        asked, rest = params.money(amount, charge["currency"]), params.money(left, charge["currency"])
        of = "unrefunded amount on charge" if charge["amount_refunded"] else "charge amount"
        raise Refusal(f"Refund amount ({asked}) is greater than {of} ({rest})", param="amount")
    refund = _new(tx, charge, amount, given)
    emit(tx, "refund.created", refund)
    _count(tx, charge, amount)
    emit(tx, "charge.refunded", charge, {"amount_refunded": charge["amount_refunded"] - amount, "refunded": False})
    disputes.refunded(tx, charge)
    return refund


def update(tx: Transaction, given: dict, ident: str) -> dict:
    refund = found(tx, ident)
    before = refund["metadata"]
    refund["metadata"] = set_metadata(before, given)
    _changed(tx, refund, {"metadata": before})
    return refund


def decide(tx: Transaction, refund: dict) -> None:
    """What becomes of a refund that was pending, or that its bank sends back."""
    before = refund["status"]
    refund["_due"] = None
    if refund.pop("_ends") == "succeeded":
        refund |= {"status": "succeeded", "pending_reason": None}
        _changed(tx, refund, {"status": before})
        return
    back = book(tx, refund, "refund_failure", refund["amount"])
    refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card", "pending_reason": None,
               "failure_balance_transaction": back["id"]}
    _count(tx, tx.get("charge", refund["charge"]), -refund["amount"])
    _changed(tx, refund, {"status": before})
    emit(tx, "refund.failed", refund)


def found(tx: Transaction, ident: str) -> dict:
    refund = tx.find("refund", ident)
    if refund is None:
        raise missing("refund", ident, "refund")
    return refund


def _charge(tx: Transaction, given: dict) -> dict:
    if "payment_intent" in given and "charge" in given:
        raise Refusal("You may only specify one of these parameters: payment_intent, charge.", param="charge")
    if "charge" in given:
        charge = tx.find("charge", given["charge"])
        if charge is None:
            raise missing("charge", given["charge"], "charge")
        if charge["status"] != "succeeded":
            raise Refusal(f"Charge {charge['id']} has not succeeded and cannot be refunded.", param="charge")
        return charge
    if "payment_intent" not in given:
        raise Refusal("One of the following params should be provided for this request: payment_intent or charge.",
                      code="parameter_missing", param="payment_intent")
    intent = tx.find("payment_intent", given["payment_intent"])
    if intent is None:
        raise missing("payment_intent", given["payment_intent"], "payment_intent")
    if intent["status"] != "succeeded":
        raise Refusal(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                      param="payment_intent")
    return tx.get("charge", intent["latest_charge"])


def _new(tx: Transaction, charge: dict, amount: int, given: dict) -> dict:
    pending = charge["_refund"] == "pending"
    card = charge["payment_method_details"]["type"] == "card"
    refund = {
        "id": new_id("re_3" if card else "pyr_1"), "object": "refund", "amount": amount, "balance_transaction": None,
        "charge": charge["id"], "created": tx.now, "currency": charge["currency"],
        "destination_details": {"type": charge["payment_method_details"]["type"],
                                charge["payment_method_details"]["type"]: {}},
        "metadata": set_metadata({}, given), "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"], "reason": given.get("reason"), "receipt_number": None,
        "source_transfer_reversal": None, "status": "pending" if pending else "succeeded", "transfer_reversal": None}
    if pending:
        refund |= {"pending_reason": "processing"}
    if charge["_refund"] != "succeeded":
        refund |= {"_due": tx.now + SLOW, "_ends": "succeeded" if pending else "failed"}
    refund["balance_transaction"] = book(tx, refund, "refund" if card else "payment_refund", -amount)["id"]
    return tx.add(refund)


def _count(tx: Transaction, charge: dict, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    tx.save(charge)


def _changed(tx: Transaction, refund: dict, before: dict) -> None:
    tx.save(refund)
    emit(tx, "refund.updated", refund, before)
    emit(tx, "charge.refund.updated", refund, before)
