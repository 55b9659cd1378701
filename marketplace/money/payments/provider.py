"""Stripe, spoken to through its own client; or whatever speaks Stripe's language at STRIPE_API_BASE."""
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import stripe

from marketplace.core.errors import Refused

TIMEOUT = 20
CURRENCY = "cny"
PAGE = 100


class ProviderAway(Refused):
    """The payment provider did not answer. Nothing was paid; it can be tried again."""


class BadSignature(Refused):
    """A webhook that the provider did not sign, or too long ago."""


class RefundRefused(Refused):
    """The provider will not give this back, whatever is tried; `code` says why."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Item:
    """A line of a Checkout page: what the giver reads, and how many fen."""

    name: str
    amount_fen: int


@dataclass(frozen=True)
class Session:
    """A Checkout session: where to pay, and how it stands. `failure`: why the last attempt to pay came to nothing."""

    id: str
    url: str
    status: str
    paid: bool
    intent_id: str | None
    subscription_id: str | None = None
    failure: str = ""


@dataclass(frozen=True)
class Bill:
    """A month of a subscription: paid, or with the page where it can be paid and why it was not."""

    id: str
    amount_fen: int
    paid_at: datetime | None
    intent_id: str | None
    pay_url: str = ""
    failure: str = ""


@dataclass(frozen=True)
class Subscribed:
    """A subscription as the provider knows it, with every month so far; `state` in our own words."""

    id: str
    state: str
    next_at: datetime | None
    bills: Sequence[Bill] = field(default=())


STATES = {"active": "active", "trialing": "active", "past_due": "past_due", "unpaid": "past_due", "paused": "past_due",
          "canceled": "ended", "incomplete_expired": "ended"}


@dataclass(frozen=True)
class Told:
    """An event of the provider: its number, its type, and the whole of it as its webhook would carry it."""

    id: str
    type: str
    body: str


@dataclass(frozen=True)
class Moved:
    """A transaction of the provider's balance in fen; `source` is what moved it, `intent_id` the payment it is about."""

    id: str
    type: str
    source: str
    intent_id: str
    amount_fen: int
    fee_fen: int
    at: datetime


