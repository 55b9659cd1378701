from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model


class Notice(Model):
    """A message to a phone or a mailbox: what happened and its facts, sealed; put into words when it is sent."""

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    recipient: Mapped[Private] = mapped_column(Sealed("notice.recipient"))
    kind: Mapped[str]
    facts: Mapped[Private] = mapped_column(Sealed("notice.facts"))
    language: Mapped[str] = mapped_column(default="zh")
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (CheckConstraint("channel IN ('sms', 'mail')", name="channel"),)
