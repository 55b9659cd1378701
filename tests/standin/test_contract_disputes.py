"""A payer's bank takes money back: what every provider must do alike."""
import time
from collections.abc import Callable

import pytest
import stripe

WAIT = 60  # seconds for a test bank to do what its card promises


def paid(client: stripe.StripeClient, card: str) -> stripe.PaymentIntent:
    made = client.v1.payment_intents.create({"amount": 8000, "currency": "cny", "payment_method": card, "confirm": True,
                                             "return_url": "http://127.0.0.1:9/"})
    assert made.status == "succeeded"
    return made


def disputed(client: stripe.StripeClient, card: str) -> stripe.Dispute:
    """The dispute that a test card leads to, soon after it has paid."""
    intent = paid(client, card)
    return once(lambda: client.v1.disputes.list({"payment_intent": intent.id}).data, lambda found: bool(found))[0]


def once(look: Callable, fits: Callable):
    """What `look` sees, when it fits."""
    until = time.monotonic() + WAIT
    while not fits(found := look()):
        assert time.monotonic() < until, found
        time.sleep(0.2)
    return found


@pytest.mark.parametrize(("card", "reason"), [
    ("pm_card_createDispute", "fraudulent"), ("pm_card_createDisputeProductNotReceived", "product_not_received")])
def test_the_money_is_gone_at_once(full: stripe.StripeClient, card: str, reason: str) -> None:
    dispute = disputed(full, card)
    assert (dispute.status, dispute.reason, dispute.amount, dispute.currency) == ("needs_response", reason, 8000, "cny")
    assert dispute.payment_method_details.card.case_type == "chargeback" and not dispute.is_charge_refundable
    gone = dispute.balance_transactions[0]
    assert (gone.type, gone.reporting_category, gone.source) == ("adjustment", "dispute", dispute.id)
    assert gone.amount < 0 and gone.net == gone.amount - gone.fee
    assert full.v1.charges.retrieve(dispute.charge).disputed
    with pytest.raises(stripe.InvalidRequestError) as caught:
        full.v1.refunds.create({"charge": dispute.charge})
    assert caught.value.code == "charge_disputed"


def test_a_bank_may_ask_first(full: stripe.StripeClient) -> None:
    dispute = disputed(full, "pm_card_createDisputeInquiry")
    assert (dispute.status, dispute.balance_transactions) == ("warning_needs_response", [])
    assert dispute.payment_method_details.card.case_type == "inquiry" and dispute.is_charge_refundable
    assert full.v1.refunds.create({"charge": dispute.charge}).status == "succeeded"
    once(lambda: full.v1.disputes.retrieve(dispute.id).status, lambda status: status == "warning_closed")


@pytest.mark.parametrize(("evidence", "end", "moves"), [("winning_evidence", "won", 2), ("losing_evidence", "lost", 1)])
def test_evidence_decides(full: stripe.StripeClient, evidence: str, end: str, moves: int) -> None:
    dispute = disputed(full, "pm_card_createDispute")
    staged = full.v1.disputes.update(dispute.id, {"evidence": {"customer_name": "王女士"}, "submit": False})
    assert (staged.status, staged.evidence_details.has_evidence, staged.evidence_details.submission_count) == (
        "needs_response", True, 0)
    sent = full.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": evidence}, "submit": True})
    assert sent.evidence.customer_name == "王女士" and sent.evidence_details.submission_count == 1
    ended = once(lambda: full.v1.disputes.retrieve(dispute.id), lambda found: found.status in ("won", "lost"))
    assert (ended.status, len(ended.balance_transactions)) == (end, moves)
    if end == "won":
        gone, back = sorted(ended.balance_transactions, key=lambda entry: entry.amount)
        assert back.amount == -gone.amount and back.reporting_category == "dispute_reversal"


def test_giving_up_is_losing(full: stripe.StripeClient) -> None:
    dispute = disputed(full, "pm_card_createDispute")
    assert full.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError):
        full.v1.disputes.close(dispute.id)
    types = {event.type for event in full.v1.events.list({"type": "charge.dispute.*", "limit": 50})
             if event.data.object["id"] == dispute.id}
    assert {"charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed"} <= types


def test_metadata_and_a_missing_one(full: stripe.StripeClient) -> None:
    dispute = disputed(full, "pm_card_createDispute")
    noted = full.v1.disputes.update(dispute.id, {"metadata": {"clerk": "7"}})
    assert (noted.metadata["clerk"], noted.status) == ("7", "needs_response")
    assert dispute.id in [one.id for one in full.v1.disputes.list({"charge": dispute.charge})]
    with pytest.raises(stripe.InvalidRequestError) as caught:
        full.v1.disputes.retrieve("du_missing")
    assert caught.value.http_status == 404
