from dataclasses import dataclass


@dataclass(frozen=True)
class ProviderSaid:
    """An event of the provider was stored and waits to be applied."""

    event_id: str


@dataclass(frozen=True)
class PaymentSucceeded:
    """The provider has the money. `purpose` says what a line of it was for; told once for each line."""

    payment_id: int
    purpose: str


@dataclass(frozen=True)
class PaymentEnded:
    """A payment ended without money: failed for good, cancelled, or expired. Told once for each line."""

    payment_id: int
    purpose: str


@dataclass(frozen=True)
class RefundAsked:
    """Money is to go back to its giver."""

    refund_id: int


@dataclass(frozen=True)
class PaymentRefunded:
    """The provider gave money of a line back; the whole of it if `whole`."""

    payment_id: int
    purpose: str
    whole: bool


@dataclass(frozen=True)
class RefundFailed:
    """Money that was to go back did not arrive, and is with the charity again, without a purpose."""

    payment_id: int
    purpose: str


@dataclass(frozen=True)
class PaymentDisputed:
    """A giver's bank asks for the money back. Nothing should be bought with it now."""

    payment_id: int
    purpose: str


@dataclass(frozen=True)
class DisputeClosed:
    """The bank has decided: the money stays (`won`), or is gone."""

    payment_id: int
    purpose: str
    won: bool


@dataclass(frozen=True)
class SessionAbandoned:
    """Nobody waits for this payment any more; its Checkout page should close."""

    payment_id: int


@dataclass(frozen=True)
class SubscriptionNews:
    """The provider knows something new of a subscription, and should be asked."""

    subscription_id: int


@dataclass(frozen=True)
class SubscriptionStopped:
    """Nobody wants a subscription to go on; the provider should end it."""

    subscription_id: int


@dataclass(frozen=True)
class SubscriptionMoved:
    """A subscription came to another state; `purpose` says what it is for."""

    subscription_id: int
    purpose: str


@dataclass(frozen=True)
class InvoicePaid:
    """A month of a subscription was paid, and waits for somebody to say what the money is for."""

    invoice_id: str
    purpose: str
