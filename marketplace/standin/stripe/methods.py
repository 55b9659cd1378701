"""Ways to pay that are kept: what may be known of a card, and whose it is."""
from marketplace.standin.stripe import cards, params
from marketplace.standin.stripe.cards import Method
from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.events import emit
from marketplace.standin.stripe.params import must
from marketplace.standin.stripe.store import Transaction, new_id

ATTACH = {"customer": must(params.text())} | params.EXPAND
LIST = params.PAGE | {"customer": params.text(), "type": params.one_of(*cards.KINDS)}
NO_ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}


def new(tx: Transaction, method: Method, email: str | None) -> dict:
    """Keep what may be kept of a way to pay."""
    details = {"alipay": {}, "wechat_pay": {}}.get(method.kind, {
        "brand": method.brand, "country": method.country, "display_brand": method.brand,
        "exp_month": method.exp_month, "exp_year": method.exp_year, "funding": method.funding, "last4": method.last4})
    return tx.add({
        "id": new_id("pm_1"), "object": "payment_method", "allow_redisplay": "limited",
        "billing_details": {"address": dict(NO_ADDRESS), "email": email, "name": None, "phone": None, "tax_id": None},
        "created": tx.now, "customer": None, "customer_account": None, "livemode": False, "metadata": {},
        "type": method.kind, method.kind: details, "_method": cards.kept(method)})


def named(tx: Transaction, ident: str, param: str = "payment_method") -> tuple[Method, dict | None]:
    """How the way to pay with this id behaves, and what is kept of it; nothing of those every test account has."""
    if ident in cards.READY:
        return cards.by_number(cards.READY[ident]), None
    kept = tx.find("payment_method", ident)
    if kept is None:
        raise missing("PaymentMethod", ident, param)
    return cards.known(kept["_method"]), kept


def attach(tx: Transaction, given: dict, ident: str) -> dict:
    """Make it a customer's. Raises Refusal for a wallet, for another's, and for a card that its bank refuses now."""
    if tx.find("customer", given["customer"]) is None:
        raise missing("customer", given["customer"], "customer")
    method, kept = named(tx, ident)
    if method.kind != "card":
        raise Refusal(f"The payment method type {method.kind} cannot be attached to a customer.", param="payment_method")
    if kept and kept["customer"] not in (None, given["customer"]):
        raise Refusal("The payment method you provided has already been attached to a customer.", param="payment_method")
    if method.decline:
        why = {"decline_code": method.decline.reason} if method.decline.reason else {}
        raise Refusal(method.decline.message, status=402, kind="card_error", code=method.decline.code,
                      param=method.decline.param, **why)
    return belong(tx, kept or new(tx, method, None), given["customer"])


def belong(tx: Transaction, kept: dict, customer: str) -> dict:
    """It is this customer's from now on."""
    if kept["customer"] != customer:
        kept["customer"] = customer
        emit(tx, "payment_method.attached", tx.save(kept))
    return kept


def owned(tx: Transaction, ident: str, customer: str, param: str = "default_payment_method") -> dict:
    """A customer's own way to pay. Raises Refusal for anybody else's."""
    kept = tx.find("payment_method", ident)
    if kept is None:
        raise missing("PaymentMethod", ident, param)
    if kept["customer"] != customer:
        raise Refusal(f"The customer does not have a payment method with the ID {ident}. The payment method must be "
                      "attached to the customer.", code="resource_missing", param=param)
    return kept
