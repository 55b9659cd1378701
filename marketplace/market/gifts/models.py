from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model, db
from marketplace.market.pledges.models import IF_ENDED

LIFE = Lifecycle(
    "gift",
    Arrow("commit", ("reserved",), "committed"),
    Arrow("expire", ("reserved",), "expired"),
    Arrow("cancel", ("reserved", "committed", "late"), "cancelled"),
    Arrow("revive", ("expired", "cancelled"), "committed"),
    Arrow("come_late", ("reserved", "expired", "cancelled"), "late"),
    Arrow("place", ("late",), "committed"),
    Arrow("give_on", ("late",), "moved"),
    Arrow("lose", ("reserved", "committed", "late", "moved"), "lost"),
    Arrow("refund", ("reserved", "expired", "cancelled", "committed", "late", "moved"), "refunded"),
)
MONTHLY_LIFE = Lifecycle(
    "monthly",
    Arrow("begin", ("created",), "active"),
    Arrow("fall_behind", ("created", "active"), "past_due"),
    Arrow("catch_up", ("past_due",), "active"),
    Arrow("end", ("created", "active", "past_due"), "ended"),
)
SLIP_LIFE = Lifecycle(
    "slip",
    Arrow("confirm", ("recorded",), "confirmed"),
    Arrow("refuse", ("recorded",), "refused"),
)
SLIP_WAYS = ("bank", "cash")
CHOICES = f"if_ended IN ({', '.join(map(repr, IF_ENDED))})"


class Gift(Model):
    """Money for what is not a wish: `account` is a campaign ("campaign:5") or a charity's own fund ("fund:3").

    `giver_id` is 0 for a guest, who proves the gift by the secret link whose digest is `follow_digest`. `shown_as` is the
    name that the giver typed to be published with it; empty for a giver who stays unnamed. Money that came for what had
    closed is "late": its giver may choose what becomes of it until `choose_until`, then `if_ended` does. `monthly_id` is
    0, or the monthly gift that this is a month of.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    account: Mapped[str] = mapped_column(index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    giver_id: Mapped[int] = mapped_column(index=True)
    follow_digest: Mapped[str] = mapped_column(unique=True)
    monthly_id: Mapped[int] = mapped_column(default=0, index=True)
    state: Mapped[str] = mapped_column(default="reserved")
    lapses_at: Mapped[datetime] = mapped_column(Moment, index=True)
    if_ended: Mapped[str] = mapped_column(default="refund")
    shown_as: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    committed_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_why: Mapped[str] = mapped_column(default="")
    choose_until: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint(CHOICES, name="if_ended"),
    )


class GiftContact(Model):
    """Who gives, and how to reach them; personal. The secret link is kept sealed, to send it again."""

    gift_id: Mapped[int] = mapped_column(ForeignKey("gift.id"), primary_key=True)
    name: Mapped[Private | None] = mapped_column(Sealed("gift_contact.name"))
    phone: Mapped[Private | None] = mapped_column(Sealed("gift_contact.phone"))
    mail: Mapped[Private | None] = mapped_column(Sealed("gift_contact.mail"))
    secret: Mapped[Private] = mapped_column(Sealed("gift_contact.secret"))
    language: Mapped[str] = mapped_column(default="zh")


class MonthlyGift(Model):
    """A gift that comes again each month until its giver stops it. `replaces_id`: the one that ends when this one begins."""

    life = MONTHLY_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    account: Mapped[str] = mapped_column(index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    giver_id: Mapped[int] = mapped_column(index=True)
    follow_digest: Mapped[str] = mapped_column(unique=True)
    replaces_id: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="created", index=True)
    if_ended: Mapped[str] = mapped_column(default="refund")
    shown_as: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    began_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_why: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        MONTHLY_LIFE.check(),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint(CHOICES, name="if_ended"),
    )


class MonthlyContact(Model):
    """Who gives each month, and how to reach them; personal."""

    monthly_id: Mapped[int] = mapped_column(ForeignKey("monthly_gift.id"), primary_key=True)
    name: Mapped[Private | None] = mapped_column(Sealed("monthly_contact.name"))
    phone: Mapped[Private | None] = mapped_column(Sealed("monthly_contact.phone"))
    mail: Mapped[Private | None] = mapped_column(Sealed("monthly_contact.mail"))
    secret: Mapped[Private] = mapped_column(Sealed("monthly_contact.secret"))
    language: Mapped[str] = mapped_column(default="zh")


class Slip(Model):
    """A gift that came by transfer or at the counter, as a clerk recorded it; counts once a second person has confirmed it.

    For a need of money (`need_id`), or else for `account`. `reference` is the bank's number of the transfer, or the
    counter's of its slip: no two slips of a charity that were not refused have the same. `purpose` is what it became,
    "pledge:12" or "gift:5".
    """

    life = SLIP_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    way: Mapped[str]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    need_id: Mapped[int] = mapped_column(default=0)
    account: Mapped[str] = mapped_column(default="")
    paid_on: Mapped[date]
    reference: Mapped[str]
    photo: Mapped[str] = mapped_column(default="")
    if_ended: Mapped[str] = mapped_column(default="fund")
    shown_as: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="recorded", index=True)
    purpose: Mapped[str] = mapped_column(default="", index=True)
    recorded_by: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        SLIP_LIFE.check(),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint(f"way IN ({', '.join(map(repr, SLIP_WAYS))})", name="way"),
        CheckConstraint(CHOICES, name="if_ended"),
        CheckConstraint("decided_by <> recorded_by OR decided_by = 0", name="two_people"),
        db.Index("uq_slip_reference", "organisation_id", "way", "reference", unique=True,
                 sqlite_where=db.text("state <> 'refused'"), postgresql_where=db.text("state <> 'refused'")),
    )


class SlipContact(Model):
    """Whose money a slip speaks of, as far as is known; personal."""

    slip_id: Mapped[int] = mapped_column(ForeignKey("slip.id"), primary_key=True)
    name: Mapped[Private | None] = mapped_column(Sealed("slip_contact.name"))
    phone: Mapped[Private | None] = mapped_column(Sealed("slip_contact.phone"))
    mail: Mapped[Private | None] = mapped_column(Sealed("slip_contact.mail"))
    language: Mapped[str] = mapped_column(default="zh")
