"""Every request the API knows: what it may be given, and who answers it."""
import re
from collections.abc import Callable
from dataclasses import dataclass

from marketplace.standin.stripe import (
    balance,
    billing,
    charges,
    customers,
    disputes,
    events,
    intents,
    invoices,
    listing,
    methods,
    outcomes,
    params,
    payouts,
    prices,
    refunds,
    session_shape,
    sessions,
    subscriptions,
)
from marketplace.standin.stripe.errors import missing, no_such_url
from marketplace.standin.stripe.store import Transaction


@dataclass(frozen=True)
class Endpoint:
    """`does(tx, given, *ids)` answers with an object; `confirms`: a decline in that object is an error."""

    method: str
    path: re.Pattern
    does: Callable
    fields: dict
    confirms: bool = False


def _on(method: str, path: str, does: Callable, fields: dict, confirms: bool = False) -> Endpoint:
    return Endpoint(method, re.compile(path.replace("<id>", r"([A-Za-z0-9_]{1,255})")), does, fields, confirms)


def _one(kind: str, param: str = "id") -> Callable:
    def retrieve(tx: Transaction, given: dict, ident: str) -> dict:
        thing = tx.find(kind, ident)
        if thing is None:
            raise missing(kind, ident, param)
        return thing
    return retrieve


def _kept(kind: str, path: str, fields: dict, param: str = "id", ready: Callable | None = None) -> list[Endpoint]:
    """What every kind of object offers: the list, and one."""
    return [_on("GET", path, listing.of(kind, path, ready), fields),
            _on("GET", f"{path}/<id>", _one(kind, param), params.EXPAND)]


CHECKOUT, INTENTS, REFUNDS, DISPUTES = "/v1/checkout/sessions", "/v1/payment_intents", "/v1/refunds", "/v1/disputes"
CUSTOMERS, SUBSCRIPTIONS, INVOICES, PAYOUTS = "/v1/customers", "/v1/subscriptions", "/v1/invoices", "/v1/payouts"
PAYMENTS = [
    *_kept("checkout.session", CHECKOUT, sessions.LIST, "session"),
    _on("POST", CHECKOUT, sessions.create, session_shape.CREATE),
    _on("POST", f"{CHECKOUT}/<id>/expire", sessions.expire, sessions.EXPIRE),
    _on("GET", f"{CHECKOUT}/<id>/line_items", sessions.line_items, params.PAGE),
    *_kept("payment_intent", INTENTS, intents.LIST, "intent"),
    _on("POST", INTENTS, intents.create, intents.CREATE, confirms=True),
    _on("POST", f"{INTENTS}/<id>", intents.update, intents.UPDATE),
    _on("POST", f"{INTENTS}/<id>/confirm", outcomes.confirm, intents.CONFIRM, confirms=True),
    _on("POST", f"{INTENTS}/<id>/cancel", intents.cancel, intents.CANCEL),
    *_kept("charge", "/v1/charges", charges.LIST, "charge"),
    *_kept("refund", REFUNDS, refunds.LIST, "refund"),
    _on("POST", REFUNDS, refunds.create, refunds.CREATE),
    _on("POST", f"{REFUNDS}/<id>", refunds.update, refunds.UPDATE),
    *_kept("dispute", DISPUTES, disputes.LIST, "dispute"),
    _on("POST", f"{DISPUTES}/<id>", disputes.update, disputes.UPDATE),
    _on("POST", f"{DISPUTES}/<id>/close", disputes.close, params.EXPAND),
]
MONTHLY = [
    *_kept("customer", CUSTOMERS, customers.LIST, "customer"),
    _on("POST", CUSTOMERS, customers.create, customers.CREATE),
    _on("POST", f"{CUSTOMERS}/<id>", customers.update, customers.UPDATE),
    _on("GET", f"{CUSTOMERS}/<id>/payment_methods",
        listing.of("payment_method", CUSTOMERS + "/{}/payment_methods", customers.payment_methods), methods.LIST),
    *_kept("payment_method", "/v1/payment_methods", methods.LIST, "payment_method"),
    _on("POST", "/v1/payment_methods/<id>/attach", methods.attach, methods.ATTACH),
    *_kept("product", "/v1/products", params.PAGE, "product"),
    _on("POST", "/v1/products", prices.create_product, prices.CREATE_PRODUCT),
    *_kept("price", "/v1/prices", prices.LIST, "price"),
    _on("POST", "/v1/prices", prices.create, prices.CREATE),
    *_kept("subscription", SUBSCRIPTIONS, subscriptions.LIST, ready=subscriptions.listable),
    _on("POST", SUBSCRIPTIONS, billing.create, billing.CREATE),
    _on("POST", f"{SUBSCRIPTIONS}/<id>", subscriptions.update, subscriptions.UPDATE),
    _on("DELETE", f"{SUBSCRIPTIONS}/<id>", subscriptions.cancel, subscriptions.CANCEL),
    *_kept("invoice", INVOICES, invoices.LIST, "invoice"),
    _on("POST", f"{INVOICES}/<id>", invoices.update, invoices.UPDATE),
    _on("POST", f"{INVOICES}/<id>/pay", billing.pay, billing.PAY),
    _on("POST", f"{INVOICES}/<id>/void", invoices.void_one, params.EXPAND),
    *_kept("invoice_payment", "/v1/invoice_payments", invoices.LIST_PAYMENTS, "invoice_payment", invoices.payments),
]
ACCOUNT = [
    _on("GET", "/v1/balance", balance.retrieve, params.EXPAND),
    *_kept("balance_transaction", "/v1/balance_transactions", balance.LIST, ready=balance.listable),
    *_kept("payout", PAYOUTS, payouts.LIST, "payout"),
    _on("POST", PAYOUTS, payouts.create, payouts.CREATE),
    _on("POST", f"{PAYOUTS}/<id>", payouts.update, payouts.UPDATE),
    _on("POST", f"{PAYOUTS}/<id>/cancel", payouts.cancel, params.EXPAND),
    *_kept("event", "/v1/events", events.LIST),
]
ENDPOINTS = PAYMENTS + MONTHLY + ACCOUNT


def find(method: str, path: str) -> tuple[Endpoint, tuple[str, ...]]:
    """Who answers, and the ids in the path. Raises Refusal."""
    for endpoint in ENDPOINTS:
        match = endpoint.path.fullmatch(path) if endpoint.method == method else None
        if match:
            return endpoint, match.groups()
    raise no_such_url(method, path)
