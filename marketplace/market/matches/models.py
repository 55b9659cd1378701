from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model, db
from marketplace.market.campaigns.models import Campaign

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
SERVES = ("wishes", "campaign", "fund")


class Match(Model):
    """A company's promise to add to gifts of money to one charity, until its `limit_fen` is used.

    `serves` says which gifts: to wishes, where `category` names what a wish must ask for ("" is any wish); to the campaign
    of `campaign_id`; to the charity's own fund. Each gift gets `numerator`/`denominator` of it added, at most `most_fen`
    (0: no such limit). The money lies on `account` of the books before the first gift is added to.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft")
    organisation_id: Mapped[int] = mapped_column(index=True)
    author_id: Mapped[int]
    company: Mapped[str]
    english: Mapped[str] = mapped_column(default="")
    serves: Mapped[str] = mapped_column(default="wishes")
    category: Mapped[str] = mapped_column(default="")
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
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

    campaign: Mapped[Campaign | None] = relationship(viewonly=True)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint(f"serves IN ({', '.join(map(repr, SERVES))})", name="serves"),
        CheckConstraint("(serves = 'campaign') = (campaign_id IS NOT NULL)", name="campaign"),
        CheckConstraint("serves = 'wishes' OR category = ''", name="category"),
        CheckConstraint("0 <= used_fen AND used_fen <= limit_fen AND limit_fen > 0", name="used"),
        CheckConstraint("numerator > 0 AND denominator > 0 AND most_fen >= 0", name="factor"),
        CheckConstraint("starts_on <= ends_on", name="days"),
    )

    @property
    def account(self) -> str:
        """Where the company's money lies in the books."""
        return f"match:{self.id}"

    @property
    def target(self) -> str:
        """The account that gifts must be for; "" when they are for wishes."""
        if self.serves == "wishes":
            return ""
        return f"campaign:{self.campaign_id}" if self.campaign_id else f"fund:{self.organisation_id}"

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
    """What was added to one gift: to a promise (`pledge_id`), by a promise that the match made (`added_id`); or to a gift to
    a campaign or a fund (`gift_id`), straight to its account.

    Once for each gift; a promise that goes on to another wish can be added to there when what it had got has returned.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(ForeignKey("match.id"), index=True)
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id"), index=True)
    added_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id"), unique=True)
    gift_id: Mapped[int | None] = mapped_column(ForeignKey("gift.id"), unique=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("(pledge_id IS NULL) <> (gift_id IS NULL)", name="one_gift"),
        CheckConstraint("(pledge_id IS NULL) = (added_id IS NULL)", name="added"),
        db.Index("uq_doubling_pledge", "pledge_id", unique=True, sqlite_where=db.text("undone_at IS NULL"),
                 postgresql_where=db.text("undone_at IS NULL")),
    )
