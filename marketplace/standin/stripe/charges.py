"""Charges: each attempt to take money, and what it brings."""
from marketplace.standin.stripe import params
from marketplace.standin.stripe.balance import AVAILABLE_AFTER, book
from marketplace.standin.stripe.cards import Decline, Method
from marketplace.standin.stripe.store import Transaction, new_id

FEE_PER_MILLE = 29
LIST = params.PAGE | {"payment_intent": params.text(), "customer": params.text()}
UPDATE = {"metadata": params.metadata(), "description": params.text(1000)} | params.EXPAND


def new_charge(tx: Transaction, intent: dict, paid_with: dict, method: Method, decline: Decline | None) -> dict:
    """An attempt to take the intent's money; with it, if it is not declined, its entry in the balance."""
    charge = _blank(tx, intent, paid_with, method)
    if decline:
        charge |= {"failure_code": decline.code, "failure_message": decline.message, "paid": False,
                   "captured": False, "amount_captured": 0, "status": "failed", "receipt_url": None}
        charge["outcome"] |= {"network_status": "declined_by_network", "reason": decline.reason or decline.code,
                              "seller_message": "The bank did not return any further details with this decline.",
                              "type": "issuer_declined"}
        return tx.add(charge)
    fee = (charge["amount"] * FEE_PER_MILLE + 500) // 1000
    kind = "charge" if method.kind == "card" else "payment"
    charge["balance_transaction"] = book(tx, charge, kind, charge["amount"], fee,
                                         wait=AVAILABLE_AFTER if method.waits else 0)["id"]
    if method.dispute:
        charge |= {"_due": tx.now, "_dispute": method.dispute}
    return tx.add(charge)


def _details(method: Method) -> dict:
    if method.kind == "alipay":
        return {"type": "alipay", "alipay": {"buyer_id": None, "fingerprint": None, "transaction_id": new_id("", 28)}}
    if method.kind == "wechat_pay":
        return {"type": "wechat_pay", "wechat_pay": {
            "fingerprint": None, "location": None, "reader": None, "transaction_id": new_id("", 28)}}
    checks = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"}
    secure = {"authentication_flow": "challenge", "result": "authenticated", "version": "2.2.0"} if method.asks else None
    return {"type": "card", "card": {
        "authorization_code": None, "brand": method.brand, "checks": checks, "country": method.country,
        "exp_month": method.exp_month, "exp_year": method.exp_year, "funding": method.funding, "installments": None,
        "last4": method.last4, "mandate": None, "network": method.brand, "network_token": {"used": False},
        "network_transaction_id": None, "three_d_secure": secure, "wallet": None}}


def _blank(tx: Transaction, intent: dict, paid_with: dict, method: Method) -> dict:
    ident = new_id("ch_3" if method.kind == "card" else "py_3")
    return {
        "id": ident, "object": "charge", "amount": intent["amount"], "amount_captured": intent["amount"],
        "amount_refunded": 0, "application": None, "application_fee": None, "application_fee_amount": None,
        "balance_transaction": None, "billing_details": paid_with["billing_details"],
        "calculated_statement_descriptor": None, "captured": True, "created": tx.now, "currency": intent["currency"],
        "customer": intent["customer"], "description": intent["description"], "disputed": False,
        "failure_balance_transaction": None, "failure_code": None, "failure_message": None, "fraud_details": {},
        "livemode": False, "metadata": intent["metadata"], "on_behalf_of": None,
        "outcome": {"advice_code": None, "network_advice_code": None, "network_decline_code": None,
                    "network_status": "approved_by_network", "reason": None, "risk_level": "normal", "risk_score": 12,
                    "seller_message": "Payment complete.", "type": "authorized"},
        "paid": True, "payment_intent": intent["id"], "payment_method": paid_with["id"],
        "payment_method_details": _details(method), "radar_options": {}, "receipt_email": intent["receipt_email"],
        "receipt_number": None, "receipt_url": f"{tx.setting('public_url')}/receipts/{ident}", "refunded": False,
        "review": None, "shipping": None, "source": None, "source_transfer": None, "statement_descriptor": None,
        "statement_descriptor_suffix": None, "status": "succeeded", "transfer_data": None, "transfer_group": None,
        "_refund": method.refund}
