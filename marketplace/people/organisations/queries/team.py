"""The people of one's own charity."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.people.accounts.models import Invitation, User
from marketplace.people.accounts.permissions import narrow


@dataclass(frozen=True)
class Member:
    """Somebody of a charity. `state`: "open", "invited" (has not chosen a password yet), "lapsed" (nor can any more,
    without a new link) or "shut". `link_until` is how long a link for them holds."""

    user: User
    state: str
    link_until: datetime | None


def people(user) -> Sequence[Member]:
    """Everybody of the user's charity whom the user may see, closed accounts last."""
    statement = narrow(user, "team.read", select(User, Invitation.expires_at), User)
    rows = db.session.execute(statement.outerjoin(Invitation, Invitation.user_id == User.id)
                              .order_by(User.active.desc(), User.id))
    return [_member(person, until) for person, until in rows]


def person(user, capability: str, user_id: int) -> User:
    """Somebody of the charity, if this user may do `capability` to them. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(User), User).where(User.id == user_id)).one()


def _member(person: User, until: datetime | None) -> Member:
    holding = until if until and until > clock.now() else None
    if not person.active:
        return Member(person, "shut", None)
    if person.password_hash:
        return Member(person, "open", holding)
    return Member(person, "invited" if holding else "lapsed", holding)
