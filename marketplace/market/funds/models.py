"""Money of a charity's own fund on its way to wishes."""
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model

LIFE = Lifecycle(
    "grant",
    Arrow("approve", ("proposed",), "given"),
    Arrow("refuse", ("proposed",), "refused"),
    Arrow("cancel", ("proposed",), "cancelled"),
    Arrow("drop", ("proposed",), "dropped"),
    Arrow("come_back", ("given",), "returned"),
)


class Grant(Model):
    """Fen that a charity gives out of its own fund to a wish that it carries: what came without a purpose gets one.

    Proposed, it is spoken for in the fund but holds nothing of the wish; approved, it is a firm promise (`pledge_id`) at
    once. `barred_id` is who may not approve it: its recorder, when a second person is needed, else 0. `place_code` is the
    charity's.
    """

    __tablename__ = "fund_grant"  # "grant" is a word of SQL itself
    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int]
    place_code: Mapped[str]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"), index=True)
    purpose: Mapped[str]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(default="proposed")
    recorded_by: Mapped[int]
    barred_id: Mapped[int] = mapped_column(default=0)
    approved_by: Mapped[int] = mapped_column(default=0)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")
    pledge_id: Mapped[int] = mapped_column(default=0, index=True)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("(state IN ('given', 'returned')) = (pledge_id > 0)", name="pledge"),
        Index("ix_fund_grant_of_charity", "organisation_id", "state"),
    )

    @property
    def account(self) -> str:
        """The account of the ledger that it comes from."""
        return account(self.organisation_id)


def account(organisation_id: int) -> str:
    """The account of a charity's own fund."""
    return f"fund:{organisation_id}"
