from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model

LIFE = Lifecycle(
    "payment",
    Arrow("succeed", ("created", "failed", "cancelled"), "succeeded"),
    Arrow("fail", ("created",), "failed"),
    Arrow("cancel", ("created",), "cancelled"),
    Arrow("refund_part", ("succeeded", "partly_refunded"), "partly_refunded"),
    Arrow("refund", ("succeeded", "partly_refunded"), "refunded"),
    Arrow("dispute", ("succeeded", "partly_refunded", "refunded"), "disputed"),
    Arrow("win", ("disputed",), "succeeded"),
    Arrow("win_part", ("disputed",), "partly_refunded"),
    Arrow("win_refunded", ("disputed",), "refunded"),
)
REFUND_LIFE = Lifecycle(
    "refund",
    Arrow("send", ("asked",), "sent"),
    Arrow("finish", ("asked", "sent"), "done"),
    Arrow("fail", ("asked", "sent", "done"), "failed"),
)
SUBSCRIPTION_LIFE = Lifecycle(
    "subscription",
    Arrow("begin", ("created",), "active"),
    Arrow("fall_behind", ("created", "active"), "past_due"),
    Arrow("catch_up", ("past_due",), "active"),
    Arrow("end", ("created", "active", "past_due"), "ended"),
)
WAYS = ("provider", "bank", "cash")
UNKNOWN_PAYMENT = "no payment"  # what became of an event that speaks of a payment not known here
DISPUTE_STATES = ("open", "won", "lost")


class Payment(Model):
    """Money on its way to one charity; moves only on what the provider says, or two people of the charity.

    `way`: through the provider, to the charity's bank account, or in cash at its counter. `thanked_at`: when its giver was
    thanked, once for all its lines.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    way: Mapped[str] = mapped_column(default="provider")
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    refunded_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(default="created")
    session_id: Mapped[str | None] = mapped_column(unique=True)
    checkout_url: Mapped[str] = mapped_column(default="")
    intent_id: Mapped[str | None] = mapped_column(unique=True)
    failure: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    succeeded_at: Mapped[datetime | None] = mapped_column(Moment)
    thanked_at: Mapped[datetime | None] = mapped_column(Moment)

    lines: Mapped[list["PaymentLine"]] = relationship(back_populates="payment", order_by="PaymentLine.id")

    __table_args__ = (
        LIFE.check(),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("0 <= refunded_fen AND refunded_fen <= amount_fen", name="refunds"),
        CheckConstraint(f"way IN ({', '.join(map(repr, WAYS))})", name="way"),
    )


class PaymentLine(Model):
    """What a part of a payment is for: `purpose` ("pledge:12", "gift:5"), and the account of the books that holds it.

    `turns` counts how often it went over to another account; `lost_fen` is what a bank took back for good.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    purpose: Mapped[str] = mapped_column(unique=True)
    account: Mapped[str] = mapped_column(index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    refund_asked_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    refunded_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    lost_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    turns: Mapped[int] = mapped_column(default=0)

    payment: Mapped[Payment] = relationship(back_populates="lines")

    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("0 <= refunded_fen AND refunded_fen <= refund_asked_fen AND refund_asked_fen <= amount_fen",
                        name="refunds"),
        CheckConstraint("0 <= lost_fen AND lost_fen <= amount_fen", name="lost"),
    )

    @property
    def left_fen(self) -> int:
        """What its account still holds of it: neither promised back nor taken by a bank."""
        return max(0, self.amount_fen - self.refund_asked_fen - self.lost_fen)


class Refund(Model):
    """A part of a line on its way back: reserved in the books first, then sent, then done or failed.

    `key` is ours and the provider's idempotency key; `provider_id` is the provider's number of it.
    """

    life = REFUND_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("payment_line.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str] = mapped_column(unique=True)
    provider_id: Mapped[str | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="asked", index=True)
    failure: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        REFUND_LIFE.check(),
        CheckConstraint("amount_fen > 0", name="amount"),
        UniqueConstraint("provider_id", "line_id"),
    )


class PaidBack(Model):
    """What a charity says of a refund that the provider cannot send: given back on that day, by transfer or in cash.

    Recorded by one person, true once another one has confirmed it.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    refund_id: Mapped[int] = mapped_column(ForeignKey("refund.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    paid_on: Mapped[date]
    reference: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_by: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)


class Subscription(Model):
    """What a giver agreed to pay one charity each month, until it ends; moves only on what the provider says.

    `purpose` says what for ("monthly:7"); `provider_id` is the provider's number of it. `turn` counts how often the provider
    was asked, so that of two answers the older one does not undo the newer. `pay_url` is where a month that could not be
    taken can still be paid, and `failure` why it could not.
    """

    life = SUBSCRIPTION_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    purpose: Mapped[str] = mapped_column(unique=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(default="created", index=True)
    session_id: Mapped[str | None] = mapped_column(unique=True)
    checkout_url: Mapped[str] = mapped_column(default="")
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    turn: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str] = mapped_column(default="")
    pay_url: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    next_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (SUBSCRIPTION_LIFE.check(), CheckConstraint("amount_fen > 0", name="amount"))


class Invoice(Model):
    """One month of a subscription that was paid; `id` is the provider's number. `payment_id` once somebody knew what for."""

    id: Mapped[str] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    intent_id: Mapped[str | None]
    paid_at: Mapped[datetime] = mapped_column(Moment)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)


class Dispute(Model):
    """A giver's bank that asks for its money back; `id` is the provider's number of it."""

    id: Mapped[str] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open", index=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    answer_by: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (CheckConstraint(f"state IN ({', '.join(map(repr, DISPUTE_STATES))})", name="state"),)


class ProviderEvent(Model):
    """An event as the provider sent it, kept before anything else, once by its id; `applied_at` when it was used.

    `intent_id` says which payment of the provider it speaks of: an event that comes before we know that payment is used
    again when we do.
    """

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    intent_id: Mapped[str] = mapped_column(default="", index=True)
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Moment)
    applied_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(default="")
