"""The plan of a campaign, as it is filed and published, and what was changed in it later."""
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model, db

LIFE = Lifecycle(
    "campaign",
    Arrow("submit", ("draft", "returned"), "submitted"),
    Arrow("approve", ("submitted",), "approved"),
    Arrow("return", ("submitted",), "returned"),
    Arrow("refuse", ("submitted",), "refused"),
    Arrow("withdraw", ("draft", "returned", "submitted", "approved"), "withdrawn"),
    Arrow("open", ("approved",), "live"),
    Arrow("close", ("live",), "closed"),
    Arrow("settle", ("closed",), "settled"),
)
CHANGE_LIFE = Lifecycle(
    "change",
    Arrow("approve", ("asked",), "approved"),
    Arrow("refuse", ("asked",), "refused"),
    Arrow("take_back", ("asked",), "withdrawn"),
)
WAYS = ("site", "bank", "counter", "goods", "platform")
SURPLUS = ("similar_purpose", "fund")
LINE_KINDS = ("use", "cost")
CHANGES = ("extension", "budget")
TARGET_KINDS = ("near", "silent", "goods", "service", "money")


class Campaign(Model):
    """A public fundraising campaign of a charity. What stands here is meant for everybody: it is the filed plan.

    `place_code` is the area of the bureau that registered the charity which raises the money, `area_code` where the
    campaign helps. `raiser_id` is that charity: the organisation itself, or its partner in a named cooperation.
    `reserved_fen` is what open allocations hold of the balance; the balance itself stands in the ledger alone.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft", index=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    partner_id: Mapped[int] = mapped_column(default=0)
    raiser_id: Mapped[int] = mapped_column(index=True)
    author_id: Mapped[int]
    place_code: Mapped[str] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)

    title: Mapped[str]
    english: Mapped[str] = mapped_column(default="")
    summary: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(Text, default="")
    beneficiaries: Mapped[str] = mapped_column(Text, default="")
    drive: Mapped[str] = mapped_column(default="", index=True)
    picture: Mapped[str] = mapped_column(default="")

    area_code: Mapped[str]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    emergency: Mapped[bool] = mapped_column(default=False)
    filing_number: Mapped[str] = mapped_column(default="")
    filed_on: Mapped[date | None]

    in_charge: Mapped[str] = mapped_column(default="")
    office: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    contact_mail: Mapped[str] = mapped_column(default="")
    inquiry: Mapped[str] = mapped_column(Text, default="")

    ways: Mapped[str] = mapped_column(default="site bank")
    bank_holder: Mapped[str] = mapped_column(default="")
    bank_name: Mapped[str] = mapped_column(default="")
    bank_account: Mapped[str] = mapped_column(default="")
    platform_url: Mapped[str] = mapped_column(default="")

    goal_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    cost_percent: Mapped[int] = mapped_column(default=0)
    cost_text: Mapped[str] = mapped_column(Text, default="")
    surplus_rule: Mapped[str] = mapped_column(default="similar_purpose")
    surplus_text: Mapped[str] = mapped_column(Text, default="")
    reserved_fen: Mapped[int] = mapped_column(BigInteger, default=0)

    created_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int] = mapped_column(default=0)
    verdict: Mapped[str] = mapped_column(Text, default="")
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    closed_why: Mapped[str] = mapped_column(default="")
    reports_from: Mapped[date | None]

    lines: Mapped[list["BudgetLine"]] = relationship(order_by="BudgetLine.id")
    targets: Mapped[list["Target"]] = relationship(order_by="Target.id")

    __table_args__ = (
        LIFE.check(),
        CheckConstraint(f"surplus_rule IN ({', '.join(map(repr, SURPLUS))})", name="surplus"),
        CheckConstraint("goal_fen >= 0 AND cost_percent >= 0 AND reserved_fen >= 0", name="amounts"),
        db.Index("ix_campaign_shown", "state", "starts_on", "id"),
    )

    @property
    def account(self) -> str:
        """Whose the money is, as the ledger names it."""
        return f"campaign:{self.id}"

    @property
    def bank(self) -> str:
        """Where the money of the charity that raises it is, as the ledger names it."""
        return f"bank:{self.raiser_id}"


class BudgetLine(Model):
    """What the plan wants to spend on one thing; `taken_fen` of it is allocated, and never more than the line has."""

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    kind: Mapped[str] = mapped_column(default="use")
    item: Mapped[str]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    taken_fen: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, LINE_KINDS))})", name="kind"),
        CheckConstraint("0 <= taken_fen AND taken_fen <= amount_fen", name="taken"),
    )

    @property
    def left_fen(self) -> int:
        return self.amount_fen - self.taken_fen


class Target(Model):
    """A place and a kind of need that the campaign is for; `households` as coarse as the needs map showed it then."""

    __tablename__ = "campaign_target"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    place_code: Mapped[str]
    kind: Mapped[str]
    households: Mapped[int]
    as_of: Mapped[date]

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, TARGET_KINDS))})", name="kind"),
        CheckConstraint("households >= 5", name="enough"),
        db.UniqueConstraint("campaign_id", "place_code", "kind"),
    )


class PlanChange(Model):
    """A change of a filed plan: a later end, or other budget lines. Asked by the charity, decided by an officer."""

    life = CHANGE_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    place_code: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked", index=True)
    reason: Mapped[str] = mapped_column(Text)
    old_end: Mapped[date | None]
    new_end: Mapped[date | None]
    asked_by: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    verdict: Mapped[str] = mapped_column(Text, default="")

    lines: Mapped[list["PlanChangeLine"]] = relationship(order_by="PlanChangeLine.id")

    __table_args__ = (
        CHANGE_LIFE.check(),
        CheckConstraint(f"kind IN ({', '.join(map(repr, CHANGES))})", name="kind"),
        db.Index("uq_plan_change_asked", "campaign_id", "kind", unique=True, sqlite_where=db.text("state = 'asked'"),
                 postgresql_where=db.text("state = 'asked'")),
    )


class PlanChangeLine(Model):
    """One budget line as it is to be; `line_id` is 0 for a new one."""

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("plan_change.id"), index=True)
    line_id: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str]
    item: Mapped[str]
    before_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
