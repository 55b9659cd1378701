"""Gifts that come again every month: what every provider must do alike."""
import secrets

import pytest
import stripe

from tests.standin.months import Months, donor, invoices, open_monthly, subscribe


def test_a_customer_is_kept(provider: stripe.StripeClient) -> None:
    email = f"{secrets.token_hex(4)}@example.com"
    made = provider.v1.customers.create({"email": email, "name": "王女士", "metadata": {"donor": "3"}})
    kept = provider.v1.customers.retrieve(made.id)
    assert (kept.email, kept.name, kept.metadata["donor"]) == (email, "王女士", "3")
    assert provider.v1.customers.update(made.id, {"name": "王晓"}).name == "王晓"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        provider.v1.customers.retrieve("cus_missing")
    assert caught.value.http_status == 404


def test_a_subscription_ends_at_once(provider: stripe.StripeClient, request: pytest.FixtureRequest) -> None:
    made = _subscribed(provider, "localstripe" in request.node.callspec.id)
    assert made.status == "active"
    assert made.id in _ids(provider, made.customer, {})
    assert provider.v1.subscriptions.cancel(made.id).status == "canceled"
    assert provider.v1.subscriptions.retrieve(made.id).status == "canceled"
    assert made.id not in _ids(provider, made.customer, {})
    assert made.id in _ids(provider, made.customer, {"status": "canceled"})
    assert made.id in _ids(provider, made.customer, {"status": "all"})


def test_what_has_ended_stays_so(full: stripe.StripeClient) -> None:
    made = subscribe(full, donor(full).id)
    ended = full.v1.subscriptions.cancel(made.id, {"cancellation_details": {"feedback": "too_expensive"}})
    assert ended.ended_at and ended.canceled_at
    said = ended.cancellation_details
    assert (said.reason, said.feedback) == ("cancellation_requested", "too_expensive")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        full.v1.subscriptions.cancel(made.id)
    assert caught.value.http_status == 404
    with pytest.raises(stripe.InvalidRequestError, match="canceled subscription can only update"):
        full.v1.subscriptions.update(made.id, {"cancel_at_period_end": True})
    assert full.v1.subscriptions.update(made.id, {"metadata": {"why": "moved"}}).metadata["why"] == "moved"


def test_the_first_month_is_paid_at_once(full: stripe.StripeClient) -> None:
    customer = donor(full)
    made = subscribe(full, customer.id, expand=["latest_invoice.payments"])
    first = made.latest_invoice
    assert (first.status, first.billing_reason, first.amount_paid, first.amount_remaining) == (
        "paid", "subscription_create", 3000, 0)
    assert (first.parent.subscription_details.subscription, first.parent.subscription_details.metadata["monthly"]) == (
        made.id, "7")
    paid = first.payments.data[0]
    assert (paid.status, paid.amount_paid, paid.invoice) == ("paid", 3000, first.id)
    intent = full.v1.payment_intents.retrieve(paid.payment.payment_intent)
    assert (intent.status, intent.customer, intent.amount) == ("succeeded", customer.id, 3000)
    found = full.v1.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent.id}})
    assert [one.id for one in found] == [paid.id]
    item = made["items"].data[0]
    assert item.price.recurring.interval == "month" and 28 <= (item.current_period_end - made.created) / 86_400 <= 31


def test_an_invoice_shows_its_payments_to_who_asks(full: stripe.StripeClient) -> None:
    made = subscribe(full, donor(full).id)
    assert "payments" not in full.v1.invoices.retrieve(made.latest_invoice)
    assert full.v1.invoices.retrieve(made.latest_invoice, {"expand": ["payments"]}).payments.data[0].status == "paid"


def test_a_refused_first_month_leaves_it_incomplete(full: stripe.StripeClient) -> None:
    made = subscribe(full, donor(full, "pm_card_chargeCustomerFail").id, expand=["latest_invoice"])
    assert (made.status, made.latest_invoice.status, made.latest_invoice.amount_paid) == ("incomplete", "open", 0)
    card = full.v1.payment_methods.attach("pm_card_visa", {"customer": made.customer})
    assert full.v1.invoices.pay(made.latest_invoice.id, {"payment_method": card.id}).status == "paid"
    assert full.v1.subscriptions.retrieve(made.id).status == "active"
    with pytest.raises(stripe.InvalidRequestError):
        full.v1.invoices.pay(made.latest_invoice.id, {"payment_method": card.id})


