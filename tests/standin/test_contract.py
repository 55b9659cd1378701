"""What our payments rely on, asked of every provider that speaks Stripe's language through Stripe's own client.

The local server always; Stripe itself when STRIPE_CONTRACT_KEY holds a test key.
"""
import json
import os
import time

import pytest
import requests
import stripe

from tests.standin.server import KEY, SECRET, receiver, running

BASIC = {"amount": 8000, "currency": "cny", "payment_method": "pm_card_visa", "confirm": True,
         "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
PROVIDERS = ["local", pytest.param("stripe", marks=pytest.mark.skipif(
    not os.environ.get("STRIPE_CONTRACT_KEY"), reason="STRIPE_CONTRACT_KEY is not set"))]


def client_for(url: str, key: str = KEY) -> stripe.StripeClient:
    return stripe.StripeClient(key, base_addresses={"api": url}, http_client=stripe.RequestsClient(timeout=20))


@pytest.fixture(scope="module", params=PROVIDERS)
def client(request, tmp_path_factory):
    if request.param == "stripe":
        yield stripe.StripeClient(os.environ["STRIPE_CONTRACT_KEY"])
        return
    with running(tmp_path_factory.mktemp("stripe")) as server:
        yield client_for(server.url)


def session_of(ref: str = "r1", **more) -> dict:
    return {"mode": "payment", "client_reference_id": ref, "success_url": "http://127.0.0.1:9/thanks?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1:9/back", "expires_at": int(time.time()) + 1860, "locale": "zh",
            "line_items": [{"quantity": 1, "price_data": {
                "currency": "cny", "unit_amount": 8000, "product_data": {"name": "棉被"}}}],
            "metadata": {"payment": ref}, "payment_intent_data": {"metadata": {"payment": ref}}, **more}


def test_a_payment_and_refunds_up_to_its_amount(client):
    intent = client.v1.payment_intents.create(BASIC)
    assert (intent.status, intent.amount_received) == ("succeeded", 8000)
    part = client.v1.refunds.create({"payment_intent": intent.id, "amount": 3000})
    assert part.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 5001})
    client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as no:
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    assert no.value.code == "charge_already_refunded"
    charge = client.v1.charges.retrieve(intent.latest_charge)
    assert charge.refunded and charge.amount_refunded == 8000


def test_a_key_does_it_once_and_only_for_the_same(client):
    key = f"k-{time.time_ns()}"
    first = client.v1.payment_intents.create(BASIC, {"idempotency_key": key})
    again = client.v1.payment_intents.create(BASIC, {"idempotency_key": key})
    assert first.id == again.id
    with pytest.raises(stripe.IdempotencyError):
        client.v1.payment_intents.create({**BASIC, "amount": 9000}, {"idempotency_key": key})


def test_a_declined_card_is_a_card_error(client):
    with pytest.raises(stripe.CardError) as no:
        client.v1.payment_intents.create({**BASIC, "payment_method": "pm_card_visa_chargeDeclined"})
    assert (no.value.code, no.value.http_status) == ("card_declined", 402)


def test_checkout_opens_and_expires(client):
    session = client.v1.checkout.sessions.create(session_of(f"r{time.time_ns()}"))
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 8000) and session.url
    assert client.v1.checkout.sessions.retrieve(session.id).client_reference_id == session.client_reference_id
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.expire(session.id)


@pytest.mark.parametrize("change", [
    {"expires_at": 1}, {"success_url": "nowhere"}, {"line_items": []}, {"mode": "gift"}, {"unheard_of": "x"}])
def test_what_does_not_fit_is_refused(client, change):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create({**session_of(), **change})


def test_too_small_an_amount_is_refused(client):
    with pytest.raises(stripe.InvalidRequestError) as no:
        client.v1.payment_intents.create({"amount": 10, "currency": "cny"})
    assert no.value.code == "amount_too_small"


def test_a_wrong_key_is_an_authentication_error(client):
    other = stripe.StripeClient("sk_test_of_nobody_at_all", base_addresses=client._requestor._options.base_addresses)
    with pytest.raises(stripe.AuthenticationError):
        other.v1.payment_intents.retrieve("pi_x")


def test_what_is_missing_is_said_to_be(client):
    with pytest.raises(stripe.InvalidRequestError) as no:
        client.v1.payment_intents.retrieve("pi_nothing")
    assert (no.value.http_status, no.value.code) == (404, "resource_missing")


