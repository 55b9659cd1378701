from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.people.notices.models import Notice
from marketplace.people.notices.service import text_of


@dataclass(frozen=True)
class Message:
    """A message in words."""

    channel: str
    recipient: str
    text: str
    at: datetime


def newest(limit: int) -> list[Message]:
    """The latest messages, opened; for the demo's message page alone."""
    found = db.session.scalars(select(Notice).order_by(Notice.id.desc()).limit(limit)).all()
    return [Message(n.channel, n.recipient.reveal(), text_of(n), n.created_at) for n in found]
