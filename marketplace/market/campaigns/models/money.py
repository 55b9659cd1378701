"""What a campaign's money goes to, line by line."""
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model

LIFE = Lifecycle(
    "allocation",
    Arrow("approve", ("proposed",), "approved"),
    Arrow("refuse", ("proposed",), "refused"),
    Arrow("pay", ("approved",), "paid"),
    Arrow("cancel", ("proposed", "approved"), "cancelled"),
    Arrow("give_back", ("paid",), "cancelled"),
)
KINDS = ("wish", "purchase", "cost")


class Allocation(Model):
    """Money of a campaign set aside for one thing: a wish's need of money, a purchase, or a cost of the campaign.

    It is taken from one budget line from the first moment. `barred_id` is who may not approve it: its recorder, when
    a second person is needed, else 0. A wish's is paid when it is approved, as a gift to that wish; the others when
    the invoice is there.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    place_code: Mapped[str]
    line_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"), index=True)
    kind: Mapped[str]
    need_id: Mapped[int] = mapped_column(default=0)
    pledge_id: Mapped[int] = mapped_column(default=0, index=True)
    purpose: Mapped[str]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(default="proposed", index=True)
    invoice: Mapped[str] = mapped_column(default="")
    invoice_picture: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[int]
    barred_id: Mapped[int] = mapped_column(default=0)
    approved_by: Mapped[int] = mapped_column(default=0)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    paid_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        LIFE.check(),
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("state <> 'paid' OR kind = 'wish' OR invoice <> ''", name="invoice"),
    )
