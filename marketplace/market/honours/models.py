from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model

LIFE = Lifecycle("honour", Arrow("hide", ("shown",), "hidden"))
KINDS = ("person", "company", "team")


class Honour(Model):
    """A name that a giver wants to see on the board for one promise; taken back, the row is gone.

    `giver` holds the gifts of one giver together ("user:7", or "pledge:12" for a guest) and is never shown. The charity
    may hide a name; then the giver cannot show another one for this promise.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), unique=True)
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
    )
