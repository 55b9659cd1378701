import json
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model


class YearLetter(Model):
    """A charity's letter of thanks for all that somebody gave it in a year, as of `written_at`.

    It names the receipts that it thanks for: when one of them is taken back it holds no more. Everything here may be
    shown to whoever knows the number.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int]
    organisation: Mapped[str]
    giver_id: Mapped[int]
    giver: Mapped[str] = mapped_column(default="")
    year: Mapped[int]
    gifts: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    receipts: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("gifts > 0 AND amount_fen >= 0", name="gifts"),
        Index("ix_year_letter_giver", "giver_id", "year", "organisation_id"),
    )

    @property
    def numbers(self) -> list[str]:
        """The numbers of the receipts that it thanks for, the earliest first."""
        return json.loads(self.receipts)


class YearLetterName(Model):
    """To whom it is written; personal. None is somebody who wishes to stay unnamed."""

    letter_id: Mapped[int] = mapped_column(ForeignKey("year_letter.id"), primary_key=True, autoincrement=False)
    name: Mapped[Private | None] = mapped_column(Sealed("year_letter_name.name"))
