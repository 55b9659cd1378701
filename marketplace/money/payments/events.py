from dataclasses import dataclass


@dataclass(frozen=True)
class ProviderSaid:
    """An event of the provider was stored and waits to be applied."""

    event_id: str


@dataclass(frozen=True)
class PaymentSucceeded:
    """The provider has the money. `purpose` says what it was for."""

    payment_id: int
    purpose: str


@dataclass(frozen=True)
class PaymentEnded:
    """A payment ended without money: failed for good, cancelled, or expired."""

    payment_id: int
    purpose: str


@dataclass(frozen=True)
class RefundAsked:
    """Money is to go back to its giver; `part` numbers the refunds of a payment."""

    payment_id: int
    amount_fen: int
    part: str


@dataclass(frozen=True)
class PaymentRefunded:
    """The provider gave money back; the whole of it if `whole`."""

    payment_id: int
    purpose: str
    whole: bool


@dataclass(frozen=True)
class SessionAbandoned:
    """Nobody waits for this payment any more; its Checkout page should close."""

    payment_id: int