def test_lists_are_newest_first_in_pages(client):
    made = [client.v1.payment_intents.create({"amount": 500 + n, "currency": "cny"}).id for n in range(3)]
    first = client.v1.payment_intents.list({"limit": 2})
    assert [i.id for i in first.data] == made[:0:-1] and first.has_more
    assert client.v1.payment_intents.list({"limit": 1, "starting_after": made[1]}).data[0].id == made[0]


# the local server alone: its page, its webhooks, its restart


@pytest.fixture
def hook():
    with receiver() as found:
        yield found


def pay(url: str, **fields: str) -> requests.Response:
    return requests.post(url, data={"method": "card", "number": "4242 4242 4242 4242", "expiry": "12/34", "cvc": "123",
                                    **fields}, allow_redirects=False, timeout=20)


def kinds(got) -> list[str]:
    return [stripe.Webhook.construct_event(body, signature, SECRET).type for body, signature in got]


def test_a_paid_page_says_so_by_a_signed_webhook(tmp_path, hook):
    with running(tmp_path, hook.url) as server:
        client = client_for(server.url)
        session = client.v1.checkout.sessions.create(session_of("r7"))
        page = requests.get(session.url, timeout=20)
        assert "¥80.00" in page.text and "棉被" in page.text and "style=" not in page.text and "支付" in page.text
        assert pay(session.url, number="4000 0000 0000 0002").status_code == 402
        for wrong in ({"number": "4242 4242 4242 4243"}, {"expiry": "01/20"}, {"cvc": "1"}):
            assert pay(session.url, **wrong).status_code == 422
        answer = pay(session.url)
        assert answer.status_code == 303 and answer.headers["Location"] == f"http://127.0.0.1:9/thanks?s={session.id}"
        assert pay(session.url).status_code == 200
        got = kinds(hook.wait(6))
        assert got.count("checkout.session.completed") == 1 and "payment_intent.payment_failed" in got
        done = next(json.loads(b)["data"]["object"] for b, _s in hook.got if b"checkout.session.completed" in b)
        assert done["metadata"] == {"payment": "r7"} and done["payment_status"] == "paid" and done["payment_intent"]
        paid = client.v1.checkout.sessions.retrieve(session.id)
        client.v1.refunds.create({"payment_intent": paid.payment_intent}, {"idempotency_key": "once"})
        hook.wait(len(got) + 2)
        assert "charge.refunded" in kinds(hook.got)
        assert requests.get(f"{server.url}/c/pay/{session.id}", timeout=20).status_code == 200


def test_a_wallet_asks_first(tmp_path, hook):
    with running(tmp_path, hook.url) as server:
        client = client_for(server.url)
        session = client.v1.checkout.sessions.create(session_of("r8", locale="en"))
        asked = pay(session.url, method="alipay").headers["Location"]
        assert "Confirm" in requests.get(asked, timeout=20).text
        assert requests.post(asked, data={"agree": "no"}, allow_redirects=False, timeout=20).status_code == 402
        asked = pay(session.url, method="wechat_pay").headers["Location"]
        assert requests.post(asked, data={"agree": "yes"}, allow_redirects=False, timeout=20).status_code == 303
        assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_webhook_that_was_refused_comes_again(tmp_path, hook):
    hook.refuse = 2
    with running(tmp_path, hook.url) as server:
        client_for(server.url).v1.payment_intents.create({"amount": 500, "currency": "cny"})
        assert kinds(hook.wait(1)) == ["payment_intent.created"]


def test_a_restart_keeps_everything_and_sends_what_is_owed(tmp_path, hook):
    hook.refuse = 1
    with running(tmp_path, hook.url) as server:
        made = client_for(server.url).v1.payment_intents.create(BASIC, {"idempotency_key": "k"})
    with running(tmp_path, hook.url) as server:
        client = client_for(server.url)
        assert client.v1.payment_intents.create(BASIC, {"idempotency_key": "k"}).id == made.id
        assert sorted(kinds(hook.wait(3))) == ["charge.succeeded", "payment_intent.created", "payment_intent.succeeded"]


def test_two_refunds_at_once_never_give_back_too_much(tmp_path):
    from concurrent.futures import ThreadPoolExecutor
    with running(tmp_path) as server:
        client = client_for(server.url)
        intent = client.v1.payment_intents.create(BASIC)

        def refund(_n):
            try:
                return client_for(server.url).v1.refunds.create({"payment_intent": intent.id, "amount": 5000}).amount
            except stripe.InvalidRequestError:
                return 0

        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(refund, range(6))) == 5000
