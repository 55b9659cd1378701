"""What the account has, and how it reaches the bank."""
import json

import pytest
import stripe

from tests.standin.payer import open_session
from tests.standin.within import Shop

DAY = 86_400


def gift(shop: Shop, card: str = "4000000000000077") -> str:
    """80 yuan, of which 2.32 are the provider's; at hand at once."""
    made = open_session(shop.client, expires_at=int(shop.store.now()) + 3600)
    return shop.control("pay", session=made.id, card=card)["payment_intent"]


def sums(shop: Shop) -> tuple[int, int]:
    balance = shop.client.v1.balance.retrieve()
    return balance.available[0].amount, balance.pending[0].amount


def entries(shop: Shop, payout: str) -> list[tuple[str, int]]:
    return [(entry.type, entry.net) for entry in shop.client.v1.balance_transactions.list({"payout": payout, "limit": 100})]


def test_money_waits_before_it_is_available(shop: Shop) -> None:
    assert sums(shop) == (0, 0)
    gift(shop, "4242424242424242")
    assert sums(shop) == (0, 7768)
    shop.control("clock", seconds=8 * DAY)
    assert sums(shop) == (7768, 0)
    assert shop.client.v1.balance_transactions.list().data[0].status == "available"


def test_every_day_all_that_is_available_goes_to_the_bank(shop: Shop) -> None:
    heard: list[dict] = []
    shop.listen(lambda body, signature: heard.append(json.loads(body)) or 200)
    shop.control("payouts", schedule="daily")
    intent = gift(shop)
    gift(shop, "4242424242424242")
    shop.client.v1.refunds.create({"payment_intent": intent, "amount": 1000})
    shop.control("clock", seconds=2 * DAY)
    shop.settle()
    first = shop.client.v1.payouts.list().data[-1]
    assert (first.amount, first.automatic, first.status, first.reconciliation_status) == (6768, True, "paid", "completed")
    assert first.arrival_date - first.created == DAY and first.created % DAY == 0
    assert entries(shop, first.id) == [("payout", -6768), ("refund", -1000), ("charge", 7768)]
    assert sums(shop) == (0, 7768)
    assert [event["type"] for event in heard if event["type"].startswith("payout")] == [
        "payout.created", "payout.reconciliation_completed", "payout.paid"]
    shop.control("clock", seconds=8 * DAY)
    assert [payout.amount for payout in shop.client.v1.payouts.list()] == [7768, 6768]
    shop.control("payouts", schedule="manual")
    gift(shop)
    shop.control("clock", seconds=2 * DAY)
    assert len(shop.client.v1.payouts.list().data) == 2


def test_what_the_bank_sends_back_is_paid_out_again(shop: Shop) -> None:
    shop.control("payouts", schedule="daily")
    gift(shop)
    shop.control("clock", seconds=DAY)
    sent = shop.client.v1.payouts.list().data[0]
    failed = shop.control("payout", payout=sent.id, failure="account_closed")
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    assert sums(shop) == (7768, 0)
    back = shop.client.v1.balance_transactions.retrieve(failed["failure_balance_transaction"])
    assert (back.type, back.amount, back.source) == ("payout_failure", 7768, sent.id)
    shop.control("clock", seconds=DAY)
    again = shop.client.v1.payouts.list().data[0]
    assert entries(shop, again.id) == [("payout", -7768), ("payout_failure", 7768)]
    assert [one.id for one in shop.client.v1.payouts.list({"status": "failed"})] == [sent.id]
    with pytest.raises(AssertionError, match="failed already"):
        shop.control("payout", payout=sent.id)


def test_a_debt_waits_for_money(shop: Shop) -> None:
    intent = gift(shop, "4242424242424242")
    shop.client.v1.refunds.create({"payment_intent": intent})
    shop.control("payouts", schedule="daily")
    shop.control("clock", seconds=2 * DAY)
    assert sums(shop) == (-8000, 7768) and not shop.client.v1.payouts.list().data


def test_a_payout_by_hand(shop: Shop) -> None:
    gift(shop)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        shop.client.v1.payouts.create({"amount": 7769, "currency": "cny"})
    assert caught.value.code == "balance_insufficient"
    sent = shop.client.v1.payouts.create({"amount": 5000, "currency": "cny", "metadata": {"week": "48"}})
    assert (sent.status, sent.automatic, sent.metadata["week"]) == ("pending", False, "48")
    assert sums(shop) == (2768, 0)
    with pytest.raises(stripe.InvalidRequestError, match="automatic transfers"):
        entries(shop, sent.id)
    assert shop.client.v1.payouts.cancel(sent.id).status == "canceled"
    assert sums(shop) == (7768, 0)
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.payouts.cancel(sent.id)
    other = shop.client.v1.payouts.create({"amount": 7768, "currency": "cny"})
    shop.control("clock", seconds=2 * DAY)
    assert shop.client.v1.payouts.retrieve(other.id).status == "paid"


def test_by_hand_first_and_by_itself_later(shop: Shop) -> None:
    gift(shop)
    shop.client.v1.payouts.create({"amount": 5000, "currency": "cny"})
    shop.control("payouts", schedule="daily")
    shop.control("clock", seconds=DAY)
    newest = shop.client.v1.payouts.list().data[0]
    assert entries(shop, newest.id) == [("payout", -2768), ("payout", -5000), ("charge", 7768)]


def test_wallets_are_booked_under_a_name_of_their_own(shop: Shop) -> None:
    made = open_session(shop.client)
    intent = shop.control("pay", session=made.id, method="wechat_pay")["payment_intent"]
    refund = shop.client.v1.refunds.create({"payment_intent": intent})
    assert refund.id.startswith("pyr_") and refund.charge.startswith("py_")
    listed = shop.client.v1.balance_transactions.list().data
    assert [(entry.type, entry.reporting_category) for entry in listed] == [
        ("payment_refund", "refund"), ("payment", "charge")]
    assert shop.client.v1.refunds.retrieve(refund.id, {"expand": ["charge"]}).charge.refunded
