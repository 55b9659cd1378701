"""Invoices: what a subscription asks for each period, from draft to paid, and which payment paid it."""
from marketplace.standin.stripe import customers, intents, params
from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.events import emit
from marketplace.standin.stripe.invoice_shapes import blank, blank_payment
from marketplace.standin.stripe.metadata import set_metadata
from marketplace.standin.stripe.params import must
from marketplace.standin.stripe.store import Transaction, new_id

LIST = params.PAGE | {"customer": params.text(), "subscription": params.text(), "collection_method":
                      params.one_of("charge_automatically", "send_invoice"),
                      "status": params.one_of("draft", "open", "paid", "uncollectible", "void")}
UPDATE = {"metadata": params.metadata(), "auto_advance": params.boolean(), "description": params.text(500)} | params.EXPAND
LIST_PAYMENTS = params.PAGE | {
    "invoice": params.text(), "status": params.one_of("canceled", "open", "paid"),
    "payment": params.table(type=must(params.one_of("payment_intent")), payment_intent=params.text())}
AT_REST = {"auto_advance": False, "automatically_finalizes_at": None, "next_payment_attempt": None, "_due": None}
DESCRIBED = {"subscription_create": "Subscription creation", "subscription_cycle": "Subscription update"}


def draft(tx: Transaction, subscription: dict, reason: str, start: int, end: int) -> dict:
    """A new invoice for the period from `start` to `end`; it becomes final by itself after an hour."""
    invoice = tx.add(blank(tx, subscription, customers.found(tx, subscription["customer"]), reason, start, end))
    emit(tx, "invoice.created", invoice)
    return invoice


def finalize(tx: Transaction, invoice: dict, intent: dict | None = None) -> dict:
    """Make a draft a demand, to be paid by `intent` or by a new one."""
    customer = invoice["customer"]
    secret = f"{invoice['id']}_secret_{new_id('')}"
    invoice |= {"status": "open", "number": customers.next_number(tx, customer), "effective_at": tx.now,
                "automatically_finalizes_at": None, "ending_balance": 0, "_secret": secret,
                "hosted_invoice_url": f"/i/{secret}", "_due": None}
    invoice["status_transitions"]["finalized_at"] = tx.now
    emit(tx, "invoice.finalized", tx.save(invoice))
    intent = intent or intents.new(tx, {
        "amount": invoice["amount_due"], "currency": invoice["currency"], "customer": customer, "invoice": invoice["id"],
        "description": DESCRIBED[invoice["billing_reason"]], "setup_future_usage": "off_session"}, ["card"])
    payment = tx.add(blank_payment(tx, invoice, intent))
    invoice["_payment"] = payment["id"]
    return tx.save(invoice)


def intent_of(tx: Transaction, invoice: dict) -> dict:
    payment = tx.get("invoice_payment", invoice["_payment"])
    return tx.get("payment_intent", payment["payment"]["payment_intent"])


def settled(tx: Transaction, invoice: dict) -> dict:
    """It is paid: its payment intent has succeeded."""
    due = invoice["amount_due"]
    invoice |= {"status": "paid", "amount_paid": due, "amount_remaining": 0, "attempted": True, "auto_advance": False,
                "attempt_count": max(invoice["attempt_count"], 1), "next_payment_attempt": None, "_due": None}
    invoice["status_transitions"]["paid_at"] = tx.now
    payment = tx.get("invoice_payment", invoice["_payment"])
    payment |= {"status": "paid", "amount_paid": due}
    payment["status_transitions"]["paid_at"] = tx.now
    tx.save(payment)
    for name in ("invoice.paid", "invoice.payment_succeeded"):
        emit(tx, name, tx.save(invoice))
    emit(tx, "invoice_payment.paid", payment)
    return invoice


def refused(tx: Transaction, invoice: dict, again_at: int | None, planned: bool = True) -> dict:
    """An attempt has failed; the next one is at `again_at`, or nobody tries again by himself."""
    count = invoice["attempt_count"]
    invoice |= {"attempted": True, "attempt_count": count + 1 if planned else max(count, 1), "auto_advance": bool(again_at),
                "next_payment_attempt": again_at, "_due": again_at}
    emit(tx, "invoice.payment_failed", tx.save(invoice))
    if intent_of(tx, invoice)["status"] == "requires_action":
        emit(tx, "invoice.payment_action_required", invoice)
    return invoice


def void(tx: Transaction, invoice: dict) -> dict:
    """Nobody has to pay it any more."""
    invoice |= {"status": "void", "auto_advance": False, "next_payment_attempt": None, "_due": None}
    invoice["status_transitions"]["voided_at"] = tx.now
    intent = intent_of(tx, invoice)
    if intent["status"] in intents.CANCELABLE:
        intents.end(tx, intent, "void_invoice")
    payment = tx.get("invoice_payment", invoice["_payment"])
    payment["status"] = "canceled"
    payment["status_transitions"]["canceled_at"] = tx.now
    tx.save(payment)
    emit(tx, "invoice.voided", tx.save(invoice))
    return invoice


def stop(tx: Transaction, subscription: dict) -> None:
    """Take no more money by itself for what a subscription has asked for."""
    for status in ("draft", "open"):
        for invoice in tx.where("invoice", subscription=subscription["id"], status=status):
            emit(tx, "invoice.updated", tx.save(invoice | AT_REST))


def update(tx: Transaction, given: dict, ident: str) -> dict:
    invoice = found(tx, ident)
    before = invoice["metadata"]
    invoice |= {name: given[name] for name in ("auto_advance", "description") if name in given}
    invoice["metadata"] = set_metadata(before, given)
    emit(tx, "invoice.updated", tx.save(invoice), {"metadata": before})
    return invoice


def void_one(tx: Transaction, given: dict, ident: str) -> dict:
    """Raises Refusal unless it is open."""
    return void(tx, unpaid(tx, ident, "void"))


def unpaid(tx: Transaction, ident: str, verb: str) -> dict:
    """The open invoice with this id. Raises Refusal for any other."""
    invoice = found(tx, ident)
    if invoice["status"] == "paid":
        raise Refusal("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] != "open":
        raise Refusal(f"You can only {verb} open invoices. This invoice is {invoice['status']}.",
                      code="status_transition_invalid")
    return invoice


def found(tx: Transaction, ident: str) -> dict:
    invoice = tx.find("invoice", ident)
    if invoice is None:
        raise missing("invoice", ident, "invoice")
    return invoice


def payments(tx: Transaction, given: dict) -> dict:
    """The conditions of a list of invoice payments as columns know them."""
    return given | {name: value for name, value in given.get("payment", {}).items() if name == "payment_intent"}
