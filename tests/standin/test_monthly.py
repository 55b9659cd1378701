"""A gift every month, from the Checkout page on."""
import json
from datetime import UTC, datetime

import pytest

from marketplace.standin.stripe import periods, time_passing
from tests.standin.months import invoices, open_monthly
from tests.standin.payer import open_session
from tests.standin.within import Shop

MONTH, DAY = {"recurring": {"interval": "month", "interval_count": 1}}, 86_400
BEGUN = ["customer.created", "payment_intent.created", "charge.succeeded", "payment_method.attached",
         "payment_intent.succeeded", "invoice.created", "customer.subscription.created", "invoice.finalized",
         "invoice.paid", "invoice.payment_succeeded", "invoice_payment.paid", "checkout.session.completed"]


def begun(shop: Shop, card: str = "4242424242424242"):
    """The subscription that somebody has begun on the page."""
    made = open_monthly(shop.client)
    assert shop.control("pay", session=made.id, card=card)["status"] == "succeeded"
    return shop.client.v1.subscriptions.retrieve(shop.client.v1.checkout.sessions.retrieve(made.id).subscription)


def told(shop: Shop, heard: list[dict]) -> list[str]:
    """What webhooks have told since the last time."""
    shop.settle()
    types = [event["type"] for event in heard]
    heard.clear()
    return types


@pytest.fixture
def heard(shop: Shop) -> list[dict]:
    events: list[dict] = []
    shop.listen(lambda body, signature: events.append(json.loads(body)) or 200)
    return events


def test_who_pays_becomes_a_customer(shop: Shop) -> None:
    made = open_monthly(shop.client)
    assert made.payment_method_types == ["card"]
    shop.control("pay", session=made.id)
    done = shop.client.v1.checkout.sessions.retrieve(made.id, {"expand": ["subscription.latest_invoice", "customer"]})
    assert (done.status, done.payment_status, done.payment_intent) == ("complete", "paid", None)
    assert (done.customer.email, done.subscription.status) == ("donor@example.com", "active")
    assert done.subscription.latest_invoice.id == done.invoice
    assert done.subscription.metadata["monthly"] == done.metadata["monthly"] == "7"
    kept = shop.client.v1.customers.payment_methods.list(done.customer.id).data
    assert [card.id for card in kept] == [done.subscription.default_payment_method]


def test_what_is_told_of_the_beginning(shop: Shop, heard: list[dict]) -> None:
    begun(shop)
    shop.settle()
    assert [event["type"] for event in heard] == BEGUN
    by_type = {event["type"]: event["data"]["object"] for event in heard}
    assert by_type["invoice.created"]["status"] == "draft" and by_type["invoice.finalized"]["status"] == "open"
    assert by_type["invoice.paid"]["parent"]["subscription_details"]["metadata"] == {"monthly": "7"}
    assert by_type["invoice_payment.paid"]["payment"]["payment_intent"] == by_type["payment_intent.succeeded"]["id"]
    assert by_type["payment_intent.succeeded"]["metadata"] == {}
    assert by_type["checkout.session.completed"]["subscription"] == by_type["customer.subscription.created"]["id"]
    assert "payments" not in by_type["invoice.paid"]


def test_who_is_refused_first_is_one_customer(shop: Shop) -> None:
    made = open_monthly(shop.client)
    for card, status in (("4000000000000002", "requires_payment_method"), ("4000002500003155", "succeeded")):
        assert shop.control("pay", session=made.id, card=card)["status"] == status
    assert len(shop.client.v1.customers.list().data) == len(shop.client.v1.payment_intents.list().data) == 1
    assert len(shop.client.v1.subscriptions.list().data) == 1


def test_a_customer_comes_again(shop: Shop) -> None:
    first = begun(shop)
    again = shop.client.v1.checkout.sessions.create({
        "mode": "payment", "customer": first.customer, "success_url": "http://127.0.0.1:9/done", "line_items": [
            {"quantity": 1, "price_data": {"currency": "cny", "unit_amount": 8000, "product_data": {"name": "棉被"}}}]})
    shop.control("pay", session=again.id)
    assert shop.client.v1.charges.list({"customer": first.customer}).data[0].amount == 8000


def test_months_pass_each_at_its_time(shop: Shop, heard: list[dict]) -> None:
    made = begun(shop)
    told(shop, heard)
    shop.control("clock", seconds=100 * DAY)
    found = invoices(shop.client, made.id)[::-1]
    starts = [periods.end(made.billing_cycle_anchor, MONTH, number) for number in (1, 2, 3)]
    assert [invoice.created for invoice in found[1:]] == starts
    assert [invoice.status_transitions.paid_at for invoice in found[1:]] == [start + 3600 for start in starts]
    assert [invoice.number.split("-")[1] for invoice in found] == ["0001", "0002", "0003", "0004"]
    month = ["invoice.created", "customer.subscription.updated", "invoice.finalized", "payment_intent.created",
             "charge.succeeded", "payment_intent.succeeded", "invoice.paid", "invoice.payment_succeeded",
             "invoice_payment.paid"]
    assert told(shop, heard) == month * 3


@pytest.mark.parametrize(("day", "number", "ends"), [
    ("2027-01-31", 1, "2027-02-28"), ("2027-01-31", 2, "2027-03-31"), ("2027-12-15", 1, "2028-01-15"),
    ("2028-01-30", 1, "2028-02-29"), ("2027-11-30", 3, "2028-02-29")])
