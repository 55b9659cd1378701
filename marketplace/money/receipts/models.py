import json
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model

LIFE = Lifecycle(
    "receipt",
    Arrow("reverse", ("issued",), "reversed"),
)
OFFICIAL_LIFE = Lifecycle(
    "official",
    Arrow("record", ("asked",), "recorded"),
    Arrow("drop", ("asked",), "dropped"),
    Arrow("call_back", ("recorded",), "due"),
    Arrow("reverse", ("due",), "reversed"),
)
KINDS = ("money", "goods", "service")
LIVE = "state = 'issued' AND reverses_id IS NULL"
OPEN = "state IN ('asked', 'recorded', 'due')"


class Receipt(Model):
    """What an organisation received from a giver. Everything here may be shown to whoever knows the number.

    One with `reverses_id` is red: it takes another back, with its amount below zero. Of a purpose at most one is in force.
    An amount of 0 is goods or a service without a declared value.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str] = mapped_column(index=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    organisation: Mapped[str]
    credit_code: Mapped[str]
    giver_id: Mapped[int]
    giver: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str]
    lines: Mapped[str] = mapped_column(Text)
    given_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(default="issued")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id"), unique=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id"), unique=True)
    reason: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(unique=True)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),
        CheckConstraint("CASE WHEN reverses_id IS NULL THEN amount_fen >= 0 ELSE amount_fen <= 0 END", name="amount"),
        CheckConstraint("kind <> 'money' OR amount_fen <> 0", name="money"),
        Index("uq_receipt_in_force", "purpose", unique=True, sqlite_where=text(LIVE), postgresql_where=text(LIVE)),
        Index("ix_receipt_giver_year", "giver_id", "given_on"),
    )

    @property
    def items(self) -> list[tuple[str, int, str]]:
        """What was given: name, quantity, unit; of money the amount alone says it."""
        return [tuple(line) for line in json.loads(self.lines)]

    @property
    def in_force(self) -> bool:
        return self.state == "issued" and self.reverses_id is None


class ReceiptPayer(Model):
    """Whose name stands on a receipt; personal. None is somebody who wishes to stay unnamed."""

    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"), primary_key=True, autoincrement=False)
    name: Mapped[Private | None] = mapped_column(Sealed("receipt_payer.name"))


class DeclaredValue(Model):
    """What goods are worth by their buyer's invoice, as a storekeeper saw it; the invoice itself is personal."""

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    invoice: Mapped[Private] = mapped_column(Sealed("declared_value.invoice"))
    picture: Mapped[str] = mapped_column(default="")
    declared_by: Mapped[int]
    declared_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)


class OfficialReceipt(Model):
    """An official donation receipt (公益事业捐赠票据) that a giver asked for: the finance bureau's system issues it, here
    its numbers are kept. Of a purpose at most one is asked for or in force.
    """

    life = OFFICIAL_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(index=True)
    organisation_id: Mapped[int]
    giver_id: Mapped[int] = mapped_column(index=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    payer: Mapped[Private] = mapped_column(Sealed("official_receipt.payer"))
    payer_code: Mapped[Private | None] = mapped_column(Sealed("official_receipt.payer_code"))
    state: Mapped[str] = mapped_column(default="asked")
    asked_at: Mapped[datetime] = mapped_column(Moment)
    code: Mapped[str | None]
    number: Mapped[str | None]
    check_code: Mapped[Private | None] = mapped_column(Sealed("official_receipt.check_code"))
    issued_on: Mapped[date | None]
    recorded_by: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    red_code: Mapped[str | None]
    red_number: Mapped[str | None]
    reversed_on: Mapped[date | None]
    reversed_by: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        OFFICIAL_LIFE.check(),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("state IN ('asked', 'dropped') OR (code IS NOT NULL AND number IS NOT NULL)", name="recorded"),
        CheckConstraint("state <> 'reversed' OR (red_code IS NOT NULL AND red_number IS NOT NULL)", name="red"),
        UniqueConstraint("code", "number"),
        UniqueConstraint("red_code", "red_number"),
        Index("uq_official_receipt_open", "purpose", unique=True, sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_official_receipt_desk", "organisation_id", "state", "id"),
    )
