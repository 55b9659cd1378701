"""What every provider must do alike, asked through Stripe's own client."""
import secrets

import pytest
import stripe

from tests.standin.conftest import client_of
from tests.standin.months import donor, price
from tests.standin.payer import open_session


def paid(client: stripe.StripeClient, amount: int = 8000):
    made = client.v1.payment_intents.create({"amount": amount, "currency": "cny", "metadata": {"payment": "x"}})
    return client.v1.payment_intents.confirm(made.id, {
        "payment_method": "pm_card_visa", "return_url": "http://127.0.0.1:9/"})


def paid_anywhere(client: stripe.StripeClient, name: str):
    """As `paid`; localstripe knows no return_url and no ready-made cards, and wants the card beforehand."""
    second = "localstripe" in name
    card = client.v1.payment_methods.create({"type": "card", "card": {
        "number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}}).id if second else "pm_card_visa"
    made = client.v1.payment_intents.create({"amount": 8000, "currency": "cny", "payment_method": card})
    return client.v1.payment_intents.confirm(made.id, {} if second else {"return_url": "http://127.0.0.1:9/"})


def test_an_intent_is_kept(provider: stripe.StripeClient) -> None:
    made = provider.v1.payment_intents.create({"amount": 8000, "currency": "cny", "metadata": {"payment": "x"}})
    kept = provider.v1.payment_intents.retrieve(made.id)
    assert (kept.amount, kept.currency, kept.status) == (8000, "cny", "requires_payment_method")
    assert kept.metadata["payment"] == "x" and kept.client_secret.startswith(made.id)


def test_a_cancelled_intent_stays_so(provider: stripe.StripeClient) -> None:
    made = provider.v1.payment_intents.create({"amount": 8000, "currency": "cny"})
    assert provider.v1.payment_intents.cancel(made.id).status == "canceled"
    assert provider.v1.payment_intents.retrieve(made.id).status == "canceled"


def test_a_missing_intent_is_said_to_be_missing(provider: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        provider.v1.payment_intents.retrieve("pi_missing")
    assert caught.value.http_status == 404


def test_a_refund_in_part(provider: stripe.StripeClient, request: pytest.FixtureRequest) -> None:
    intent = paid_anywhere(provider, request.node.callspec.id)
    assert intent.status == "succeeded"
    made = provider.v1.refunds.create({"payment_intent": intent.id, "amount": 3000})
    kept = provider.v1.refunds.retrieve(made.id)
    assert (kept.amount, kept.status, kept.payment_intent) == (3000, "succeeded", intent.id)


def test_refunds_up_to_what_was_paid(full: stripe.StripeClient) -> None:
    intent = paid(full)
    assert intent.status == "succeeded"
    first = full.v1.refunds.create({"payment_intent": intent.id, "amount": 3000})
    assert (first.status, first.amount, first.payment_intent) == ("succeeded", 3000, intent.id)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount on charge"):
        full.v1.refunds.create({"payment_intent": intent.id, "amount": 5001})
    assert full.v1.refunds.create({"payment_intent": intent.id}).amount == 5000
    with pytest.raises(stripe.InvalidRequestError) as caught:
        full.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    assert caught.value.code == "charge_already_refunded"
    charge = full.v1.charges.retrieve(intent.latest_charge)
    assert charge.refunded and charge.amount_refunded == 8000
    assert [refund.amount for refund in full.v1.refunds.list({"payment_intent": intent.id})] == [5000, 3000]
    assert full.v1.refunds.retrieve(first.id).amount == 3000


def test_a_declined_card_is_a_card_error(full: stripe.StripeClient) -> None:
    made = full.v1.payment_intents.create({"amount": 8000, "currency": "cny"})
    with pytest.raises(stripe.CardError) as caught:
        full.v1.payment_intents.confirm(made.id, {
            "payment_method": "pm_card_visa_chargeDeclinedInsufficientFunds", "return_url": "http://127.0.0.1:9/"})
    assert (caught.value.http_status, caught.value.code) == (402, "card_declined")
    assert caught.value.error.decline_code == "insufficient_funds"
    assert full.v1.payment_intents.retrieve(made.id).status == "requires_payment_method"


def test_less_than_the_least_is_refused(full: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        full.v1.payment_intents.create({"amount": 100, "currency": "cny"})
    assert caught.value.code == "amount_too_small"


def test_a_bank_may_ask_the_payer_first(full: stripe.StripeClient) -> None:
    asked = full.v1.payment_intents.create({
        "amount": 8000, "currency": "cny", "payment_method": "pm_card_authenticationRequired", "confirm": True,
        "return_url": "http://127.0.0.1:9/"})
    assert (asked.status, asked.next_action.type) == ("requires_action", "redirect_to_url")
    assert asked.next_action.redirect_to_url.url.startswith("http") and asked.amount_received == 0
    assert full.v1.payment_intents.cancel(asked.id).status == "canceled"


def test_a_wallet_asks_in_its_own_way(full: stripe.StripeClient, request: pytest.FixtureRequest) -> None:
    try:
        asked = full.v1.payment_intents.create({
            "amount": 8000, "currency": "cny", "payment_method_data": {"type": "alipay"}, "confirm": True,
            "return_url": "http://127.0.0.1:9/"})
    except stripe.InvalidRequestError as error:
        assert "stripe" in request.node.callspec.id, error
        pytest.skip(f"this account has no Alipay: {error.user_message}")
    assert (asked.status, asked.next_action.type) == ("requires_action", "alipay_handle_redirect")


def test_one_key_one_subscription(full: stripe.StripeClient) -> None:
    customer, monthly = donor(full).id, price(full)
    given, options = {"customer": customer, "items": [{"price": monthly}]}, {"idempotency_key": secrets.token_hex(8)}
    first, second = (full.v1.subscriptions.create(given, options) for _ in range(2))
    assert first.id == second.id and len(full.v1.subscriptions.list({"customer": customer}).data) == 1


def test_one_key_one_session(full: stripe.StripeClient) -> None:
    options = {"idempotency_key": secrets.token_hex(8)}
    until = {"expires_at": 1 + int(full.v1.payment_intents.create({"amount": 8000, "currency": "cny"}).created) + 3600}
    first, second = open_session(full, options, **until), open_session(full, options, **until)
    assert first.id == second.id and first.url == second.url
    with pytest.raises(stripe.IdempotencyError) as caught:
        open_session(full, options, client_reference_id="another", **until)
    assert caught.value.http_status == 400


def test_a_refusal_is_remembered_too(full: stripe.StripeClient) -> None:
    intent = paid(full)
    options = {"idempotency_key": secrets.token_hex(8)}
    numbers = set()
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="greater than") as caught:
            full.v1.refunds.create({"payment_intent": intent.id, "amount": 9000}, options)
        numbers.add(caught.value.headers["Original-Request"])
    assert len(numbers) == 1


def test_a_session_is_open_until_expired(full: stripe.StripeClient) -> None:
    made = open_session(full)
    assert (made.status, made.payment_status, made.payment_intent, made.amount_total) == ("open", "unpaid", None, 8000)
    assert full.v1.checkout.sessions.expire(made.id).status == "expired"
    assert full.v1.checkout.sessions.retrieve(made.id).url is None
    with pytest.raises(stripe.InvalidRequestError):
        full.v1.checkout.sessions.expire(made.id)
    assert made.id in [session.id for session in full.v1.checkout.sessions.list({"limit": 5})]


def test_lists_come_in_pages(full: stripe.StripeClient) -> None:
    made = [full.v1.payment_intents.create({"amount": 8000, "currency": "cny"}).id for _ in range(3)]
    page = full.v1.payment_intents.list({"limit": 2})
    assert [intent.id for intent in page.data] == made[:0:-1] and page.has_more
    after = full.v1.payment_intents.list({"limit": 1, "starting_after": made[1]})
    assert [intent.id for intent in after.data] == made[:1]
    before = full.v1.payment_intents.list({"limit": 1, "ending_before": made[0]})
    assert [intent.id for intent in before.data] == [made[1]]


def test_ids_unfold(full: stripe.StripeClient) -> None:
    intent = full.v1.payment_intents.retrieve(paid(full).id, {"expand": ["latest_charge.balance_transaction"]})
    assert intent.latest_charge.balance_transaction.amount == 8000
    for path in ("metadata", "amount", "nothing", "latest_charge.nothing"):
        with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
            full.v1.payment_intents.retrieve(intent.id, {"expand": [path]})
    listed = full.v1.payment_intents.list({"limit": 1, "expand": ["data.latest_charge"]})
    assert listed.data[0].latest_charge.paid


def test_unknown_parameters_and_events(full: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        full.v1.payment_intents.create({"amount": 8000, "currency": "cny", "colour": "red"})
    assert caught.value.code == "parameter_unknown"
    intent = paid(full)
    event = full.v1.events.list({"type": "payment_intent.succeeded", "limit": 1}).data[0]
    assert full.v1.events.retrieve(event.id).data.object["id"] == intent.id


def test_a_wrong_key_is_turned_away(server) -> None:
    for key in ("sk_test_wrong", "sk_test_错"):
        client = stripe.StripeClient(key.encode().decode("latin-1"), base_addresses={"api": server.url})
        with pytest.raises(stripe.AuthenticationError):
            client.v1.payment_intents.list()
    assert client_of(server).v1.payment_intents.list({"limit": 1}).object == "list"