def test_a_month_ends_on_its_last_day_at_the_latest(day: str, number: int, ends: str) -> None:
    anchor = int(datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC).timestamp())
    assert datetime.fromtimestamp(periods.end(anchor, MONTH, number), UTC).isoformat() == f"{ends}T09:00:00+00:00"


def test_a_card_that_pays_only_once_is_given_up(shop: Shop, heard: list[dict]) -> None:
    made = begun(shop, "4000000000000341")
    shop.control("clock", seconds=32 * DAY)
    told(shop, heard)
    tries = [invoices(shop.client, made.id)[0]]
    for days in (3, 5):
        shop.control("clock", seconds=days * DAY)
        tries.append(invoices(shop.client, made.id)[0])
    assert [(one.attempt_count, bool(one.next_payment_attempt), one.status) for one in tries] == [
        (1, True, "open"), (2, True, "open"), (3, False, "open")]
    assert tries[0].next_payment_attempt - tries[0].status_transitions.finalized_at == 3 * DAY
    ended = shop.client.v1.subscriptions.retrieve(made.id)
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "payment_failed")
    failed = ["charge.failed", "payment_intent.payment_failed", "invoice.payment_failed"]
    assert told(shop, heard) == [*failed, *failed, "customer.subscription.deleted", "invoice.updated"]
    shop.control("clock", seconds=90 * DAY)
    assert len(invoices(shop.client, made.id)) == 2


def test_falling_behind_and_catching_up_are_told(shop: Shop, heard: list[dict]) -> None:
    made = begun(shop, "4000000000000341")
    told(shop, heard)
    shop.control("clock", seconds=32 * DAY)
    shop.settle()
    late = [event for event in heard if event["type"] == "customer.subscription.updated"][-1]
    assert late["data"]["object"]["status"] == "past_due" and late["data"]["previous_attributes"] == {"status": "active"}
    assert shop.client.v1.customers.retrieve(made.customer).delinquent
    heard.clear()
    good = shop.client.v1.payment_methods.attach("pm_card_visa", {"customer": made.customer})
    shop.client.v1.subscriptions.update(made.id, {"default_payment_method": good.id})
    shop.control("clock", seconds=3 * DAY)
    assert shop.client.v1.subscriptions.retrieve(made.id).status == "active"
    assert told(shop, heard)[-2:] == ["customer.updated", "customer.subscription.updated"]
    assert not shop.client.v1.customers.retrieve(made.customer).delinquent


@pytest.mark.parametrize("after", ["unpaid", "past_due"])
def test_it_need_not_end(shop: Shop, after: str) -> None:
    assert shop.control("billing", retries="1", after=after) == {"retries": [1], "after": after}
    made = begun(shop, "4000000000000341")
    shop.control("clock", seconds=33 * DAY)
    assert shop.client.v1.subscriptions.retrieve(made.id).status == after
    shop.control("clock", seconds=31 * DAY)
    newest = invoices(shop.client, made.id)[0]
    assert (newest.status, newest.billing_reason) == ("draft" if after == "unpaid" else "open", "subscription_cycle")


def test_nobody_pays_and_it_comes_to_nothing(shop: Shop, heard: list[dict]) -> None:
    customer = shop.client.v1.customers.create({})
    made = shop.client.v1.subscriptions.create({
        "customer": customer.id, "payment_behavior": "default_incomplete", "items": [{"price_data": {
            "currency": "cny", "unit_amount": 3000, "recurring": {"interval": "month"},
            "product": shop.client.v1.products.create({"name": "心意"}).id}}]})
    told(shop, heard)
    shop.control("clock", seconds=DAY)
    assert shop.client.v1.subscriptions.retrieve(made.id).status == "incomplete_expired"
    assert invoices(shop.client, made.id)[0].status == "void"
    assert told(shop, heard) == ["customer.subscription.updated", "payment_intent.canceled", "invoice.voided"]


def test_a_bank_that_asks_every_time(shop: Shop, heard: list[dict]) -> None:
    made = begun(shop, "4000002760003184")
    told(shop, heard)
    shop.control("clock", seconds=32 * DAY)
    unpaid = invoices(shop.client, made.id)[0]
    assert {"payment_intent.requires_action", "invoice.payment_failed", "invoice.payment_action_required"} <= set(
        told(shop, heard))
    assert unpaid.status == "open" and shop.client.v1.subscriptions.retrieve(made.id).status == "past_due"


def test_a_bank_that_asks_once(shop: Shop) -> None:
    made = begun(shop, "4000002500003155")
    shop.control("clock", seconds=32 * DAY)
    assert [invoice.status for invoice in invoices(shop.client, made.id)] == ["paid", "paid"]


def test_a_card_is_kept_for_later_if_that_is_asked(shop: Shop) -> None:
    made = open_session(shop.client, payment_intent_data={"setup_future_usage": "off_session"})
    shop.control("pay", session=made.id)
    done = shop.client.v1.checkout.sessions.retrieve(made.id)
    assert len(shop.client.v1.customers.payment_methods.list(done.customer).data) == 1
    always = open_session(shop.client, customer_creation="always")
    shop.control("pay", session=always.id)
    assert shop.client.v1.checkout.sessions.retrieve(always.id).customer not in (None, done.customer)


def test_what_went_wrong_does_not_hold_up_the_rest(shop: Shop) -> None:
    first, second = begun(shop), begun(shop)
    with shop.store.write() as tx:
        broken = tx.get("subscription", first.id)
        tx.save(broken | {"items": None})
    with pytest.raises(AssertionError, match="went wrong"):
        shop.control("clock", seconds=32 * DAY)
    time_passing.postpone(shop.store)
    shop.settle()
    assert len(invoices(shop.client, second.id)) == 2
