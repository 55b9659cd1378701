from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.extensions import Model


class Organisation(Model):
    """A charity. Gifts of money go to it, within its qualification to raise funds from the public."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    english: Mapped[str] = mapped_column(default="")
    credit_code: Mapped[str] = mapped_column(unique=True)
    qualified_until: Mapped[date]
    area_code: Mapped[str] = mapped_column(default="3714", index=True)
