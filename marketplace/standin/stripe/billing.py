"""What a subscription does as time passes: it begins, asks for money each period, asks again, and ends."""
import json

from marketplace.standin.stripe import cards, customers, intents, invoices, methods, params, prices, subscriptions
from marketplace.standin.stripe.errors import Refusal
from marketplace.standin.stripe.events import emit
from marketplace.standin.stripe.params import must
from marketplace.standin.stripe.store import Transaction

Using = tuple[cards.Method, dict | None]  # how somebody pays, and what is kept of it
DAY = 86_400
POLICY = {"retries": [3, 5], "after": "cancel"}  # days after an attempt that failed; what becomes of it in the end
ITEM = params.table(price=params.text(), price_data=prices.PRICE_DATA, quantity=params.integer(1))
CREATE = {
    "customer": must(params.text()), "items": must(params.series(ITEM, 20)), "default_payment_method": params.text(),
    "metadata": params.metadata(), "description": params.text(500), "payment_behavior": params.one_of(
        "allow_incomplete", "default_incomplete", "error_if_incomplete"),
    "off_session": params.boolean()} | params.EXPAND
PAY = {"payment_method": params.text(), "off_session": params.boolean()} | params.EXPAND


def create(tx: Transaction, given: dict) -> dict:
    """A subscription whose first invoice is asked for at once; incomplete until that is paid. Raises Refusal."""
    customer = customers.found(tx, given["customer"])
    items = _items(tx, given)
    if "default_payment_method" in given:
        methods.owned(tx, given["default_payment_method"], customer["id"])
    behavior = given.get("payment_behavior", "allow_incomplete")
    if behavior != "default_incomplete" and not (given.get("default_payment_method") or _usual(customer)):
        raise Refusal("This customer has no attached payment source or default payment method. Please consider adding a "
                      "default payment method.", code="resource_missing")
    subscription = subscriptions.new(tx, customer, items, "incomplete", given)
    invoice = invoices.draft(tx, subscription, "subscription_create", tx.now, subscriptions.period_end(subscription))
    subscription["latest_invoice"] = invoice["id"]
    emit(tx, "customer.subscription.created", tx.save(subscription))
    invoices.finalize(tx, invoice)
    if behavior != "default_incomplete":
        intent = collect(tx, invoice)
        if intent["status"] != "succeeded" and behavior == "error_if_incomplete":
            raise _declined(intent)
    return tx.get("subscription", subscription["id"])


def begin(tx: Transaction, customer: dict, items: list[tuple[dict, int]], intent: dict, given: dict) -> tuple[dict, dict]:
    """A subscription whose first period `intent` has paid, and that first invoice."""
    given = given | {"default_payment_method": intent["payment_method"]}
    subscription = subscriptions.new(tx, customer, items, "active", given)
    invoice = invoices.draft(tx, subscription, "subscription_create", tx.now, subscriptions.period_end(subscription))
    subscription["latest_invoice"] = invoice["id"]
    emit(tx, "customer.subscription.created", tx.save(subscription))
    invoices.settled(tx, invoices.finalize(tx, invoice, intent))
    return subscription, invoice


def pass_period(tx: Transaction, subscription: dict) -> None:
    """The paid period is over, or the time to pay the first one."""
    if subscription["status"] == "incomplete":
        _expire(tx, subscription)
    elif subscription["cancel_at_period_end"]:
        subscriptions.end(tx, subscription, "cancellation_requested")
    else:
        start = subscriptions.period_end(subscription)
        ahead = subscriptions.next_end(subscription)
        invoice = invoices.draft(tx, subscription, "subscription_cycle", start, ahead)
        if subscription["status"] == "unpaid":  # a draft until somebody asks for it
            tx.save(invoice | invoices.AT_REST)
        subscriptions.move_on(tx, subscription, invoice)


def advance(tx: Transaction, invoice: dict) -> None:
    """The time of an invoice has come: to be final and paid, or to be tried again."""
    if invoice["status"] == "draft":
        invoices.finalize(tx, invoice)
    collect(tx, invoice)


def collect(tx: Transaction, invoice: dict, using: Using | None = None, absent: bool = True, planned: bool = True) -> dict:
    """Try to take an open invoice's money, and draw the consequences; answers with the payment intent.

    `using`: another way to pay than the usual one. `absent`: the payer is not there to be asked. `planned`: the attempt
    counts for the plan of retries.
    """
    intent = invoices.intent_of(tx, invoice)
    using = using or _usual_of(tx, invoice)
    if using is None and not planned:
        raise Refusal("Cannot charge a customer that has no active card", status=402, kind="card_error", code="missing")
    if using:
        intent = intents.attempt(tx, intent, *using, invoice["customer_email"], absent=absent)
    follow(tx, intent, planned)
    return intent


