"""Disputes beyond what test cards lead to."""
import json

import pytest

from marketplace.standin.stripe.disputes import FEE
from tests.standin.payer import open_session
from tests.standin.within import Shop

DAY = 86_400


def charged(shop: Shop, **how: object) -> str:
    made = open_session(shop.client)
    intent = shop.control("pay", session=made.id, **how)["payment_intent"]
    return shop.client.v1.payment_intents.retrieve(intent).latest_charge


def test_a_dispute_over_a_part(shop: Shop) -> None:
    charge = charged(shop)
    shop.client.v1.refunds.create({"charge": charge, "amount": 3000})
    dispute = shop.control("dispute", charge=charge, reason="product_not_received", amount=2000)
    assert (dispute["amount"], dispute["reason"], dispute["network_reason_code"]) == (2000, "product_not_received", "13.1")
    entry = dispute["balance_transactions"][0]
    assert (entry["amount"], entry["fee"], entry["net"]) == (-2000, FEE["cny"], -2000 - FEE["cny"])
    assert entry["status"] == "available"
    assert entry["description"] == f"Chargeback withdrawal for {charge}"
    listed = shop.client.v1.balance_transactions.list({"source": dispute["id"]}).data
    assert [one.id for one in listed] == [entry["id"]]


def test_a_wallet_can_be_disputed_too(shop: Shop) -> None:
    charge = charged(shop, method="alipay")
    assert charge.startswith("py_")
    assert shop.control("dispute", charge=charge)["payment_method_details"] is None
    with pytest.raises(AssertionError, match="cannot be disputed"):
        shop.control("dispute", charge=charge)


def test_winning_gives_everything_back(shop: Shop) -> None:
    heard: list[dict] = []
    shop.listen(lambda body, signature: heard.append(json.loads(body)) or 200)
    charge = charged(shop, card="4000000000000259")
    shop.settle()
    dispute = shop.client.v1.disputes.list({"charge": charge}).data[0]
    heard.clear()
    shop.client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    shop.settle()
    assert [(event["type"], event["data"]["object"]["status"]) for event in heard] == [
        ("charge.dispute.updated", "under_review"), ("charge.dispute.closed", "won"),
        ("charge.dispute.funds_reinstated", "won")]
    entries = shop.client.v1.disputes.retrieve(dispute.id).balance_transactions
    assert sum(entry.net for entry in entries) == 0
    assert shop.client.v1.refunds.create({"charge": charge}).status == "succeeded"


def test_silence_loses(shop: Shop) -> None:
    dispute = shop.control("dispute", charge=charged(shop))
    shop.control("clock", seconds=8 * DAY)
    assert shop.client.v1.disputes.retrieve(dispute["id"]).status == "lost"


def test_evidence_that_says_nothing_loses_in_the_end(shop: Shop) -> None:
    dispute = shop.control("dispute", charge=charged(shop))
    shop.client.v1.disputes.update(dispute["id"], {"evidence": {"uncategorized_text": "please"}})
    shop.control("clock", seconds=30 * DAY)
    assert shop.client.v1.disputes.retrieve(dispute["id"]).status == "under_review"
    shop.control("clock", seconds=60 * DAY)
    assert shop.client.v1.disputes.retrieve(dispute["id"]).status == "lost"


def test_a_question_may_become_a_dispute(shop: Shop) -> None:
    dispute = shop.control("dispute", charge=charged(shop), reason="inquiry")
    assert dispute["status"] == "warning_needs_response" and not dispute["balance_transactions"]
    shop.client.v1.disputes.update(dispute["id"], {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}})
    shop.settle()
    now = shop.client.v1.disputes.retrieve(dispute["id"])
    assert (now.status, now.payment_method_details.card.case_type, len(now.balance_transactions)) == (
        "needs_response", "chargeback", 1)


def test_a_question_answered_well_is_closed(shop: Shop) -> None:
    dispute = shop.control("dispute", charge=charged(shop), reason="inquiry")
    shop.client.v1.disputes.update(dispute["id"], {"evidence": {"uncategorized_text": "winning_evidence"}})
    shop.settle()
    assert shop.client.v1.disputes.retrieve(dispute["id"]).status == "warning_closed"


def test_what_was_given_back_already_is_not_disputed(shop: Shop) -> None:
    charge = charged(shop, card="4000000000000259")
    shop.client.v1.refunds.create({"charge": charge})
    shop.settle()
    assert not shop.client.v1.disputes.list({"charge": charge}).data