class Provider:
    """The provider of one process; bound once by the application."""

    def __init__(self) -> None:
        self._client: stripe.StripeClient | None = None
        self._secret = ""

    def bind(self, key: str, webhook_secret: str, base: str) -> None:
        self._secret = webhook_secret
        self._client = stripe.StripeClient(
            key or "unset", base_addresses={"api": base}, max_network_retries=2,
            http_client=stripe.RequestsClient(timeout=TIMEOUT))

    def open_session(self, *, ref: str, items: Sequence[Item], success_url: str, cancel_url: str,
                     expires_at: datetime, lang: str, monthly: bool = False) -> Session:
        """A Checkout session for one payment, or for a payment each month; the same one however often it is asked.

        Raises ProviderAway.
        """
        kind, again = ("subscription", {"recurring": {"interval": "month"}}) if monthly else ("payment", {})
        lines = [{"quantity": 1, "price_data": {
            "currency": CURRENCY, "unit_amount": item.amount_fen, "product_data": {"name": item.name}, **again}}
            for item in items]
        params = {
            "mode": kind, "client_reference_id": ref, "success_url": success_url, "cancel_url": cancel_url,
            "expires_at": int(expires_at.timestamp()), "locale": lang, "line_items": lines, "metadata": {kind: ref},
            "subscription_data" if monthly else "payment_intent_data": {"metadata": {kind: ref}},
        }
        return _session(self._ask(lambda c: c.v1.checkout.sessions.create(
            params, {"idempotency_key": f"session-{ref}"})))

    def session(self, session_id: str) -> Session:
        """How a session stands now. Raises ProviderAway."""
        return _session(self._ask(lambda c: c.v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]})))

    def subscription(self, provider_id: str) -> Subscribed | None:
        """How a subscription stands now, with all its months; None for one that the provider does not know.

        Raises ProviderAway.
        """
        try:
            found = self._ask(lambda c: c.v1.subscriptions.retrieve(provider_id)).to_dict()
        except stripe.InvalidRequestError:
            return None
        listed = self._ask(lambda c: list(c.v1.invoices.list(
            {"subscription": provider_id, "limit": 100, "expand": ["data.payments"]}).auto_paging_iter()))
        bills = [self._bill(invoice.to_dict()) for invoice in listed if invoice.status in ("paid", "open")]
        ends = [item["current_period_end"] for item in found["items"]["data"]]
        return Subscribed(found["id"], STATES.get(found["status"], "created"), _moment(ends[0]) if ends else None, bills)

    def _bill(self, invoice: Mapping[str, Any]) -> Bill:
        payments = (invoice.get("payments") or {}).get("data") or [{"payment": {}}]
        intent = _id(payments[0]["payment"].get("payment_intent"))
        if invoice["status"] == "paid":
            paid = invoice["status_transitions"]["paid_at"] or invoice["created"]
            return Bill(invoice["id"], invoice["amount_paid"], _moment(paid), intent)
        tried = self._ask(lambda c: c.v1.payment_intents.retrieve(intent)).to_dict() if intent else {}
        return Bill(invoice["id"], invoice["amount_due"], None, intent, invoice.get("hosted_invoice_url") or "",
                    failure(tried.get("last_payment_error")))

    def end_subscription(self, provider_id: str) -> None:
        """Take no more months; fine when it has ended already. Raises ProviderAway."""
        try:
            self._ask(lambda c: c.v1.subscriptions.cancel(provider_id))
        except stripe.InvalidRequestError:
            return

    def expire(self, session_id: str) -> None:
        """Close a session so that nobody can pay any more; fine when it is closed already. Raises ProviderAway."""
        try:
            self._ask(lambda c: c.v1.checkout.sessions.expire(session_id))
        except stripe.InvalidRequestError:
            return

    def refund(self, intent_id: str, amount_fen: int, key: str) -> Mapping[str, Any]:
        """Give money back, once per `key`; what the provider says of it. Raises ProviderAway, RefundRefused."""
        try:
            return self._ask(lambda c: c.v1.refunds.create(
                {"payment_intent": intent_id, "amount": amount_fen, "metadata": {"refund": key}},
                {"idempotency_key": f"refund-{key}"})).to_dict()
        except stripe.InvalidRequestError as error:
            raise RefundRefused(error.code or "refused") from error

    def events(self, since: datetime, kinds: Sequence[str]) -> Iterator[Told]:
        """What the provider has said since then, also what never arrived here; of these kinds (at most 20).

        Raises ProviderAway.
        """
        for event in self._all(lambda c: c.v1.events.list(
                {"created": {"gte": int(since.timestamp())}, "types": list(kinds), "limit": PAGE})):
            yield Told(event.id, event.type, json.dumps(event.to_dict(for_json=True), ensure_ascii=False))

    def moved(self, since: datetime) -> Iterator[Moved]:
        """The transactions of the balance since then, the newest first. Raises ProviderAway."""
        for one in self._all(lambda c: c.v1.balance_transactions.list(
                {"created": {"gte": int(since.timestamp())}, "limit": PAGE, "expand": ["data.source"]})):
            source = one.source.to_dict() if isinstance(one.source, stripe.StripeObject) else {"id": one.source or ""}
            yield Moved(one.id, one.type, source["id"], source.get("payment_intent") or "", one.amount, one.fee,
                        datetime.fromtimestamp(one.created, UTC))

    def paid_out(self, payout_id: str) -> list[str]:
        """The numbers of the transactions that a payout brought to the bank. Raises ProviderAway."""
        try:
            return [one.id for one in self._all(
                lambda c: c.v1.balance_transactions.list({"payout": payout_id, "limit": PAGE})) if one.type != "payout"]
        except stripe.InvalidRequestError:  # a payout that somebody made by hand has no list
            return []

    def balance(self) -> int:
        """Fen that the provider holds for us, available or on their way. Raises ProviderAway."""
        found = self._ask(lambda c: c.v1.balance.retrieve())
        return sum(part.amount for part in [*found.available, *found.pending] if part.currency == CURRENCY)

    def _all(self, call) -> Iterator[Any]:
        """Every page of a list. Raises ProviderAway in the middle as at its start."""
        pages = self._ask(call).auto_paging_iter()
        while True:
            try:
                yield self._ask(lambda _client: next(pages))
            except StopIteration:
                return

    def signed(self, body: bytes, signature: str) -> stripe.Event:
        """The event in a webhook. Raises BadSignature."""
        try:
            return stripe.Webhook.construct_event(body, signature, self._secret)
        except (ValueError, stripe.SignatureVerificationError) as error:
            raise BadSignature from error

    def _ask(self, call):
        if self._client is None:
            raise RuntimeError("no payment provider: create_app has not run")
        try:
            return call(self._client)
        except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError, stripe.AuthenticationError) as error:
            raise ProviderAway from error


def failure(error: Mapping[str, Any] | None) -> str:
    """Why an attempt to pay came to nothing, in the provider's own code; "" when it did not."""
    if not error:
        return ""
    return error.get("decline_code") or error.get("code") or "declined"


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _session(answer) -> Session:
    found = answer.to_dict()
    intent, whole = found["payment_intent"], isinstance(found["payment_intent"], dict)
    return Session(found["id"], found["url"] or "", found["status"], found["payment_status"] == "paid",
                   intent["id"] if whole else intent, _id(found.get("subscription")),
                   failure(intent.get("last_payment_error")) if whole else "")


def _id(found) -> str | None:
    return found["id"] if isinstance(found, dict) else found


provider = Provider()
