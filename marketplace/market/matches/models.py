from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model, db

LIFE = Lifecycle(
    "match",
    Arrow("begin", ("draft",), "live"),
    Arrow("end", ("draft", "live"), "ended"),
)
FUNDING_LIFE = Lifecycle(
    "funding",
    Arrow("confirm", ("recorded",), "confirmed"),
    Arrow("refuse", ("recorded",), "refused"),
)


class Match(Model):
    """A company's promise to add to gifts of money for wishes of one charity, until its `limit_fen` is used.

    `category` names what a wish must ask for; "" is any wish. Each gift gets `numerator`/`denominator` of it added, at
    most `most_fen` (0: no such limit). The money lies on `account` of the books before the first gift is added to.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft")
    organisation_id: Mapped[int] = mapped_column(index=True)
    author_id: Mapped[int]
    company: Mapped[str]
    english: Mapped[str] = mapped_column(default="")
    category: Mapped[str] = mapped_column(default="")
    numerator: Mapped[int] = mapped_column(default=1)
    denominator: Mapped[int] = mapped_column(default=1)
    most_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    limit_fen: Mapped[int] = mapped_column(BigInteger)
    used_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(Moment)
    began_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint("0 <= used_fen AND used_fen <= limit_fen AND limit_fen > 0", name="used"),
        CheckConstraint("numerator > 0 AND denominator > 0 AND most_fen >= 0", name="factor"),
        CheckConstraint("starts_on <= ends_on", name="days"),
    )

    @property
    def account(self) -> str:
        """Where the company's money lies in the books."""
        return f"match:{self.id}"

    @property
    def left_fen(self) -> int:
        return self.limit_fen - self.used_fen


class Funding(Model):
    """Money of the company that came to the charity's bank: recorded by one person, true once a second one says so."""

    life = FUNDING_LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("match.id"), index=True)
    organisation_id: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    reference: Mapped[str]
    paid_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="recorded")
    recorded_by: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        FUNDING_LIFE.check(),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("decided_by <> recorded_by OR decided_by = 0", name="two_people"),
        db.Index("uq_funding_reference", "organisation_id", "reference", unique=True,
                 sqlite_where=db.text("state <> 'refused'"), postgresql_where=db.text("state <> 'refused'")),
    )


class Doubling(Model):
    """What was added to one gift, once: `pledge_id` is the giver's promise, `added_id` the one that the match made."""

    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("match.id"), index=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), unique=True)
    added_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), unique=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)
