"""Checkout sessions: a page to pay on, open until it is paid or its time is over."""
from marketplace.standin.stripe import billing, customers, intents, params, prices, session_shape
from marketplace.standin.stripe.cards import Method
from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.events import emit
from marketplace.standin.stripe.store import Transaction

DAY, HALF_HOUR = 86_400, 1_800
EXPIRE = params.EXPAND
LIST = params.PAGE | {"payment_intent": params.text(), "status": params.one_of("complete", "expired", "open"),
                      "customer": params.text(), "subscription": params.text()}
FOR_CARDS = ("card",)  # wallets cannot be charged again while their owner is away


def create(tx: Transaction, given: dict) -> dict:
    """A new page to pay on. Raises Refusal."""
    session_shape.fits(given)
    until = given.get("expires_at", tx.now + DAY)
    if until < tx.now + HALF_HOUR:
        raise Refusal("The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
                      param="expires_at")
    if until > tx.now + DAY:
        raise Refusal("The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
                      param="expires_at")
    if "customer" in given:
        customers.found(tx, given["customer"])
    items = [session_shape.item(tx, item, given["mode"]) for item in given["line_items"]]
    if len({item["currency"] for item in items}) != 1:
        raise Refusal("All line items must have the same currency." if items else
                      "You must pass at least one line item.", param="line_items")
    intents.enough(sum(item["amount_total"] for item in items), items[0]["currency"],
                   "The Checkout Session's total amount due must add up to at least {least} {currency}")
    return tx.add(session_shape.new(tx, given, items, _kinds(given, items), until))


def expire(tx: Transaction, given: dict, ident: str) -> dict:
    session = found(tx, ident)
    if session["status"] != "open":
        raise Refusal('Only Checkout Sessions with a status in ["open"] can be expired. This Session has a status of '
                      f"{session['status']}.", param="session")
    return close(tx, session)


def close(tx: Transaction, session: dict) -> dict:
    """End an open session unpaid, and its intent with it."""
    session |= {"status": "expired", "url": None, "_due": None}
    intent = tx.find("payment_intent", _intent_of(session))
    if intent and intent["status"] in intents.CANCELABLE:
        intents.end(tx, intent, "expired")
    emit(tx, "checkout.session.expired", tx.save(session))
    return session


def pay(tx: Transaction, session: dict, method: Method, email: str | None = None) -> dict:
    """An attempt to pay an open session; the intent tells how it went. A paid session is left as it is."""
    intent = tx.find("payment_intent", _intent_of(session))
    if session["status"] != "open" and intent:
        return intent
    customer = tx.find("customer", session["customer"])
    email = customer["email"] if customer else session["customer_email"] or email
    if intent is None:
        intent = _new_intent(tx, session, email)
    session["customer_details"] = session_shape.details(email)
    tx.save(session)
    return settle(tx, session, intents.attempt(tx, intent, method, email=email))


def settle(tx: Transaction, session: dict, intent: dict) -> dict:
    """Complete the session whose intent has succeeded."""
    if intent["status"] == "succeeded" and session["status"] == "open":
        session |= {"status": "complete", "payment_status": "paid", "url": None, "_due": None,
                    "customer": session["customer"] or session.get("_customer")}
        if session["mode"] == "subscription":
            items = [(item["price"], item["quantity"]) for item in session["_line_items"]["data"]]
            subscription, invoice = billing.begin(
                tx, tx.get("customer", session["customer"]), items, intent, session["_data"])
            session |= {"subscription": subscription["id"], "invoice": invoice["id"]}
        emit(tx, "checkout.session.completed", tx.save(session))
    return intent


def intent_of(tx: Transaction, session: dict) -> dict | None:
    """The payment intent of its last attempt; one of a subscription is not shown."""
    return tx.find("payment_intent", _intent_of(session))


def found(tx: Transaction, ident: str) -> dict:
    session = tx.find("checkout.session", ident)
    if session is None:
        raise missing("checkout.session", ident, "session")
    return session


def line_items(tx: Transaction, given: dict, ident: str) -> dict:
    return found(tx, ident)["_line_items"]


def _intent_of(session: dict) -> str | None:
    return session["payment_intent"] or session.get("_payment_intent")


def _new_intent(tx: Transaction, session: dict, email: str | None) -> dict:
    """The session's payment intent, with whoever will own what is paid for again."""
    monthly, customer = session["mode"] == "subscription", session["customer"]
    given = {"description": "Subscription creation", "setup_future_usage": "off_session"} if monthly else _data(session)
    if not customer and ("setup_future_usage" in given or session["customer_creation"] == "always"):
        customer = session["_customer"] = customers.new(tx, {"email": email} if email else {})["id"]
    intent = intents.new(tx, given | {
        "amount": session["amount_total"], "currency": session["currency"], "customer": customer, "session": session["id"]},
        session["payment_method_types"])
    session["_payment_intent" if monthly else "payment_intent"] = intent["id"]
    return intent


def _data(session: dict) -> dict:
    return session.get("_data", session.get("_intent", {}))  # the name that older files have


def _kinds(given: dict, items: list[dict]) -> list[str]:
    """The ways to pay. Raises Refusal when none is left, or when prices do not recur together."""
    kinds = intents.types(given)
    if given["mode"] == "payment":
        return kinds
    if not any(item["price"]["recurring"] for item in items):
        raise Refusal("You must provide at least one recurring price in `subscription` mode when using prices.",
                      param="line_items")
    prices.one_rhythm([item["price"] for item in items])
    left = [kind for kind in kinds if kind in FOR_CARDS]
    if not left:
        raise Refusal("None of the payment method types you allow can be used in `subscription` mode.",
                      param="allowed_payment_method_types")
    return left
