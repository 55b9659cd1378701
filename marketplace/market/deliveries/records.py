"""What is written down about a delivery beside its steps: its proof, what went wrong, and what the household said."""
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model

VISIT_LIFE = Lifecycle(
    "visit",
    Arrow("confirm", ("open",), "confirmed"),
    Arrow("dispute", ("open",), "disputed"),
    Arrow("miss", ("open",), "not_met"),
    Arrow("close", ("open",), "closed"),
)
OUTCOMES = ("absent", "refused", "damaged", "wrong", "not_right", "lost", "put_right", "go_on")
CONDITIONS = ("good", "damaged", "unsafe")
WHERETO = ("store", "giver", "charity", "disposed")
DECISIONS = ("none", "waits", "open", "replaced", "again")
WAYS = ("page", "reply", "hotline", "worker")


def _one_of(column: str, values: tuple[str, ...], empty: bool = True) -> CheckConstraint:
    allowed = ", ".join(map(repr, (*([""] if empty else []), *values)))
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


class ProofPicture(Model):
    """A re-encoded picture of goods at a hand-over; it waits for the worker's eyes, and goes when nobody wants it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    by_id: Mapped[int]
    shown_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Witnessing(Model):
    """Who saw a hand-over without code and card, and why it had to be so; personal.

    A witness is a worker's account, or somebody who signed the paper: then `_id` is 0 and `_relation` says who that is.
    `_at` is when an account said under its own sign-in that it saw it.
    """

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    reason: Mapped[Private] = mapped_column(Sealed("witnessing.reason"))
    first_id: Mapped[int] = mapped_column(default=0)
    first_name: Mapped[Private | None] = mapped_column(Sealed("witnessing.first_name"))
    first_relation: Mapped[str] = mapped_column(default="")
    first_at: Mapped[datetime | None] = mapped_column(Moment)
    second_id: Mapped[int] = mapped_column(default=0)
    second_name: Mapped[Private | None] = mapped_column(Sealed("witnessing.second_name"))
    second_relation: Mapped[str] = mapped_column(default="")
    second_at: Mapped[datetime | None] = mapped_column(Moment)


class DeliveryProblem(Model):
    """Something that did not go as it should: a try without anybody at home, things that came back, things that are gone;
    and why a worker put a dispute right ("put_right"), or hands over what was promised before its wish ended ("go_on").

    `goes_to` is where things go: into the store that they came from, to their giver, to the charity that takes them into a
    store, or nowhere; `done_at` is when they were there, until then they are on their way (`batch_id` once in a store).
    `wanted` says that the household still waits for such a thing; whether that needs somebody's decision, and what it was,
    is `decision`.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    outcome: Mapped[str]
    units: Mapped[int]
    condition: Mapped[str] = mapped_column(default="")
    goes_to: Mapped[str] = mapped_column(default="")
    wanted: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[Private | None] = mapped_column(Sealed("delivery_problem.reason"))
    again_on: Mapped[date | None]
    by_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    decision: Mapped[str] = mapped_column(default="none", index=True)
    decided_by: Mapped[int] = mapped_column(default=0)
    batch_id: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (_one_of("outcome", OUTCOMES, empty=False), _one_of("condition", CONDITIONS),
                      _one_of("goes_to", WHERETO), _one_of("decision", DECISIONS, empty=False),
                      CheckConstraint("units > 0", name="units"))


class Acknowledgement(Model):
    """How a household said that it has something, and how content it is: 1 (not at all) to 5 (very)."""

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    place_code: Mapped[str] = mapped_column(index=True)
    way: Mapped[str] = mapped_column(default="")
    callback: Mapped[str] = mapped_column(default="")
    satisfaction: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (_one_of("way", WAYS), CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction"))


class ReplyCode(Model):
    """The digits with which a household confirms by message, sealed to send them again, and their digest to look for."""

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    digest: Mapped[str]
    code: Mapped[Private] = mapped_column(Sealed("reply_code.code"))
    wrong: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(Moment)


class InboundMessage(Model):
    """A message that came from a phone, once by the gateway's number; its text is not kept."""

    id: Mapped[int] = mapped_column(primary_key=True)
    gateway_id: Mapped[str] = mapped_column(unique=True)
    phone_index: Mapped[bytes] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(Moment)


class Reminder(Model):
    """That a household was reminded to confirm: once, and once more."""

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class ReceiptVisit(Model):
    """A household has not said whether it has its things: a worker goes and asks, by `due_on`. Silence closes nothing."""

    life = VISIT_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    household_id: Mapped[int]
    place_code: Mapped[str] = mapped_column(index=True)
    giver_id: Mapped[int]
    handed_over_by: Mapped[int]
    state: Mapped[str] = mapped_column(default="open", index=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    due_on: Mapped[date]
    by_id: Mapped[int] = mapped_column(default=0)
    reason: Mapped[Private | None] = mapped_column(Sealed("receipt_visit.reason"))
    done_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        VISIT_LIFE.check(),
        Index("uq_receipt_visit_open", "delivery_id", unique=True, sqlite_where=text("state = 'open'"),
              postgresql_where=text("state = 'open'")),
    )


class ThanksDrawing(Model):
    """A drawing that says thanks; the giver sees it with the words, once a worker has looked at it."""

    thanks_id: Mapped[int] = mapped_column(ForeignKey("thanks.id"), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]
