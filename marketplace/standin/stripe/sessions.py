"""Checkout sessions: a page to pay on, open until it is paid or its time is over."""
from marketplace.standin.stripe import intents, params
from marketplace.standin.stripe.cards import Method
from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.events import emit
from marketplace.standin.stripe.params import must
from marketplace.standin.stripe.store import Transaction, new_id

LOCALES = ("auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt "
           "pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW").split()
DAY, HALF_HOUR = 86_400, 1_800
PRICE = params.table(
    currency=must(params.currency()), unit_amount=must(params.amount(0)),
    product_data=must(params.table(name=must(params.text(250)), description=params.text(), metadata=params.metadata(),
                                   images=params.series(params.url(), 8))))
CREATE = {
    "mode": must(params.one_of("payment")), "ui_mode": params.one_of("hosted_page"),
    "line_items": must(params.series(params.table(price_data=must(PRICE), quantity=must(params.integer(1))))),
    "success_url": must(params.url()), "cancel_url": params.url(), "client_reference_id": params.text(200),
    "customer_email": params.email(), "expires_at": params.integer(), "locale": params.one_of(*LOCALES),
    "metadata": params.metadata(), "submit_type": params.one_of("auto", "book", "donate", "pay"),
    "payment_intent_data": params.table(metadata=params.metadata(), description=params.text(1000),
                                        receipt_email=params.email(),
                                        capture_method=params.one_of("automatic", "automatic_async")),
} | intents.TYPES | params.EXPAND
EXPIRE = params.EXPAND
LIST = params.PAGE | {"payment_intent": params.text(), "status": params.one_of("complete", "expired", "open")}


def create(tx: Transaction, given: dict) -> dict:
    """A new page to pay on. Raises Refusal."""
    until = given.get("expires_at", tx.now + DAY)
    if until < tx.now + HALF_HOUR:
        raise Refusal("The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
                      param="expires_at")
    if until > tx.now + DAY:
        raise Refusal("The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
                      param="expires_at")
    currencies = {item["price_data"]["currency"] for item in given["line_items"]}
    if len(currencies) != 1:
        raise Refusal("All line items must have the same currency." if currencies else
                      "You must pass at least one line item.", param="line_items")
    currency = currencies.pop()
    items = [_item(item) for item in given["line_items"]]
    total = sum(item["amount_total"] for item in items)
    intents.enough(total, currency, "The Checkout Session's total amount due must add up to at least {least} {currency}")
    return tx.add(_new(tx, given, items, total, currency, until))


def expire(tx: Transaction, given: dict, ident: str) -> dict:
    session = found(tx, ident)
    if session["status"] != "open":
        raise Refusal('Only Checkout Sessions with a status in ["open"] can be expired. This Session has a status of '
                      f"{session['status']}.", param="session")
    return close(tx, session)


def close(tx: Transaction, session: dict) -> dict:
    """End an open session unpaid, and its intent with it."""
    session |= {"status": "expired", "url": None, "_due": None}
    intent = tx.find("payment_intent", session["payment_intent"])
    if intent and intent["status"] in intents.CANCELABLE:
        intents.end(tx, intent, "expired")
    emit(tx, "checkout.session.expired", tx.save(session))
    return session


def pay(tx: Transaction, session: dict, method: Method, email: str | None = None) -> dict:
    """An attempt to pay an open session; the intent tells how it went. A paid session is left as it is."""
    if session["status"] != "open":
        return tx.get("payment_intent", session["payment_intent"])
    email = session["customer_email"] or email
    intent = tx.find("payment_intent", session["payment_intent"])
    if intent is None:
        intent = intents.new(tx, session["_intent"] | {"session": session["id"]}, session["payment_method_types"])
        session["payment_intent"] = intent["id"]
        tx.save(session)
    session["customer_details"] = _customer(email)
    return settle(tx, session, intents.attempt(tx, intent, method, email))


