"""What an invoice, its line and its payment look like when they are new."""
from marketplace.standin.stripe.params import money
from marketplace.standin.stripe.store import Transaction, new_id

OFF = {"disabled_reason": None, "enabled": False, "liability": None, "provider": None, "status": None}
DRAFT_FOR = 3600  # seconds until a draft is final


def blank(tx: Transaction, subscription: dict, customer: dict, reason: str, start: int, end: int) -> dict:
    """A draft over one period of a subscription."""
    ident = new_id("in_1")
    lines = [_line(tx, ident, subscription, item, start, end) for item in subscription["items"]["data"]]
    total = sum(line["amount"] for line in lines)
    first = reason == "subscription_create"
    return {
        "id": ident, "object": "invoice", "account_country": None, "account_name": tx.setting("merchant"),
        "account_tax_ids": None, "amount_due": total, "amount_overpaid": 0, "amount_paid": 0,
        "amount_paid_off_stripe": 0, "amount_remaining": total, "amount_shipping": 0, "application": None,
        "attempt_count": 0, "attempted": False, "auto_advance": True, "automatic_tax": dict(OFF),
        "automatically_finalizes_at": None if first else tx.now + DRAFT_FOR, "billing_reason": reason,
        "collection_method": "charge_automatically", "created": tx.now, "currency": subscription["currency"],
        "custom_fields": None, "customer": customer["id"], "customer_account": None, "customer_address": None,
        "customer_email": customer["email"], "customer_name": customer["name"], "customer_phone": customer["phone"],
        "customer_shipping": None, "customer_tax_exempt": "none", "customer_tax_ids": [], "default_payment_method": None,
        "default_source": None, "default_tax_rates": [], "description": None, "discounts": [], "due_date": None,
        "effective_at": None, "ending_balance": None, "footer": None, "from_invoice": None, "hosted_invoice_url": None,
        "invoice_pdf": None, "issuer": {"type": "self"}, "last_finalization_error": None, "latest_revision": None,
        "lines": {"object": "list", "data": lines, "has_more": False, "total_count": len(lines),
                  "url": f"/v1/invoices/{ident}/lines"},
        "livemode": False, "metadata": {}, "next_payment_attempt": None if first else tx.now + DRAFT_FOR, "number": None,
        "on_behalf_of": None, "parent": {"quote_details": None, "type": "subscription_details", "subscription_details": {
            "metadata": subscription["metadata"], "subscription": subscription["id"]}},
        "payment_settings": {"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        "period_end": start, "period_start": start if first else subscription["items"]["data"][0]["current_period_start"],
        "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0, "receipt_number": None,
        "rendering": None, "shipping_cost": None, "shipping_details": None, "starting_balance": 0,
        "statement_descriptor": None, "status": "draft", "status_details": None, "status_transitions": {
            "finalized_at": None, "marked_uncollectible_at": None, "paid_at": None, "voided_at": None},
        "subtotal": total, "subtotal_excluding_tax": total, "test_clock": None, "total": total,
        "total_discount_amounts": [], "total_excluding_tax": total, "total_pretax_credit_amounts": [], "total_taxes": [],
        "webhooks_delivered_at": tx.now, "_subscription": subscription["id"],
        "_due": None if first else tx.now + DRAFT_FOR}


def blank_payment(tx: Transaction, invoice: dict, intent: dict) -> dict:
    """By which payment intent an invoice is paid."""
    return {
        "id": new_id("inpay_1"), "object": "invoice_payment", "amount_paid": None, "amount_requested": invoice["amount_due"],
        "created": tx.now, "currency": invoice["currency"], "invoice": invoice["id"], "is_default": True,
        "livemode": False, "payment": {"payment_intent": intent["id"], "type": "payment_intent"}, "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None}, "_payment_intent": intent["id"],
        "_lane": invoice["customer"]}


def _line(tx: Transaction, invoice: str, subscription: dict, item: dict, start: int, end: int) -> dict:
    price, amount = item["price"], item["price"]["unit_amount"] * item["quantity"]
    name = tx.get("product", price["product"])["name"]
    each = f"{money(price['unit_amount'], price['currency'])} / {price['recurring']['interval']}"
    return {
        "id": new_id("il_1"), "object": "line_item", "amount": amount, "currency": price["currency"],
        "description": f"{item['quantity']} × {name} (at {each})", "discount_amounts": [], "discountable": True,
        "discounts": [], "invoice": invoice, "livemode": False, "metadata": subscription["metadata"],
        "parent": {"invoice_item_details": None, "type": "subscription_item_details", "subscription_item_details": {
            "invoice_item": None, "proration": False, "proration_details": {"credited_items": None},
            "subscription": subscription["id"], "subscription_item": item["id"]}},
        "period": {"end": end, "start": start}, "pretax_credit_amounts": [],
        "pricing": {"price_details": {"price": price["id"], "product": price["product"]}, "type": "price_details",
                    "unit_amount_decimal": price["unit_amount_decimal"]},
        "quantity": item["quantity"], "quantity_decimal": str(item["quantity"]), "subscription": subscription["id"],
        "subtotal": amount, "taxes": []}
