from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

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
    Arrow("dispute", ("succeeded", "partly_refunded"), "disputed"),
)


class Payment(Model):
    """Money on its way to a charity; moves only on what the provider says. `purpose` is "pledge:<number>"."""

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    refunded_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    refund_asked_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(default="created")
    session_id: Mapped[str | None] = mapped_column(unique=True)
    checkout_url: Mapped[str] = mapped_column(default="")
    intent_id: Mapped[str | None] = mapped_column(unique=True)
    failure: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    succeeded_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("0 <= refunded_fen AND refunded_fen <= refund_asked_fen AND refund_asked_fen <= amount_fen",
                        name="refunds"),
    )


class ProviderEvent(Model):
    """An event as the provider sent it, kept before anything else, once by its id; `applied_at` when it was used."""

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Moment)
    applied_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(default="")
