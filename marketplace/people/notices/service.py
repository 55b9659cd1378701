"""Messages. They are written in the transaction of what they tell, and sent by a job after its commit."""
import json
import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import update

from marketplace.core import clock
from marketplace.core.outbox import announce, reacts_to
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.people.notices.events import NoticeWritten
from marketplace.people.notices.models import Notice

TIMEOUT = 20


class Post:
    """How messages leave: words are put by `words(kind, facts, language)`, mail by SMTP at `smtp_url`.

    Phones are reached through the operator's mail-to-message gateway at `sms_mail_domain`. Without an SMTP server
    (the demo) messages stay where the demo's message page shows them.
    """

    def __init__(self) -> None:
        self.smtp_url = self.sms_mail_domain = ""
        self.words: Callable[[str, dict, str], str] = lambda kind, facts, language: kind

    def bind(self, smtp_url: str, sms_mail_domain: str, words: Callable[[str, dict, str], str]) -> None:
        self.smtp_url, self.sms_mail_domain, self.words = smtp_url, sms_mail_domain, words

    def send(self, notice: Notice) -> None:
        if not self.smtp_url:
            return
        mail, to = EmailMessage(), notice.recipient.reveal()
        mail["To"] = f"{to}@{self.sms_mail_domain}" if notice.channel == "sms" else to
        mail["From"] = f"no-reply@{self.sms_mail_domain or 'localhost'}"
        text = text_of(notice)
        mail["Subject"] = text.splitlines()[0][:60]
        mail["Message-ID"] = f"<notice-{notice.id}@tiny-wishes>"
        mail.set_content(text)
        where = urlsplit(self.smtp_url)
        kind = smtplib.SMTP_SSL if where.scheme == "smtps" else smtplib.SMTP
        with kind(where.hostname or "localhost", where.port or 25, timeout=TIMEOUT) as smtp:
            if where.username:
                smtp.login(unquote(where.username), unquote(where.password or ""))
            smtp.send_message(mail)


post = Post()


def text_of(notice: Notice) -> str:
    return post.words(notice.kind, json.loads(notice.facts.reveal()), notice.language)


def write(channel: str, recipient: str, kind: str, language: str = "zh", **facts: Any) -> None:
    """Leave a message (channel "sms" or "mail") in the open transaction; it is sent after the commit."""
    with transaction() as session:
        notice = Notice(channel=channel, recipient=recipient, kind=kind, language=language,
                        facts=json.dumps(facts, ensure_ascii=False), created_at=clock.now())
        session.add(notice)
        session.flush()
        announce(NoticeWritten(notice.id))


@reacts_to(NoticeWritten, outside=True)
def send(event: NoticeWritten) -> None:
    """Hand one message to the outside world. Raises when the server did not take it, and is tried again."""
    notice = db.session.get(Notice, event.notice_id)
    if notice is None or notice.sent_at:
        return
    post.send(notice)
    with transaction() as session:
        session.execute(update(Notice).where(Notice.id == event.notice_id).values(sent_at=clock.now()))
