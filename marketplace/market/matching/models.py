"""What a run of the matching found, and what people made of it."""
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import places
from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model
from marketplace.market.wishes.models import KINDS

LIFE = Lifecycle(
    "proposal",
    Arrow("confirm", ("proposed",), "confirmed"),
    Arrow("decline", ("proposed",), "declined"),
    Arrow("replace", ("proposed",), "replaced"),
    Arrow("fail", ("proposed",), "failed"),
)
ONE_LINE = ("(batch_id > 0 AND store_id > 0 AND offer_id = 0 AND fund_id = 0) OR "
            "(batch_id = 0 AND store_id = 0 AND offer_id > 0 AND fund_id = 0) OR "
            "(batch_id = 0 AND store_id = 0 AND offer_id = 0 AND fund_id = organisation_id AND kind = 'money')")


class MatchingRun(Model):
    """One optimisation over what is open: for one charity's stores and offers, or with `organisation_id` 0 for all.

    `objective` is the sum of all scores, `bound` what no assignment of this day can exceed; `proven` says that there is no
    better one. `fairness` tells by kind, county and age group how many had waited too long and how many of them it serves,
    as JSON.
    """

    place_code = places.CITY  # whoever answers for less than the city runs none over all of it

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    by_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    needs: Mapped[int]
    lines: Mapped[int]
    proposals: Mapped[int]
    kept: Mapped[int]
    objective: Mapped[int] = mapped_column(BigInteger)
    bound: Mapped[int] = mapped_column(BigInteger)
    proven: Mapped[bool]
    fairness: Mapped[str] = mapped_column(Text, default="[]")


class Proposal(Model):
    """Units of a batch in a store, of an offer, or fen of a charity's own fund, that would serve a need; `terms` says why,
    and adds up to `score`.

    `organisation_id` is the charity whose store, offer or fund it is, which confirms it; `fund_id` is its number again when
    it is the fund. One stands at a time for a need and line.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("matching_run.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("wish.id"), index=True)
    kind: Mapped[str]
    batch_id: Mapped[int] = mapped_column(default=0)
    store_id: Mapped[int] = mapped_column(default=0)
    offer_id: Mapped[int] = mapped_column(default=0)
    fund_id: Mapped[int] = mapped_column(default=0)
    units: Mapped[int] = mapped_column(BigInteger)
    score: Mapped[int] = mapped_column(BigInteger)
    terms: Mapped[str] = mapped_column(Text, default="{}")
    asks_giver: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="proposed")
    reason: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[int] = mapped_column(default=0)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    pledge_id: Mapped[int | None] = mapped_column(index=True)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),
        CheckConstraint("units > 0", name="units"),
        CheckConstraint(ONE_LINE, name="one_line"),
        Index("ix_proposal_open", "organisation_id", "state"),
        Index("uq_proposal_standing", "need_id", "batch_id", "store_id", "offer_id", "fund_id", unique=True,
              sqlite_where=text("state = 'proposed'"), postgresql_where=text("state = 'proposed'")),
    )
