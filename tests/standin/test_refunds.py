"""Refunds that take their time, or come back."""
import json

import pytest

from tests.standin.within import Shop


@pytest.mark.parametrize(("card", "first", "last", "told"), [
    ("pm_card_pendingRefund", "pending", "succeeded", ["refund.updated", "charge.refund.updated"]),
    ("pm_card_refundFail", "succeeded", "failed", ["refund.updated", "charge.refund.updated", "refund.failed"])])
def test_how_a_refund_ends(shop: Shop, card: str, first: str, last: str, told: list[str]) -> None:
    heard: list[dict] = []
    shop.listen(lambda body, signature: heard.append(json.loads(body)) or 200)
    intent = shop.client.v1.payment_intents.create({
        "amount": 8000, "currency": "cny", "payment_method": card, "confirm": True, "return_url": "http://127.0.0.1:9/"})
    refund = shop.client.v1.refunds.create({"payment_intent": intent.id, "amount": 3000, "metadata": {"pledge": "12"}})
    assert refund.status == first
    shop.settle()
    assert [event["type"] for event in heard[-2:]] == ["refund.created", "charge.refunded"]
    assert heard[-2]["data"]["object"]["metadata"] == {"pledge": "12"}
    heard.clear()
    shop.control("clock", seconds=6)
    shop.settle()
    assert [event["type"] for event in heard] == told
    assert {event["data"]["object"]["metadata"]["pledge"] for event in heard} == {"12"}
    ended = shop.client.v1.refunds.retrieve(refund.id, {"expand": ["charge.refunds"]})
    assert (ended.status, ended.charge.amount_refunded) == (last, 3000 if last == "succeeded" else 0)
    assert [one.id for one in ended.charge.refunds] == [refund.id]
    entries = [entry.type for entry in shop.client.v1.balance_transactions.list({"source": refund.id})]
    assert entries == (["refund"] if last == "succeeded" else ["refund_failure", "refund"])
