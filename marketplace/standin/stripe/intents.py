"""Payment intents: one wish to pay, through as many attempts as it takes."""
from marketplace.standin.stripe import cards, methods, params
from marketplace.standin.stripe.cards import Decline, Method
from marketplace.standin.stripe.charges import new_charge
from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.events import emit
from marketplace.standin.stripe.metadata import set_metadata
from marketplace.standin.stripe.params import must
from marketplace.standin.stripe.shown import shown
from marketplace.standin.stripe.store import Transaction, new_id

CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action", "processing")
NO_TYPES = params.removed("`payment_method_types` is no longer supported. Use dynamic payment methods, "
                          "`allowed_payment_method_types` or `excluded_payment_method_types`.",
                          "payment_method_types_no_longer_supported")
TYPES = {"allowed_payment_method_types": params.series(params.one_of(*cards.KINDS)),
         "excluded_payment_method_types": params.series(params.one_of(*cards.KINDS)), "payment_method_types": NO_TYPES}
PAY_WITH = {"payment_method": params.text(), "return_url": params.url(), "receipt_email": params.email(),
            "error_on_requires_action": params.boolean(),
            "payment_method_data": params.table(type=must(params.one_of("alipay", "wechat_pay")))}
CREATE = {"amount": must(params.amount()), "currency": must(params.currency()), "description": params.text(1000),
          "confirm": params.boolean(), "metadata": params.metadata(), "customer": params.text(),
          "setup_future_usage": params.one_of("off_session", "on_session"),
          "capture_method": params.one_of("automatic", "automatic_async"),
          "automatic_payment_methods": params.table(
              enabled=must(params.boolean()), allow_redirects=params.one_of("always", "never"))
          } | TYPES | PAY_WITH | params.EXPAND
UPDATE = {"description": params.text(1000), "metadata": params.metadata(), "receipt_email": params.email()} | params.EXPAND
CONFIRM = PAY_WITH | params.EXPAND
CANCEL = {"cancellation_reason": params.one_of("abandoned", "duplicate", "fraudulent", "requested_by_customer")
          } | params.EXPAND
LIST = params.PAGE | {"customer": params.text()}


def create(tx: Transaction, given: dict) -> dict:
    """A new intent, confirmed at once if that is asked. Raises Refusal."""
    enough(given["amount"], given["currency"], "Amount must be at least {least} {currency}", "amount")
    if "error_on_requires_action" in given and not given.get("confirm"):
        raise Refusal("`error_on_requires_action` can only be used with `confirm=true`.", param="error_on_requires_action")
    if "customer" in given and tx.find("customer", given["customer"]) is None:
        raise missing("customer", given["customer"], "customer")
    intent = new(tx, given, types(given))
    if given.get("confirm"):
        return confirm(tx, given, intent["id"])
    if "payment_method" in given:
        _method(tx, given)
        intent |= {"_method": given["payment_method"], "status": "requires_confirmation"}
    return tx.save(intent)


def new(tx: Transaction, given: dict, kinds: list[str]) -> dict:
    """An intent that waits for a way to pay."""
    ident = new_id("pi_3")
    intent = tx.add({
        "id": ident, "object": "payment_intent", "allowed_payment_method_types": given.get("allowed_payment_method_types"),
        "amount": given["amount"], "amount_capturable": 0, "amount_details": {"tip": {}}, "amount_received": 0,
        "application": None, "application_fee_amount": None,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True}, "canceled_at": None,
        "cancellation_reason": None, "capture_method": given.get("capture_method", "automatic_async"),
        "client_secret": f"{ident}_secret_{new_id('', 25)}", "confirmation_method": "automatic", "created": tx.now,
        "currency": given["currency"], "customer": given.get("customer"), "customer_account": None,
        "description": given.get("description"), "excluded_payment_method_types":
        given.get("excluded_payment_method_types"), "last_payment_error": None, "latest_charge": None,
        "livemode": False, "metadata": set_metadata({}, given), "next_action": None, "on_behalf_of": None,
        "payment_method": None, "payment_method_configuration_details": None, "payment_method_options": {},
        "payment_method_types": kinds, "processing": None, "receipt_email": given.get("receipt_email"), "review": None,
        "setup_future_usage": given.get("setup_future_usage"), "shipping": None, "source": None,
        "statement_descriptor": None, "statement_descriptor_suffix": None, "status": "requires_payment_method",
        "transfer_data": None, "transfer_group": None, "_session": given.get("session"),
        "_invoice": given.get("invoice"), "_method": None})
    emit(tx, "payment_intent.created", intent)
    return intent


