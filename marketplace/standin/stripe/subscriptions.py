"""Subscriptions: what somebody has agreed to pay each period, until it is ended."""
from marketplace.standin.stripe import invoices, methods, params, periods, prices
from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.events import emit
from marketplace.standin.stripe.metadata import set_metadata
from marketplace.standin.stripe.store import Transaction, new_id

ENDED = ("canceled", "incomplete_expired")
STATUSES = ("active", "past_due", "unpaid", "canceled", "incomplete", "incomplete_expired")
FEEDBACK = ("customer_service", "low_quality", "missing_features", "other", "switched_service", "too_complex",
            "too_expensive", "unused")
DETAILS = params.table(comment=params.text(), feedback=params.one_of(*FEEDBACK))
UPDATE = {"cancel_at_period_end": params.boolean(), "metadata": params.metadata(), "description": params.text(500),
          "default_payment_method": params.text(), "cancellation_details": DETAILS} | params.EXPAND
CANCEL = {"cancellation_details": DETAILS, "invoice_now": params.one_of("false"), "prorate": params.one_of("false")
          } | params.EXPAND
LIST = params.PAGE | {"customer": params.text(), "collection_method": params.one_of("charge_automatically", "send_invoice"),
                      "status": params.one_of(*STATUSES, "all", "ended", "paused", "trialing")}
INCOMPLETE_FOR = 23 * 3600  # seconds until a subscription whose first invoice nobody pays has come to nothing


def new(tx: Transaction, customer: dict, items: list[tuple[dict, int]], status: str, given: dict) -> dict:
    """A subscription to (price, quantity) from now on."""
    ident = new_id("sub_1")
    until = periods.end(tx.now, items[0][0], 1)
    return tx.add({
        "id": ident, "object": "subscription", "application": None, "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None}, "billing_cycle_anchor": tx.now,
        "billing_cycle_anchor_config": None, "billing_mode": {
            "flexible": {"proration_discounts": "included"}, "type": "flexible", "updated_at": None},
        "billing_schedules": [], "billing_thresholds": None, "cancel_at": None, "cancel_at_period_end": False,
        "canceled_at": None, "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically", "created": tx.now, "currency": items[0][0]["currency"],
        "customer": customer["id"], "customer_account": None, "days_until_due": None,
        "default_payment_method": given.get("default_payment_method"), "default_source": None, "default_tax_rates": [],
        "description": given.get("description"), "discounts": [], "ended_at": None,
        "invoice_settings": {"account_tax_ids": None, "custom_fields": None, "description": None, "footer": None,
                             "issuer": {"type": "self"}},
        "items": {"object": "list", "data": [_item(tx, ident, price, many, until) for price, many in items],
                  "has_more": False, "total_count": len(items), "url": f"/v1/subscription_items?subscription={ident}"},
        "latest_invoice": None, "livemode": False, "metadata": set_metadata({}, given),
        "next_pending_invoice_item_invoice": None, "on_behalf_of": None, "pause_collection": None,
        "payment_settings": {"payment_method_options": None, "payment_method_types": None,
                             "save_default_payment_method": "off"},
        "pending_invoice_item_interval": None, "pending_setup_intent": None, "pending_update": None, "schedule": None,
        "start_date": tx.now, "status": status, "status_details": None, "test_clock": None, "transfer_data": None,
        "trial_end": None, "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": None, "_due": tx.now + INCOMPLETE_FOR if status == "incomplete" else until})


def period_end(subscription: dict) -> int:
    return subscription["items"]["data"][0]["current_period_end"]


def next_end(subscription: dict) -> int:
    """When the period after this one ends."""
    return periods.after(subscription["billing_cycle_anchor"], subscription["items"]["data"][0]["price"],
                         period_end(subscription))


