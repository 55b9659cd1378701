"""Stripe, spoken to through its own client; or whatever speaks Stripe's language at STRIPE_API_BASE."""
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    """A Checkout session: where to pay, and how it stands."""

    id: str
    url: str
    status: str
    paid: bool
    intent_id: str | None


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
                     expires_at: datetime, lang: str) -> Session:
        """A Checkout session for one payment; the same one however often it is asked. Raises ProviderAway."""
        lines = [{"quantity": 1, "price_data": {
            "currency": CURRENCY, "unit_amount": item.amount_fen, "product_data": {"name": item.name}}} for item in items]
        params = {
            "mode": "payment", "client_reference_id": ref, "success_url": success_url, "cancel_url": cancel_url,
            "expires_at": int(expires_at.timestamp()), "locale": lang,
            "line_items": lines, "metadata": {"payment": ref}, "payment_intent_data": {"metadata": {"payment": ref}},
        }
        return _session(self._ask(lambda c: c.v1.checkout.sessions.create(
            params, {"idempotency_key": f"session-{ref}"})))

    def session(self, session_id: str) -> Session:
        """How a session stands now. Raises ProviderAway."""
        return _session(self._ask(lambda c: c.v1.checkout.sessions.retrieve(session_id)))

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

    def events(self, since: datetime) -> Iterator[Told]:
        """What the provider has said since then, also what never arrived here. Raises ProviderAway."""
        for event in self._all(lambda c: c.v1.events.list({"created": {"gte": int(since.timestamp())}, "limit": PAGE})):
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


def _session(found) -> Session:
    intent = found.payment_intent
    return Session(found.id, found.url or "", found.status, found.payment_status == "paid",
                   intent if isinstance(intent, str) or intent is None else intent.id)


provider = Provider()
