from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model

LIFE = Lifecycle("honour", Arrow("hide", ("shown",), "hidden"))
KINDS = ("person", "company", "team")


class Honour(Model):
    """A name that a giver wants to see on the board for one promise, or one gift of money; taken back, the row is gone.

    `giver` holds the gifts of one giver together ("user:7"; for a guest "pledge:12", "gift:5", "monthly:3") and is never
    shown. The charity may hide a name; then the giver cannot show another one for this gift.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id"), unique=True)
    gift_id: Mapped[int | None] = mapped_column(ForeignKey("gift.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="shown", index=True)
    giver: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    shown_as: Mapped[str]
    with_amount: Mapped[bool] = mapped_column(default=False)
    year: Mapped[int] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),
        CheckConstraint("(pledge_id IS NULL) <> (gift_id IS NULL)", name="one_gift"),
    )