def move_on(tx: Transaction, subscription: dict, invoice: dict) -> dict:
    """The next period has begun; `invoice` asks for it."""
    before, until = [item | {} for item in subscription["items"]["data"]], next_end(subscription)
    for item in subscription["items"]["data"]:
        item |= {"current_period_start": item["current_period_end"], "current_period_end": until}
    return change(tx, subscription, {"items": subscription["items"] | {"data": before}},
                  latest_invoice=invoice["id"], _due=period_end(subscription))


def change(tx: Transaction, subscription: dict, before: dict | None = None, **fields) -> dict:
    """Set `fields`, and tell of what is different now, if anything is."""
    different = {name: subscription.get(name) for name, value in fields.items()
                 if not name.startswith("_") and subscription.get(name) != value} | (before or {})
    subscription |= fields
    tx.save(subscription)
    if different:
        emit(tx, "customer.subscription.updated", subscription, different)
    return subscription


def end(tx: Transaction, subscription: dict, reason: str, details: dict | None = None) -> dict:
    """It is over, now."""
    subscription |= {"status": "canceled", "ended_at": tx.now, "canceled_at": subscription["canceled_at"] or tx.now,
                     "_due": None}
    subscription["cancellation_details"] |= (details or {}) | {"reason": reason}
    emit(tx, "customer.subscription.deleted", tx.save(subscription))
    invoices.stop(tx, subscription)
    return subscription


def update(tx: Transaction, given: dict, ident: str) -> dict:
    """Raises Refusal for anything but words and metadata once it has ended."""
    subscription = found(tx, ident)
    if subscription["status"] in ENDED and set(given) - {"metadata", "cancellation_details"}:
        raise Refusal("A canceled subscription can only update its cancellation_details and metadata.",
                      code="invalid_canceled_subscription_fields")
    if "default_payment_method" in given:
        methods.owned(tx, given["default_payment_method"], subscription["customer"])
    fields = {name: given[name] for name in ("description", "default_payment_method") if name in given}
    if "metadata" in given:
        fields["metadata"] = set_metadata(subscription["metadata"], given)
    details = subscription["cancellation_details"] | given.get("cancellation_details", {})
    if given.get("cancel_at_period_end", subscription["cancel_at_period_end"]) != subscription["cancel_at_period_end"]:
        fields |= _ending(tx, subscription, given["cancel_at_period_end"])
        details["reason"] = "cancellation_requested" if given["cancel_at_period_end"] else None
    return change(tx, subscription, **fields, cancellation_details=details)


def cancel(tx: Transaction, given: dict, ident: str) -> dict:
    """Raises Refusal when there is nothing to end."""
    subscription = found(tx, ident)
    if subscription["status"] in ENDED:
        raise missing("subscription", ident, "id")
    return end(tx, subscription, "cancellation_requested", given.get("cancellation_details"))


def listable(tx: Transaction, given: dict) -> dict:
    """The conditions of a list: without a status, of all that are not canceled."""
    status = given.get("status", "")
    among = {"all": (), "ended": ENDED, "": tuple(name for name in STATUSES if name != "canceled")}.get(status, (status,))
    rest = {name: value for name, value in given.items() if name != "status"}
    return rest | ({"status": among} if among else {})


def found(tx: Transaction, ident: str) -> dict:
    subscription = tx.find("subscription", ident)
    if subscription is None:
        raise missing("subscription", ident, "id")
    return subscription


def _ending(tx: Transaction, subscription: dict, ends: bool) -> dict:
    return {"cancel_at_period_end": ends, "cancel_at": period_end(subscription) if ends else None,
            "canceled_at": tx.now if ends else None}


def _item(tx: Transaction, subscription: str, price: dict, quantity: int, until: int) -> dict:
    return {
        "id": new_id("si_", 14), "object": "subscription_item", "billed_until": None, "billing_thresholds": None,
        "created": tx.now, "current_period_end": until, "current_period_start": tx.now, "current_trial": None,
        "discounts": [], "metadata": {}, "plan": prices.plan(price), "price": price, "quantity": quantity,
        "subscription": subscription, "tax_rates": []}
