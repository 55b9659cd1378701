"""Disputes: a payer's bank takes the money back, or asks first; evidence decides who keeps it."""
from marketplace.standin.stripe import params
from marketplace.standin.stripe.balance import book
from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.events import emit
from marketplace.standin.stripe.metadata import set_metadata
from marketplace.standin.stripe.store import Transaction, new_id

DAY = 86_400
FEE = {"cny": 10_800, "usd": 1_500, "eur": 2_000, "hkd": 8_500}  # what a dispute costs, given back when it is won
TEXTS = ("access_activity_log", "billing_address", "cancellation_policy_disclosure", "cancellation_rebuttal",
         "customer_email_address", "customer_name", "customer_purchase_ip", "duplicate_charge_explanation",
         "duplicate_charge_id", "product_description", "refund_policy_disclosure", "refund_refusal_explanation",
         "service_date", "shipping_address", "shipping_carrier", "shipping_date", "shipping_tracking_number",
         "uncategorized_text")
FILES = ("cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation",
         "receipt", "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file")
NETWORK = {"fraudulent": "10.4", "product_not_received": "13.1", "duplicate": "12.6", "credit_not_processed": "13.6",
           "product_unacceptable": "13.3", "subscription_canceled": "13.2", "unrecognized": "10.4", "general": "13.9"}
REASONS = tuple(NETWORK)
UPDATE = {"evidence": params.table(**{name: params.text(20_000) for name in TEXTS}), "metadata": params.metadata(),
          "submit": params.boolean()} | params.EXPAND
LIST = params.PAGE | {"charge": params.text(), "payment_intent": params.text()}
TO_ANSWER = 7 * DAY  # a test bank waits so long for evidence
TO_DECIDE = 75 * DAY  # and thinks so long about evidence that says nothing to it
OPEN = ("needs_response", "warning_needs_response")
VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost", "escalate_inquiry_evidence": "escalated"}


def open_for(tx: Transaction, charge: dict, reason: str, amount: int | None = None) -> dict:
    """A dispute over a charge, the money gone at once; `inquiry`: the bank asks first. Raises Refusal."""
    left = charge["amount"] - charge["amount_refunded"]
    amount = amount or left
    if charge["status"] != "succeeded" or charge["disputed"] or not 0 < amount <= left:
        raise Refusal(f"Charge {charge['id']} cannot be disputed for this amount, now.", param="charge")
    asks = reason == "inquiry"
    dispute = tx.add(_new(tx, charge, amount, "fraudulent" if asks else reason, asks))
    charge |= {"disputed": True, "_dispute": None, "_due": None}
    tx.save(charge)
    emit(tx, "charge.dispute.created", dispute)
    if not asks:
        _withdraw(tx, dispute, charge)
    return dispute


def strike(tx: Transaction, charge: dict) -> None:
    """A test card whose payer disputes what has just been paid."""
    if charge["disputed"] or charge["refunded"]:
        charge |= {"_dispute": None, "_due": None}
        tx.save(charge)
    else:
        open_for(tx, charge, charge["_dispute"])


def update(tx: Transaction, given: dict, ident: str) -> dict:
    """Add evidence, and hand it in unless `submit` is false. Raises Refusal once it has been handed in."""
    dispute = found(tx, ident)
    evidence = given.get("evidence")
    if evidence and dispute["status"] not in OPEN:
        raise Refusal("This dispute is already closed or under review, and cannot take evidence any more.", param="dispute")
    before = {name: dispute[name] for name in ("metadata", "evidence") if name in given}
    dispute["metadata"] = set_metadata(dispute["metadata"], given)
    dispute["evidence"] = dispute["evidence"] | (evidence or {})
    details = dispute["evidence_details"]
    details["has_evidence"] = any(dispute["evidence"][name] for name in (*TEXTS, *FILES))
    if given.get("submit", bool(evidence)) and details["has_evidence"]:
        before["status"] = dispute["status"]
        details |= {"submission_count": details["submission_count"] + 1, "submission_method": "manual"}
        dispute["status"] = "warning_under_review" if _asked(dispute) else "under_review"
        dispute["_due"] = tx.now if (dispute["evidence"]["uncategorized_text"] or "") in VERDICTS else tx.now + TO_DECIDE
    emit(tx, "charge.dispute.updated", tx.save(dispute), before)
    return dispute


def close(tx: Transaction, given: dict, ident: str) -> dict:
    """Give up. Raises Refusal when there is nothing to give up."""
    dispute = found(tx, ident)
    if dispute["status"] not in OPEN:
        raise Refusal("This dispute is already closed.", param="dispute")
    return _close(tx, dispute, "warning_closed" if _asked(dispute) else "lost")


