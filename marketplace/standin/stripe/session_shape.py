"""What a Checkout session may be asked for, and what it looks like when it is new."""
from marketplace.standin.stripe import intents, params, prices
from marketplace.standin.stripe.errors import Refusal
from marketplace.standin.stripe.metadata import set_metadata
from marketplace.standin.stripe.params import must
from marketplace.standin.stripe.store import Transaction, new_id

LOCALES = ("auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt "
           "pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW").split()
LINE = params.table(price=params.text(), price_data=prices.PRICE_DATA, quantity=must(params.integer(1)))
CREATE = {
    "mode": must(params.one_of("payment", "subscription")), "ui_mode": params.one_of("hosted_page"),
    "line_items": must(params.series(LINE)),
    "success_url": must(params.url()), "cancel_url": params.url(), "client_reference_id": params.text(200),
    "customer": params.text(), "customer_creation": params.one_of("always", "if_required"),
    "customer_email": params.email(), "expires_at": params.integer(), "locale": params.one_of(*LOCALES),
    "metadata": params.metadata(), "submit_type": params.one_of("auto", "book", "donate", "pay", "subscribe"),
    "payment_method_collection": params.one_of("always", "if_required"),
    "subscription_data": params.table(metadata=params.metadata(), description=params.text(500)),
    "payment_intent_data": params.table(
        metadata=params.metadata(), description=params.text(1000), receipt_email=params.email(),
        setup_future_usage=params.one_of("off_session", "on_session"),
        capture_method=params.one_of("automatic", "automatic_async")),
} | intents.TYPES | params.EXPAND
ONLY = {"payment": ("payment_intent_data", "customer_creation"), "subscription": ("subscription_data",)}


def fits(given: dict) -> None:
    """Raises Refusal for what one mode knows and the other does not."""
    mode = given["mode"]
    for other, names in ONLY.items():
        for name in names if other != mode else ():
            if name in given:
                raise Refusal(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    if "customer" in given and "customer_email" in given:
        raise Refusal("You may only specify one of these parameters: customer, customer_email.", param="customer")
    if mode == "payment" and given.get("submit_type") == "subscribe":
        raise Refusal("`submit_type` can only be `subscribe` in `subscription` mode.", param="submit_type")


def item(tx: Transaction, given: dict, mode: str) -> dict:
    """A line of the order. Raises Refusal for a price of the other mode."""
    price = prices.of(tx, given)
    if price["recurring"] and mode == "payment":
        raise Refusal("You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode "
                      "or use only one-time prices.", param="line_items")
    amount = price["unit_amount"] * given["quantity"]
    return {
        "id": new_id("li_1"), "object": "item", "adjustable_quantity": None, "amount_discount": 0,
        "amount_subtotal": amount, "amount_tax": 0, "amount_total": amount, "currency": price["currency"],
        "description": tx.get("product", price["product"])["name"], "metadata": {}, "price": price,
        "quantity": given["quantity"]}


def details(email: str | None) -> dict:
    return {"address": None, "business_name": None, "email": email, "individual_name": None, "name": None,
            "phone": None, "tax_exempt": "none", "tax_ids": []}


def new(tx: Transaction, given: dict, items: list[dict], kinds: list[str], until: int) -> dict:
    """An open session that is not kept yet."""
    ident = new_id("cs_test_a1", 56)
    email, currency, total = given.get("customer_email"), items[0]["currency"], sum(item["amount_total"] for item in items)
    monthly = given["mode"] == "subscription"
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
        "customer": given.get("customer"), "customer_account": None,
        "customer_creation": None if monthly or "customer" in given else given.get("customer_creation", "if_required"),
        "customer_details": details(email) if email else None, "customer_email": email, "discounts": [],
        "excluded_payment_method_types": given.get("excluded_payment_method_types"), "expires_at": until,
        "invoice": None, "invoice_creation": None, "livemode": False, "locale": given.get("locale"),
        "metadata": set_metadata({}, given), "mode": given["mode"], "origin_context": None,
        "payment_intent": None, "payment_link": None,
        "payment_method_collection": given.get("payment_method_collection", "always" if monthly else "if_required"),
        "payment_method_configuration_details": None, "payment_method_options": {},
        "payment_method_types": kinds, "payment_status": "unpaid", "permissions": None,
        "phone_number_collection": {"enabled": False}, "recovered_from": None, "saved_payment_method_options": None,
        "setup_intent": None, "shipping_address_collection": None, "shipping_cost": None, "shipping_options": [],
        "status": "open", "submit_type": given.get("submit_type"), "subscription": None,
        "success_url": given["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted_page",
        "url": f"{tx.setting('public_url')}/c/pay/{ident}", "wallet_options": None, "_due": until,
        "_data": given.get("subscription_data" if monthly else "payment_intent_data", {}),
        "_line_items": {"object": "list", "data": items, "has_more": False,
                        "url": f"/v1/checkout/sessions/{ident}/line_items"}}
