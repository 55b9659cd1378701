"""Events, told until they are heard; and what a restart must not lose."""
import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import stripe

from tests.standin.conftest import client_of
from tests.standin.listener import Listener
from tests.standin.payer import CARD, DECLINED, open_session, visit
from tests.standin.server import Running, running

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"]


def types(listener: Listener, many: int) -> list[str]:
    return [json.loads(body)["type"] for body, _ in listener.wait(many)]


def test_events_arrive_signed(tmp_path: Path, listener: Listener) -> None:
    with running(tmp_path, listener.url) as server:
        made = open_session(client_of(server))
        visit(made.url, CARD)
        assert types(listener, 4) == PAID
        body, signature = listener.got[3]
        event = stripe.Webhook.construct_event(body, signature, server.webhook_secret)
        assert event.data.object["id"] == made.id and event.data.object["metadata"]["payment"] == "ref1"
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body, signature, "whsec_other")


def test_declines_and_refunds_are_told(tmp_path: Path, listener: Listener) -> None:
    with running(tmp_path, listener.url) as server:
        client, made = client_of(server), open_session(client_of(server))
        visit(made.url, DECLINED)
        assert types(listener, 3)[1:] == ["charge.failed", "payment_intent.payment_failed"]
        visit(made.url, CARD)
        intent = client.v1.checkout.sessions.retrieve(made.id).payment_intent
        client.v1.refunds.create({"payment_intent": intent, "amount": 3000})
        assert types(listener, 8)[6:] == ["refund.created", "charge.refunded"]
        assert json.loads(listener.got[7][0])["data"]["object"]["amount_refunded"] == 3000


def test_a_refused_event_comes_again(tmp_path: Path, listener: Listener) -> None:
    listener.answers = [500, 302]
    with running(tmp_path, listener.url) as server:
        client = client_of(server)
        before = time.monotonic()
        client.v1.payment_intents.create({"amount": 8000, "currency": "cny"})
        assert len({json.loads(body)["id"] for body, _ in listener.wait(3)}) == 1
        assert 2.9 < time.monotonic() - before < 10  # after one second, then after two more
        _until(lambda: client.v1.events.list().data[0].pending_webhooks == 0)


def test_a_session_ends_by_itself(tmp_path: Path, listener: Listener) -> None:
    with running(tmp_path, listener.url) as server:
        made = open_session(client_of(server))
        server.control("clock", seconds=3700)
        assert types(listener, 1) == ["checkout.session.expired"]
        assert client_of(server).v1.checkout.sessions.retrieve(made.id).status == "expired"


def test_a_restart_loses_nothing(tmp_path: Path, listener: Listener) -> None:
    options = {"idempotency_key": "one"}
    listener.answers = [500]
    with running(tmp_path, listener.url) as server:
        made = open_session(client_of(server))
        intent = client_of(server).v1.payment_intents.create({"amount": 8000, "currency": "cny"}, options)
        listener.wait(1)
    with running(tmp_path, listener.url, port=server.port) as server:
        client = client_of(server)
        assert types(listener, 2) == ["payment_intent.created"] * 2
        assert client.v1.payment_intents.create({"amount": 8000, "currency": "cny"}, options).id == intent.id
        assert client.v1.checkout.sessions.retrieve(made.id).url == made.url
        assert visit(made.url, CARD)[0] == 303


def test_two_at_once_with_one_key(server: Running) -> None:
    server.control("fault", target="api", kind="slow", seconds=2, match="/v1/payment_intents")
    client = client_of(server)

    def ask(wait: float) -> object:
        time.sleep(wait)
        try:
            return client.v1.payment_intents.create({"amount": 8000, "currency": "cny"}, {"idempotency_key": "at-once"}).id
        except stripe.StripeError as error:
            return error.http_status

    with ThreadPoolExecutor(2) as two:
        first, second = two.map(ask, (0, 0.7))
    assert str(first).startswith("pi_") and second == 409
    assert ask(0) == first


def test_a_connection_serves_many_requests(server: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    login = {"Authorization": f"Bearer {server.key}"}
    for path, body, headers, status in (
            ("/v1/payment_intents", "amount=8000&currency=cny", form, 401), ("/nothing", "a=b", form, 404),
            ("/v1/payment_intents", "amount=8000&currency=cny", form | login, 200), ("/health", "", {}, 200)):
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Connection"]) == (status, None), answer.read()
        answer.read()
    connection.request("POST", "/v1/payment_intents", "a" * (2 << 20), form | login)
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Connection"]) == (413, "close")
    connection.close()


def test_the_folder_has_one_master(tmp_path: Path) -> None:
    with running(tmp_path), pytest.raises(RuntimeError, match="another one"), running(tmp_path):
        pass


def test_deliveries_can_be_spoiled(tmp_path: Path, listener: Listener) -> None:
    with running(tmp_path, listener.url) as server:
        server.control("fault", target="webhook", kind="drop", match="charge.succeeded")
        server.control("fault", target="webhook", kind="duplicate", match="payment_intent.succeeded")
        visit(open_session(client_of(server)).url, CARD)
        assert types(listener, 4) == [PAID[0], PAID[2], PAID[2], PAID[3]]


def test_several_payers_are_told_at_once_each_in_order(tmp_path: Path, listener: Listener) -> None:
    listener.pause = 0.3
    with running(tmp_path, listener.url, more=["--lanes", "4"]) as server:
        server.control("hold")
        made = [open_session(client_of(server)).id for _ in range(4)]
        for session in made:
            server.control("pay", session=session)
        before = time.monotonic()
        server.control("release")
        heard = [json.loads(body) for body, _ in listener.wait(16)]
        assert time.monotonic() - before < 3.5  # one after the other they would take 4.8 seconds
        _until(lambda: server.control("waiting") == {"waiting": 0, "held": 0})
    payments: dict[str, list[str]] = {}
    for event in heard:
        thing = event["data"]["object"]
        payments.setdefault(thing.get("payment_intent") or thing["id"], []).append(event["type"])
    assert list(payments.values()) == [PAID] * 4


def test_only_what_is_wanted_is_sent(tmp_path: Path, listener: Listener) -> None:
    with running(tmp_path, listener.url, more=["--quick", "--events", "checkout.session.*,refund.created"]) as server:
        made = open_session(client_of(server))
        intent = server.control("pay", session=made.id, card="4000002500003155")["payment_intent"]
        client_of(server).v1.refunds.create({"payment_intent": intent})
        assert sorted(types(listener, 2)) == ["checkout.session.completed", "refund.created"]
        assert client_of(server).v1.events.list({"type": "charge.succeeded"}).data[0].pending_webhooks == 0


def test_a_payer_who_says_no(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        made = open_session(client_of(server))
        assert server.control("pay", session=made.id, method="alipay", agree="false")["status"] == "requires_payment_method"
        assert server.control("pay", session=made.id, card="4000000000009995")["status"] == "requires_payment_method"
        assert server.control("pay", session=made.id, method="alipay")["status"] == "succeeded"
        assert client_of(server).v1.checkout.sessions.retrieve(made.id).payment_status == "paid"


def _until(true) -> None:
    until = time.monotonic() + 10
    while not true():
        assert time.monotonic() < until
        time.sleep(0.1)