def test_a_refused_first_month_may_undo_everything(full: stripe.StripeClient) -> None:
    customer = donor(full, "pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError) as caught:
        subscribe(full, customer.id, payment_behavior="error_if_incomplete")
    assert (caught.value.http_status, caught.value.code) == (402, "card_declined")
    assert not full.v1.subscriptions.list({"customer": customer.id, "status": "all"}).data


def test_a_first_month_that_waits_for_the_payer(full: stripe.StripeClient) -> None:
    made = subscribe(full, donor(full).id, payment_behavior="default_incomplete",
                     expand=["latest_invoice.confirmation_secret", "latest_invoice.payments"])
    assert made.status == "incomplete"
    intent = made.latest_invoice.payments.data[0].payment.payment_intent
    assert made.latest_invoice.confirmation_secret.client_secret.startswith(intent)
    card = full.v1.customers.retrieve(made.customer).invoice_settings.default_payment_method
    assert full.v1.payment_intents.confirm(intent, {"payment_method": card, "return_url": "http://127.0.0.1:9/"}
                                           ).status == "succeeded"
    assert full.v1.subscriptions.retrieve(made.id).status == "active"


def test_a_card_is_its_owners(full: stripe.StripeClient) -> None:
    other = donor(full).invoice_settings.default_payment_method
    with pytest.raises(stripe.InvalidRequestError):
        subscribe(full, donor(full).id, default_payment_method=other)
    with pytest.raises(stripe.InvalidRequestError):
        full.v1.payment_methods.attach(other, {"customer": donor(full).id})
    with pytest.raises(stripe.CardError):
        full.v1.payment_methods.attach("pm_card_visa_chargeDeclined", {"customer": donor(full).id})


def test_nobody_subscribes_without_a_card(full: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="no attached payment source or default payment method"):
        subscribe(full, full.v1.customers.create({}).id)


@pytest.mark.parametrize(("more", "words"), [
    ({"payment_intent_data": {"metadata": {"a": "b"}}}, "payment_intent_data.*subscription"),
    ({"line_items": [{"quantity": 1, "price_data": {"currency": "cny", "unit_amount": 3000,
                                                    "product_data": {"name": "棉被"}}}]}, "at least one recurring price"),
    ({"mode": "payment", "subscription_data": {}}, "recurring price|subscription_data")])
def test_a_page_for_every_month_is_no_page_for_once(full: stripe.StripeClient, more: dict, words: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=words):
        open_monthly(full, **more)


def test_a_page_for_every_month(full: stripe.StripeClient) -> None:
    made = open_monthly(full, allowed_payment_method_types=["card"])
    assert (made.mode, made.status, made.amount_total, made.subscription, made.payment_intent) == (
        "subscription", "open", 3000, None, None)
    assert full.v1.checkout.sessions.expire(made.id).status == "expired"


def test_a_month_later_it_is_paid_again(months: Months) -> None:
    client = months.client
    made = subscribe(client, donor(client, **months.given).id)
    months.pass_days(32)
    second, first = invoices(client, made.id)
    assert (first.billing_reason, second.billing_reason) == ("subscription_create", "subscription_cycle")
    assert (second.status, second.amount_paid, second.attempt_count) == ("paid", 3000, 1)
    assert second.parent.subscription_details.metadata["monthly"] == "7"
    assert second.lines.data[0].period.start == first.lines.data[0].period.end
    now = client.v1.subscriptions.retrieve(made.id)
    assert (now.status, now.latest_invoice) == ("active", second.id)
    assert now["items"].data[0].current_period_end == second.lines.data[0].period.end
    assert second.payments.data[0].payment.payment_intent != first.payments.data[0].payment.payment_intent


def test_a_month_that_cannot_be_paid_is_tried_again(months: Months) -> None:
    client = months.client
    made = subscribe(client, donor(client, **months.given).id)
    bad = client.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": made.customer})
    client.v1.subscriptions.update(made.id, {"default_payment_method": bad.id})
    months.pass_days(32)
    unpaid = invoices(client, made.id)[0]
    assert (unpaid.status, unpaid.attempt_count, unpaid.amount_paid) == ("open", 1, 0)
    assert unpaid.next_payment_attempt > unpaid.created
    assert client.v1.subscriptions.retrieve(made.id).status == "past_due"
    card = client.v1.payment_methods.attach("pm_card_visa", {"customer": made.customer})
    assert client.v1.invoices.pay(unpaid.id, {"payment_method": card.id}).status == "paid"
    assert client.v1.subscriptions.retrieve(made.id).status == "active"


def test_it_may_end_with_the_month(months: Months) -> None:
    client = months.client
    made = subscribe(client, donor(client, **months.given).id)
    ending = client.v1.subscriptions.update(made.id, {"cancel_at_period_end": True})
    assert (ending.status, ending.cancel_at) == ("active", ending["items"].data[0].current_period_end)
    assert client.v1.subscriptions.update(made.id, {"cancel_at_period_end": False}).cancel_at is None
    client.v1.subscriptions.update(made.id, {"cancel_at_period_end": True})
    months.pass_days(32)
    ended = client.v1.subscriptions.retrieve(made.id)
    assert (ended.status, ended.ended_at, len(invoices(client, made.id))) == ("canceled", ending.cancel_at, 1)


def _subscribed(client: stripe.StripeClient, second: bool) -> stripe.Subscription:
    """As `subscribe`; localstripe has plans instead of prices, and wants the card's number."""
    if not second:
        return subscribe(client, donor(client).id)
    card = client.v1.payment_methods.create({"type": "card", "card": {
        "number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}})
    customer = client.v1.customers.create({"email": "donor@example.com"})
    client.v1.payment_methods.attach(card.id, {"customer": customer.id})
    client.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": card.id}})
    plan = client.v1.plans.create({"amount": 3000, "currency": "cny", "interval": "month", "product": {"name": "心意"}})
    return client.v1.subscriptions.create({"customer": customer.id, "items": [{"plan": plan.id}]})


def _ids(client: stripe.StripeClient, customer: str, more: dict) -> list[str]:
    return [one.id for one in client.v1.subscriptions.list({"customer": customer} | more)]
