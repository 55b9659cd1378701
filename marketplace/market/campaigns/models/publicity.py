"""What a charity tells of its campaign, and with which pictures."""
from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core.database import Moment
from marketplace.extensions import Model


class Update(Model):
    """News of a campaign, public at once. It is never deleted: what was wrong is corrected by another, and both show."""

    __tablename__ = "campaign_update"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    corrects_id: Mapped[int] = mapped_column(default=0)
    author_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    title: Mapped[str]
    words: Mapped[str] = mapped_column(Text)

    pictures: Mapped[list["Picture"]] = relationship(order_by="Picture.id")


class Picture(Model):
    """A picture of a campaign's news, drawn again without its metadata."""

    __tablename__ = "campaign_picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(ForeignKey("campaign_update.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]