def settle(tx: Transaction, session: dict, intent: dict) -> dict:
    """Complete the session whose intent has succeeded."""
    if intent["status"] == "succeeded" and session["status"] == "open":
        session |= {"status": "complete", "payment_status": "paid", "url": None, "_due": None}
        emit(tx, "checkout.session.completed", tx.save(session))
    return intent


def found(tx: Transaction, ident: str) -> dict:
    session = tx.find("checkout.session", ident)
    if session is None:
        raise missing("checkout.session", ident, "session")
    return session


def line_items(tx: Transaction, given: dict, ident: str) -> dict:
    return found(tx, ident)["_line_items"]


def _item(item: dict) -> dict:
    price, product = item["price_data"], item["price_data"]["product_data"]
    amount = price["unit_amount"] * item["quantity"]
    return {
        "id": new_id("li_1"), "object": "item", "adjustable_quantity": None, "amount_discount": 0,
        "amount_subtotal": amount, "amount_tax": 0, "amount_total": amount, "currency": price["currency"],
        "description": product["name"], "metadata": {}, "price": _price(price), "quantity": item["quantity"]}


def _price(price: dict) -> dict:
    return {
        "id": new_id("price_1"), "object": "price", "active": False, "billing_scheme": "per_unit", "created": 0,
        "currency": price["currency"], "custom_unit_amount": None, "livemode": False, "lookup_key": None,
        "metadata": {}, "nickname": None, "product": new_id("prod_", 14), "recurring": None,
        "tax_behavior": "unspecified", "tiers_mode": None, "transform_quantity": None, "type": "one_time",
        "unit_amount": price["unit_amount"], "unit_amount_decimal": str(price["unit_amount"])}


def _customer(email: str | None) -> dict:
    return {"address": None, "business_name": None, "email": email, "individual_name": None, "name": None,
            "phone": None, "tax_exempt": "none", "tax_ids": []}


def _new(tx: Transaction, given: dict, items: list[dict], total: int, currency: str, until: int) -> dict:
    ident = new_id("cs_test_a1", 56)
    data = given.get("payment_intent_data", {})
    email = given.get("customer_email")
    return {
        "id": ident, "object": "checkout.session", "adaptive_pricing": {"enabled": False}, "after_expiration": None,
        "allow_promotion_codes": None, "allowed_payment_method_types": given.get("allowed_payment_method_types"),
        "amount_subtotal": total, "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None, "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"), "client_secret": None, "collected_information": None,
        "consent": None, "consent_collection": None, "created": tx.now, "currency": currency,
        "currency_conversion": None, "custom_fields": [],
        "custom_text": {"after_submit": None, "shipping_address": None, "submit": None,
                        "terms_of_service_acceptance": None},
        "customer": None, "customer_account": None, "customer_creation": "if_required",
        "customer_details": _customer(email) if email else None, "customer_email": email, "discounts": [],
        "excluded_payment_method_types": given.get("excluded_payment_method_types"), "expires_at": until,
        "invoice": None, "invoice_creation": None, "livemode": False, "locale": given.get("locale"),
        "metadata": intents.set_metadata({}, given), "mode": "payment", "origin_context": None,
        "payment_intent": None, "payment_link": None, "payment_method_collection": "if_required",
        "payment_method_configuration_details": None, "payment_method_options": {},
        "payment_method_types": intents.types(given), "payment_status": "unpaid", "permissions": None,
        "phone_number_collection": {"enabled": False}, "recovered_from": None, "saved_payment_method_options": None,
        "setup_intent": None, "shipping_address_collection": None, "shipping_cost": None, "shipping_options": [],
        "status": "open", "submit_type": given.get("submit_type"), "subscription": None,
        "success_url": given["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted_page",
        "url": f"{tx.setting('public_url')}/c/pay/{ident}", "wallet_options": None, "_due": until,
        "_intent": data | {"amount": total, "currency": currency},
        "_line_items": {"object": "list", "data": items, "has_more": False,
                        "url": f"/v1/checkout/sessions/{ident}/line_items"}}
