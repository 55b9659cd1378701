from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model

KINDS = ("charity", "company", "group")
CERTIFICATE_LIFE = Lifecycle(
    "certificate",
    Arrow("approve", ("submitted",), "approved"),
    Arrow("refuse", ("submitted",), "refused"),
    Arrow("withdraw", ("submitted",), "withdrawn"),
    Arrow("revoke", ("approved",), "revoked"),
)
COOPERATION_LIFE = Lifecycle(
    "cooperation",
    Arrow("agree", ("proposed",), "agreed"),
    Arrow("decline", ("proposed",), "declined"),
    Arrow("withdraw", ("proposed",), "withdrawn"),
    Arrow("end", ("agreed",), "ended"),
)


class Organisation(Model):
    """A charity; also a company or a group that takes part. Gifts of money go to charities alone.

    Whether it may raise funds from the public is nowhere in it: that follows from its certificates.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    english: Mapped[str] = mapped_column(default="")
    credit_code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="charity")
    area_code: Mapped[str] = mapped_column(default="3714", index=True)
    registered_on: Mapped[date | None]

    __table_args__ = (CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),)


class Certificate(Model):
    """A certificate of public fundraising (公开募捐资格证书), from the charity's word to the officer's.

    Only an approved one counts, from its first to its last day. `number` and `issued_on` are unknown of those that
    were taken up by their last day alone; they have no picture.
    """

    life = CERTIFICATE_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    area_code: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    issued_on: Mapped[date | None]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    picture: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="submitted", index=True)
    reason: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    checked_by: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        CERTIFICATE_LIFE.check(),
        CheckConstraint("valid_from <= valid_until", name="days"),
        Index("uq_certificate_waiting", "organisation_id", unique=True, sqlite_where=text("state = 'submitted'"),
              postgresql_where=text("state = 'submitted'")),
    )


class Cooperation(Model):
    """A written agreement (合作募捐): the charity raises funds for an organisation that has no certificate itself.

    The charity signs, collects, keeps the accounts and issues the receipts (Charity Law of the PRC, art. 26).
    """

    life = COOPERATION_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    charity_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    number: Mapped[str]
    purpose: Mapped[str]
    signed_on: Mapped[date]
    valid_until: Mapped[date]
    state: Mapped[str] = mapped_column(default="proposed")
    reason: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    agreed_by: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        COOPERATION_LIFE.check(),
        CheckConstraint("signed_on <= valid_until", name="days"),
        CheckConstraint("organisation_id <> charity_id", name="two"),
        Index("uq_cooperation_proposed", "organisation_id", "charity_id", unique=True,
              sqlite_where=text("state = 'proposed'"), postgresql_where=text("state = 'proposed'")),
    )
