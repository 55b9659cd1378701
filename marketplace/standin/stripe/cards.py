"""Stripe's test cards, and what each of them does. No number is kept; four digits are."""
import re
from dataclasses import asdict, dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Decline:
    """Why a bank says no. `reason` is Stripe's decline_code, where it has one beside the code."""

    code: str
    message: str
    reason: str | None = None
    param: str | None = None


def _declined(reason: str, message: str = "Your card was declined.") -> Decline:
    return Decline("card_declined", message, reason)


DECLINED = _declined("generic_decline")
POOR = _declined("insufficient_funds", "Your card has insufficient funds.")
EXPIRED = Decline("expired_card", "Your card has expired.", "expired_card", "exp_month")
WRONG_CVC = Decline("incorrect_cvc", "Your card's security code is incorrect.", "incorrect_cvc", "cvc")
BROKEN = Decline("processing_error", "An error occurred while processing your card. Try again in a little bit.",
                 "processing_error")
WRONG_NUMBER = Decline("incorrect_number", "Your card number is incorrect.", None, "number")
REAL_CARD = Decline("card_declined", "Your card was declined. Your request was in test mode, but used a non test card. "
                    "For a list of valid test cards, visit: https://stripe.com/docs/testing.", "test_mode_live_card")
REFUSED = Decline("payment_intent_authentication_failure",
                  "The provided PaymentMethod has failed authentication. You can provide a new PaymentMethod to "
                  "attempt to fulfill this PaymentIntent again.")
UNCONFIRMED = Decline("authentication_required", "Your card was declined. This transaction requires authentication.",
                      "authentication_required")
WALLET_REFUSED = Decline("payment_intent_payment_attempt_failed", "The payment failed.", "payment_method_provider_decline")


@dataclass(frozen=True)
class Method:
    """A way to pay, and how it ends: at once, refused, or after the payer's own word (`asks`).

    `later` is why a bank refuses when the payer is not there; `dispute` what the payer says of it afterwards.
    """

    kind: str = "card"
    brand: str = "visa"
    last4: str = "4242"
    country: str = "US"
    decline: Decline | None = None
    asks: bool = False
    later: Decline | None = None
    refund: str = "succeeded"
    dispute: str | None = None
    waits: bool = True  # the money is pending before it is available
    exp_month: int = 12
    exp_year: int = 2034
    funding: str = "credit"


NUMBERS = {
    "4242424242424242": Method(),
    "4000056655665556": Method(last4="5556", funding="debit"),
    "5555555555554444": Method(brand="mastercard", last4="4444"),
    "378282246310005": Method(brand="amex", last4="0005"),
    "6200000000000005": Method(brand="unionpay", last4="0005", country="CN"),
    "4000001560000002": Method(last4="0002", country="CN"),
    "4000000000000002": Method(last4="0002", decline=DECLINED),
    "4000000000009995": Method(last4="9995", decline=POOR),
    "4000000000009987": Method(last4="9987", decline=_declined("lost_card")),
    "4000000000009979": Method(last4="9979", decline=_declined("stolen_card")),
    "4000000000000069": Method(last4="0069", decline=EXPIRED),
    "4000000000000127": Method(last4="0127", decline=WRONG_CVC),
    "4000000000000119": Method(last4="0119", decline=BROKEN),
    "4000002500003155": Method(last4="3155", asks=True),
    "4000002760003184": Method(last4="3184", asks=True, later=UNCONFIRMED),
    "4000008260003178": Method(last4="3178", asks=True, decline=POOR),
    "4000000000000341": Method(last4="0341", later=DECLINED),
    "4000000000000077": Method(last4="0077", waits=False),
    "4000000000000259": Method(last4="0259", dispute="fraudulent"),
    "4000000000002685": Method(last4="2685", dispute="product_not_received"),
    "4000000000001976": Method(last4="1976", dispute="inquiry"),
    "4000000000007726": Method(last4="7726", refund="pending"),
    "4000000000005126": Method(last4="5126", refund="failing"),
}
WALLETS = {"alipay": Method("alipay", asks=True, decline=None), "wechat_pay": Method("wechat_pay", asks=True)}
KINDS = ("card", "alipay", "wechat_pay")

_READY = {
    "visa": "4242424242424242", "visa_debit": "4000056655665556", "mastercard": "5555555555554444",
    "amex": "378282246310005", "unionpay": "6200000000000005", "cn": "4000001560000002",
    "visa_chargeDeclined": "4000000000000002", "visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "visa_chargeDeclinedLostCard": "4000000000009987", "visa_chargeDeclinedStolenCard": "4000000000009979",
    "chargeDeclinedExpiredCard": "4000000000000069", "chargeDeclinedIncorrectCvc": "4000000000000127",
    "chargeDeclinedProcessingError": "4000000000000119", "authenticationRequired": "4000002760003184",
    "threeDSecure2Required": "4000002760003184", "authenticationRequiredChargeDeclinedInsufficientFunds":
    "4000008260003178", "pendingRefund": "4000000000007726", "refundFail": "4000000000005126",
    "authenticationRequiredOnSetup": "4000002500003155", "chargeCustomerFail": "4000000000000341",
    "bypassPending": "4000000000000077", "createDispute": "4000000000000259",
    "createDisputeProductNotReceived": "4000000000002685", "createDisputeInquiry": "4000000000001976",
}
READY = {f"pm_card_{name}": number for name, number in _READY.items()}  # the payment methods every test account has


@lru_cache(64)
def kept(method: Method) -> dict:
    """A way to pay as it may be stored beside what it paid."""
    return asdict(method)


def known(stored: dict) -> Method:
    """What `kept` has stored."""
    declines = {name: Decline(**stored[name]) if stored.get(name) else None for name in ("decline", "later")}
    return Method(**stored | declines)


def by_number(number: str) -> Method:
    """The card with this number; one that is no test card is declined, a mistyped one too."""
    digits = re.sub(r"\D", "", number)
    known = NUMBERS.get(digits)
    if known:
        return known
    decline = REAL_CARD if sums(digits) else WRONG_NUMBER
    return Method(last4=digits[-4:], brand="unknown", decline=decline)


def sums(digits: str) -> bool:
    """Whether the check digit of a card number is right (Luhn)."""
    if not 12 <= len(digits) <= 19:
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 * (number > 9) for number in doubled) % 10 == 0


def error(decline: Decline, charge: str | None, method: dict) -> dict:
    """A decline as `last_payment_error` and as the body of a card error say it."""
    said = {"code": decline.code, "doc_url": "https://docs.stripe.com/error-codes/" + decline.code.replace("_", "-"),
            "message": decline.message, "payment_method": method, "payment_method_type": method["type"],
            "type": "card_error" if method["type"] == "card" and decline is not REFUSED else "invalid_request_error"}
    if charge:
        said["charge"] = charge
    if decline.reason:
        said["decline_code"] = decline.reason
    if decline.param:
        said["param"] = decline.param
    return said
