"""What follows when somebody has tried to pay: for the Checkout session, for the invoice, that the intent is for."""
from marketplace.standin.stripe import billing, cards, intents, sessions
from marketplace.standin.stripe.store import Transaction


def answer(tx: Transaction, intent: dict, agreed: bool) -> dict:
    """The payer's word at the bank or in the wallet, with all its consequences."""
    return follow(tx, intents.answer(tx, intent, agreed))


def confirm(tx: Transaction, given: dict, ident: str) -> dict:
    return follow(tx, intents.confirm(tx, given, ident))


def follow(tx: Transaction, intent: dict) -> dict:
    session = tx.find("checkout.session", intent["_session"])
    if session:
        sessions.settle(tx, session, intent)
    billing.follow(tx, intent)
    return intent


def pay(tx: Transaction, session: dict, method: cards.Method, agreed: bool = True) -> dict:
    """Pay a session as a payer on its page would, with the word that the bank or the wallet asks for."""
    intent = sessions.pay(tx, session, method)
    if intent["status"] == "requires_action":
        intent = answer(tx, intent, agreed)
    return intent