def follow(tx: Transaction, intent: dict, planned: bool = False) -> None:
    """What an attempt to pay an invoice has led to; the payer may still be on the way to the bank."""
    invoice = tx.find("invoice", intent.get("_invoice"))
    if invoice is None or invoice["status"] != "open":
        return
    subscription = tx.get("subscription", invoice["_subscription"])
    if intent["status"] == "succeeded":
        invoices.settled(tx, invoice)
        customers.owes(tx, invoice["customer"], False)
        _recover(tx, subscription, intent)
    elif planned and subscription["status"] != "incomplete":
        _fall_behind(tx, subscription, invoice)
    elif planned or intent["last_payment_error"]:
        invoices.refused(tx, invoice, invoice["next_payment_attempt"], planned)


def pay(tx: Transaction, given: dict, ident: str) -> dict:
    """Pay an open invoice now. Raises Refusal when its bank says no; the attempt is kept all the same."""
    using = methods.named(tx, given["payment_method"]) if "payment_method" in given else None
    intent = collect(tx, invoices.unpaid(tx, ident, "pay"), using, given.get("off_session", True), planned=False)
    invoice = tx.get("invoice", ident)
    return invoice if intent["status"] == "succeeded" else invoice | {"_refused": _declined(intent).body["error"]}


def pay_by_hand(tx: Transaction, invoice: dict, method: cards.Method) -> dict:
    """The payer pays with another card; from then on the subscription is paid with it."""
    intent = invoices.intent_of(tx, invoice)
    tx.save(intent | {"_renews": True})
    return collect(tx, invoice, (method, None), absent=False, planned=False)


def _recover(tx: Transaction, subscription: dict, intent: dict) -> None:
    """All is well again, unless it is over."""
    fields = {"default_payment_method": intent["payment_method"]} if intent.get("_renews") else {}
    if subscription["status"] in ("incomplete", "past_due", "unpaid"):
        fields |= {"status": "active", "_due": subscriptions.period_end(subscription)}
    if subscription["status"] not in subscriptions.ENDED:
        subscriptions.change(tx, subscription, **fields)


def _usual_of(tx: Transaction, invoice: dict) -> Using | None:
    """How the subscription is paid, or else whatever its customer pays."""
    subscription = tx.get("subscription", invoice["_subscription"])
    ident = subscription["default_payment_method"] or _usual(tx.get("customer", invoice["customer"]))
    return methods.named(tx, ident) if ident else None


def _fall_behind(tx: Transaction, subscription: dict, invoice: dict) -> None:
    """An attempt has failed: try again later, or draw the consequence."""
    policy = POLICY | json.loads(tx.setting("billing") or "{}")
    tries = invoice["attempt_count"]
    again = tx.now + policy["retries"][tries] * DAY if tries < len(policy["retries"]) else None
    invoices.refused(tx, invoice, again)
    customers.owes(tx, invoice["customer"], True)
    if again or policy["after"] == "past_due":
        subscriptions.change(tx, subscription, status="past_due")
    elif policy["after"] == "unpaid":
        subscriptions.change(tx, subscription, status="unpaid")
    else:
        subscriptions.end(tx, subscription, "payment_failed")


def _expire(tx: Transaction, subscription: dict) -> None:
    subscriptions.change(tx, subscription, status="incomplete_expired", ended_at=tx.now, _due=None)
    invoices.void(tx, tx.get("invoice", subscription["latest_invoice"]))


def _items(tx: Transaction, given: dict) -> list[tuple[dict, int]]:
    """(price, quantity) of each item. Raises Refusal for what cannot be asked for each period."""
    found = [(prices.of(tx, item), item.get("quantity", 1)) for item in given["items"]]
    prices.one_rhythm([price for price, _ in found])
    total = sum(price["unit_amount"] * many for price, many in found)
    intents.enough(total, found[0][0]["currency"], "Amount must be at least {least} {currency}", "items")
    return found


def _usual(customer: dict) -> str | None:
    return customer["invoice_settings"]["default_payment_method"]


def _declined(intent: dict) -> Refusal:
    error = intent["last_payment_error"] or {
        "code": "invoice_payment_intent_requires_action", "message": cards.UNCONFIRMED.message, "type": "card_error"}
    return Refusal(error["message"], status=402, kind=error["type"],
                   **{name: value for name, value in error.items() if name not in ("message", "type", "doc_url")})
