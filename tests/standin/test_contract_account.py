"""The account's balance, its payouts, and what has happened in it: what every provider must do alike."""
import pytest
import stripe

from tests.standin.test_contract_disputes import once, paid


def test_the_balance_has_two_sides(full: stripe.StripeClient) -> None:
    balance = full.v1.balance.retrieve()
    for side in (balance.available, balance.pending):
        assert side and all(isinstance(part.amount, int) and len(part.currency) == 3 for part in side)


def entry_of(client: stripe.StripeClient, card: str) -> stripe.BalanceTransaction:
    """What a payment by this card has brought; Stripe writes it down a little later than the payment."""
    charge = paid(client, card).latest_charge
    return once(lambda: client.v1.charges.retrieve(charge, {"expand": ["balance_transaction"]}).balance_transaction, bool)


def test_what_a_payment_brings(full: stripe.StripeClient) -> None:
    entry = entry_of(full, "pm_card_visa")
    assert (entry.type, entry.reporting_category, entry.status) == ("charge", "charge", "pending")
    assert full.v1.charges.retrieve(entry.source).balance_transaction == entry.id
    assert entry.available_on > entry.created and entry.net == entry.amount - entry.fee
    assert entry.fee == sum(detail.amount for detail in entry.fee_details) > 0


def test_some_money_is_there_at_once(full: stripe.StripeClient) -> None:
    assert entry_of(full, "pm_card_bypassPending").status == "available"


def test_entries_are_found(full: stripe.StripeClient) -> None:
    charge = entry_of(full, "pm_card_visa").source
    refund = full.v1.refunds.create({"charge": charge, "amount": 3000, "metadata": {"why": "moved"}})
    entries = full.v1.balance_transactions
    assert [entry.type for entry in entries.list({"source": charge})] == ["charge"]
    back = entries.list({"source": refund.id}).data
    assert [(entry.type, entry.amount < 0, entry.fee) for entry in back] == [("refund", True, 0)]
    made = back[0].created
    assert back[0].id in [entry.id for entry in entries.list({"type": "refund", "created": {"gte": made}, "limit": 100})]
    assert back[0].id not in [entry.id for entry in entries.list({"created": {"lt": made}, "limit": 100})]
    assert entries.retrieve(back[0].id).source == refund.id
    noted = full.v1.refunds.update(refund.id, {"metadata": {"clerk": "7"}}).metadata
    assert (noted["why"], noted["clerk"]) == ("moved", "7")


def test_nobody_is_paid_what_is_not_there(full: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        full.v1.payouts.create({"amount": 99_999_999, "currency": "cny"})
    assert caught.value.http_status == 400
    with pytest.raises(stripe.InvalidRequestError) as caught:
        full.v1.payouts.retrieve("po_missing")
    assert caught.value.http_status == 404


def test_events_can_be_read_again(provider: stripe.StripeClient) -> None:
    made = provider.v1.customers.create({"email": "again@example.com"})
    same = {"type": "customer.created", "created": {"gte": made.created}, "limit": 100}
    event = next(one for one in provider.v1.events.list(same) if one.data.object["id"] == made.id)
    assert event.data.object["email"] == "again@example.com"
    assert provider.v1.events.retrieve(event.id).type == "customer.created"
    before = provider.v1.events.list(same | {"created": {"lt": made.created}})
    assert event.id not in [one.id for one in before]


def test_events_by_kind_and_page_by_page(full: stripe.StripeClient) -> None:
    intents = [paid(full, "pm_card_visa").id for _ in range(2)]
    kinds = ["payment_intent.succeeded", "charge.succeeded"]
    page = full.v1.events.list({"types": kinds, "limit": 3})
    rest = full.v1.events.list({"types": kinds, "limit": 1, "starting_after": page.data[-1].id})
    events = [*page.data, *rest.data]
    assert {event.type for event in events} == set(kinds) and len({event.id for event in events}) == 4
    assert [one.data.object["id"] for one in events if one.type == kinds[0]] == intents[::-1]
    assert {one.type for one in full.v1.events.list({"type": "charge.*", "limit": 5})} <= {
        "charge.succeeded", "charge.failed", "charge.refunded", "charge.updated", "charge.refund.updated",
        "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated"}
    with pytest.raises(stripe.InvalidRequestError):
        full.v1.events.list({"types": kinds, "type": kinds[0]})
