"""Why a payment came to nothing, as a person says it, with what to do. A bank's suspicion stays between it and its customer:
a card that it holds for lost or stolen is told of like any other that was refused."""
from flask_babel import lazy_gettext as _l

_REFUSED = _l("The bank did not agree to this payment. Try another card or way to pay, or ask your bank.")
_AGAIN = _l("The bank could not be reached. Wait a moment and try again; nothing was taken.")
_CONFIRM = _l("The payment was not confirmed with the bank or in the wallet. Try again and confirm it there, or choose "
              "another way to pay.")
_NUMBER = _l("The number, the date or the security code of the card was not right. Enter them again as they stand on the "
             "card.")
SENTENCES = {
    "insufficient_funds": _l("There was not enough money on the card. Try another card or way to pay, or a smaller gift."),
    "expired_card": _l("The card has expired. Try another card or way to pay."),
    **dict.fromkeys(("incorrect_cvc", "invalid_cvc", "incorrect_number", "invalid_number", "invalid_expiry_month",
                     "invalid_expiry_year", "incorrect_zip", "incorrect_pin", "invalid_pin"), _NUMBER),
    **dict.fromkeys(("processing_error", "try_again_later", "issuer_not_available", "reenter_transaction", "approve_with_id",
                     "payment_intent_payment_attempt_expired"), _AGAIN),
    **dict.fromkeys(("authentication_required", "authentication_not_handled", "payment_intent_authentication_failure",
                     "payment_intent_payment_attempt_failed", "mobile_device_authentication_required",
                     "payment_method_provider_decline"), _CONFIRM),
    **dict.fromkeys(("card_velocity_exceeded", "withdrawal_count_limit_exceeded"),
                    _l("This would go over the limit of the card. Try another card or way to pay, or ask your bank.")),
    **dict.fromkeys(("card_not_supported", "currency_not_supported", "invalid_account", "new_account_information_available",
                     "transaction_not_allowed"),
                    _l("This card cannot be used here. Try another card or way to pay.")),
    **dict.fromkeys(("testmode_decline", "test_mode_live_card", "live_mode_test_card"),
                    _l("Only test cards work here. Please enter no real one.")),
}


def said(code: str) -> str:
    """The sentence for the provider's code; "" while nothing went wrong."""
    return str(SENTENCES.get(code, _REFUSED)) if code else ""