def decide(tx: Transaction, dispute: dict) -> dict:
    """The bank's word: by the evidence that Stripe's test banks understand, against us when there is none."""
    verdict = VERDICTS.get(dispute["evidence"]["uncategorized_text"] or "", "lost")
    if not dispute["evidence_details"]["submission_count"]:
        verdict = "lost"
    if _asked(dispute) and verdict == "escalated":
        return _escalate(tx, dispute)
    if _asked(dispute):
        return _close(tx, dispute, "warning_closed")
    return _close(tx, dispute, "won" if verdict == "won" else "lost")


def refunded(tx: Transaction, charge: dict) -> None:
    """A bank that only asked has nothing more to ask once all is given back."""
    for dispute in tx.where("dispute", charge=charge["id"]) if charge["disputed"] and charge["refunded"] else ():
        if dispute["status"] in ("warning_needs_response", "warning_under_review"):
            _close(tx, dispute, "warning_closed")


def found(tx: Transaction, ident: str) -> dict:
    dispute = tx.find("dispute", ident)
    if dispute is None:
        raise missing("dispute", ident, "dispute")
    return dispute


def _asked(dispute: dict) -> bool:
    return dispute["status"].startswith("warning")


def _withdraw(tx: Transaction, dispute: dict, charge: dict) -> None:
    _move(tx, dispute, charge, -dispute["amount"], FEE[dispute["currency"]], "Chargeback withdrawal")
    charge["_blocked"] = True
    tx.save(charge)
    dispute["is_charge_refundable"] = False
    emit(tx, "charge.dispute.funds_withdrawn", tx.save(dispute))


def _close(tx: Transaction, dispute: dict, status: str) -> dict:
    before = {"status": dispute["status"]}
    charge = tx.get("charge", dispute["charge"])
    dispute |= {"status": status, "_due": None}
    if status == "won":
        _move(tx, dispute, charge, dispute["amount"], -FEE[dispute["currency"]], "Chargeback reversal")
        charge["_blocked"] = False
        dispute["is_charge_refundable"] = True
        tx.save(charge)
    emit(tx, "charge.dispute.closed", tx.save(dispute), before)
    if status == "won":
        emit(tx, "charge.dispute.funds_reinstated", dispute)
    return dispute


def _escalate(tx: Transaction, dispute: dict) -> dict:
    """What the bank has asked about, it takes now."""
    dispute |= {"status": "needs_response", "_due": tx.now + TO_ANSWER}
    dispute["evidence_details"] |= {"due_by": tx.now + TO_ANSWER, "has_evidence": False, "submission_count": 0}
    dispute["evidence"] = _no_evidence()
    if dispute["payment_method_details"]:
        dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    emit(tx, "charge.dispute.updated", tx.save(dispute), {"status": "warning_under_review"})
    _withdraw(tx, dispute, tx.get("charge", dispute["charge"]))
    return dispute


def _move(tx: Transaction, dispute: dict, charge: dict, amount: int, fee: int, words: str) -> None:
    entry = book(tx, dispute, "adjustment", amount, fee, category="dispute" if amount < 0 else "dispute_reversal",
                 description=f"{words} for {charge['id']}", fee_for="Dispute fee")
    dispute["balance_transactions"].append({name: value for name, value in entry.items() if not name.startswith("_")})


def _no_evidence() -> dict:
    return {name: None for name in (*TEXTS, *FILES)} | {"appeal": None, "enhanced_evidence": {}}


def _new(tx: Transaction, charge: dict, amount: int, reason: str, asks: bool) -> dict:
    card = charge["payment_method_details"].get("card")
    return {
        "id": new_id("du_1"), "object": "dispute", "amount": amount, "balance_transactions": [], "charge": charge["id"],
        "created": tx.now, "currency": charge["currency"], "enhanced_eligibility_types": [], "evidence": _no_evidence(),
        "evidence_details": {"due_by": tx.now + TO_ANSWER, "enhanced_eligibility": {}, "has_evidence": False,
                             "past_due": False, "submission_count": 0, "submission_method": "not_submitted"},
        "intended_submission_method": None, "is_charge_refundable": True, "livemode": False, "metadata": {},
        "network_reason_code": NETWORK[reason] if card else None, "payment_intent": charge["payment_intent"],
        "payment_method_details": {"type": "card", "card": {
            "brand": card["brand"], "case_type": "inquiry" if asks else "chargeback", "network": card["network"],
            "network_reason_code": NETWORK[reason]}} if card else None,
        "reason": reason, "status": "warning_needs_response" if asks else "needs_response", "_due": tx.now + TO_ANSWER}