def update(tx: Transaction, given: dict, ident: str) -> dict:
    intent = found(tx, ident)
    for name in ("description", "receipt_email"):
        intent[name] = given.get(name, intent[name])
    intent["metadata"] = set_metadata(intent["metadata"], given)
    return tx.save(intent)


def confirm(tx: Transaction, given: dict, ident: str) -> dict:
    """Try to pay. A declined intent is kept as declined and raises nothing: its `last_payment_error` tells."""
    intent = found(tx, ident)
    if intent["status"] == "succeeded":
        raise _unexpected(tx, intent, "You cannot confirm this PaymentIntent because it has already succeeded after "
                                      "being previously confirmed.")
    if intent["status"] == "canceled":
        raise _unexpected(tx, intent, "You cannot confirm this PaymentIntent because it has a status of canceled.")
    named = {"payment_method": intent["_method"]} if intent["_method"] else {}
    method, kept = _method(tx, named | given)
    if method is None:
        raise _unexpected(tx, intent, "You cannot confirm this PaymentIntent because it's missing a payment method. "
                                      "You can either update the PaymentIntent with a payment method and then confirm "
                                      "it again, or confirm it again directly with a payment method.")
    if method.kind not in intent["payment_method_types"]:
        raise Refusal(f"The payment method type \"{method.kind}\" is not allowed for this PaymentIntent.",
                      param="payment_method")
    if kept and kept["customer"] != intent["customer"]:
        raise Refusal("The provided PaymentMethod belongs to another customer than this PaymentIntent, or to one where "
                      "this PaymentIntent has none.", param="payment_method")
    intent["receipt_email"] = given.get("receipt_email", intent["receipt_email"])
    return attempt(tx, intent, method, kept, return_url=given.get("return_url"))


def cancel(tx: Transaction, given: dict, ident: str) -> dict:
    intent = found(tx, ident)
    if intent["_session"]:
        raise _unexpected(tx, intent, "You cannot cancel PaymentIntents created by Checkout. Expire the Checkout "
                                      "Session instead.")
    if intent.get("_invoice"):
        raise _unexpected(tx, intent, "You cannot cancel PaymentIntents created by invoices. Void the invoice instead.")
    if intent["status"] not in CANCELABLE:
        raise _unexpected(tx, intent, "You cannot cancel this PaymentIntent because it has a status of "
                          f"{intent['status']}. Only a PaymentIntent with one of the following statuses may be "
                          f"canceled: {', '.join(CANCELABLE)}.")
    return end(tx, intent, given.get("cancellation_reason"))


def end(tx: Transaction, intent: dict, reason: str | None) -> dict:
    """Cancel, whoever asks for it."""
    intent |= {"status": "canceled", "canceled_at": tx.now, "cancellation_reason": reason, "next_action": None}
    emit(tx, "payment_intent.canceled", tx.save(intent))
    return intent


def attempt(tx: Transaction, intent: dict, method: Method, kept: dict | None = None, email: str | None = None,
            return_url: str | None = None, absent: bool = False) -> dict:
    """Pay with `method`: succeeded, declined, or waiting for the payer's word.

    `kept`: what is known of the method already. `absent`: the payer is not there to be asked.
    """
    paid_with = kept or methods.new(tx, method, email or intent["receipt_email"])
    intent |= {"payment_method": paid_with["id"], "last_payment_error": None, "next_action": None}
    if method.asks and (not absent or method.later == cards.UNCONFIRMED):
        intent |= {"status": "requires_action", "_return_url": return_url,
                   "next_action": _next_action(method.kind, asks_at(tx, intent), return_url)}
        emit(tx, "payment_intent.requires_action", tx.save(intent))
        return intent
    return _finish(tx, intent, method, paid_with, method.decline or (method.later if absent else None))


