"""A form that is sent twice does its deed once: its page carries a number, and the audit trail keeps what came of it."""
import secrets
from collections.abc import Callable

from sqlalchemy import select

from marketplace.core import audit
from marketplace.core.transaction import transaction
from marketplace.people.accounts.models import User

LENGTH = 16


def fresh() -> str:
    """A number for a page."""
    return secrets.token_hex(LENGTH // 2)


def only(number: str, by, deed: Callable[[], str]) -> str:
    """Do `deed`, and keep the word that it gives for its result; of the same person's form that was sent before, only that.

    Of two at once the second waits for the first. Raises what `deed` refuses with, and keeps nothing then.
    """
    with transaction() as session:
        session.execute(select(User.id).where(User.id == by.id).with_for_update(key_share=True))
        entry = audit.AuditEntry
        said = session.scalar(select(entry.reason).where(
            entry.subject == f"form:{number[:LENGTH]}", entry.actor_id == by.id, entry.capability == "form.sent").limit(1))
        if said is None:
            said = deed()
            audit.record(by.id, "form.sent", f"form:{number[:LENGTH]}", said)
    return said