def asks_at(tx: Transaction, intent: dict) -> str:
    """Where the payer's bank or wallet asks."""
    return f"{tx.setting('public_url')}/c/check/{intent['client_secret']}"


def answer(tx: Transaction, intent: dict, agreed: bool) -> dict:
    """The payer's word at the bank or in the wallet; said again, or too late, it changes nothing."""
    if intent["status"] != "requires_action":
        return intent
    paid_with = tx.get("payment_method", intent["payment_method"])
    method = cards.known(paid_with["_method"])
    intent["next_action"] = None
    if agreed:
        return _finish(tx, intent, method, paid_with, method.decline)
    return _fail(tx, intent, cards.REFUSED if method.kind == "card" else cards.WALLET_REFUSED, None, paid_with)


def _next_action(kind: str, url: str, return_url: str | None) -> dict:
    if kind == "alipay":
        return {"type": "alipay_handle_redirect", "alipay_handle_redirect": {
            "native_data": None, "native_url": None, "return_url": return_url, "url": url}}
    if kind == "wechat_pay":
        return {"type": "wechat_pay_display_qr_code", "wechat_pay_display_qr_code": {
            "data": url, "hosted_instructions_url": url, "image_data_url": None, "image_url_png": None,
            "image_url_svg": None}}
    return {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}}


def _finish(tx: Transaction, intent: dict, method: Method, paid_with: dict, decline: Decline | None) -> dict:
    charge = new_charge(tx, intent, paid_with, method, decline)
    intent["latest_charge"] = charge["id"]
    if decline:
        emit(tx, "charge.failed", charge)
        return _fail(tx, intent, decline, charge["id"], paid_with)
    intent |= {"status": "succeeded", "amount_received": intent["amount"]}
    emit(tx, "charge.succeeded", charge)
    if intent["customer"] and intent["setup_future_usage"]:
        methods.belong(tx, paid_with, intent["customer"])
    emit(tx, "payment_intent.succeeded", tx.save(intent))
    return intent


def _fail(tx: Transaction, intent: dict, decline: Decline, charge: str | None, paid_with: dict) -> dict:
    intent |= {"status": "requires_payment_method", "payment_method": None,
               "last_payment_error": cards.error(decline, charge, shown(tx, paid_with))}
    emit(tx, "payment_intent.payment_failed", tx.save(intent))
    return intent


def types(given: dict) -> list[str]:
    """The ways to pay that are allowed and not excluded."""
    if "allowed_payment_method_types" in given and "excluded_payment_method_types" in given:
        raise Refusal("You may only specify one of these parameters: allowed_payment_method_types, "
                      "excluded_payment_method_types.", param="allowed_payment_method_types")
    allowed = given.get("allowed_payment_method_types", cards.KINDS)
    left = [kind for kind in cards.KINDS if kind in allowed and kind not in given.get("excluded_payment_method_types", ())]
    if not left:
        raise Refusal("No valid payment method types for this request.", param="allowed_payment_method_types")
    return left


def enough(amount: int, currency: str, words: str, param: str | None = None) -> None:
    """Raises Refusal for less than Stripe takes in this currency."""
    least = params.MINIMUM[currency]
    if amount < least:
        raise Refusal(words.format(least=params.money(least, currency), currency=currency),
                      code="amount_too_small", param=param)


def found(tx: Transaction, ident: str) -> dict:
    intent = tx.find("payment_intent", ident)
    if intent is None:
        raise missing("payment_intent", ident, "intent")
    return intent


def _method(tx: Transaction, given: dict) -> tuple[Method | None, dict | None]:
    """How to pay, and what is kept of it."""
    if "payment_method_data" in given:
        return cards.WALLETS[given["payment_method_data"]["type"]], None
    if "payment_method" not in given:
        return None, None
    return methods.named(tx, given["payment_method"])


def _unexpected(tx: Transaction, intent: dict, message: str) -> Refusal:
    return Refusal(message, code="payment_intent_unexpected_state", payment_intent=shown(tx, intent))
