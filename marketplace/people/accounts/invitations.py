"""A link for one person, behind which the person chooses a password: for a new account, or when a password is lost."""
import re
import secrets
from hashlib import sha256

from sqlalchemy import delete, select, update

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.people.accounts import service
from marketplace.people.accounts.models import Invitation, User
from marketplace.people.accounts.rules import INVITATION_LIVES, InvitationOver, check_password

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")


def open_account(role: str, username: str, display_name: str, **facts: object) -> tuple[User, str]:
    """A new account without a password, and the secret of the link to choose one.

    Raises Invalid("username") for a form that is not one, or that somebody has, and Invalid("display_name").
    """
    name = username.strip().lower()
    if not USERNAME.fullmatch(name):
        raise Invalid("username", "username")
    if not display_name.strip():
        raise Invalid("display_name", "empty")
    with transaction() as session:
        if session.scalar(select(User.id).where(User.username == name)):
            raise Invalid("username", "username_taken")
        user = service.create(role, username=name, display_name=display_name.strip(), **facts)
        return user, invite(user)


def invite(user: User) -> str:
    """The secret of a fresh link for `user`; an earlier link is worth nothing from now on. It is not kept."""
    secret = secrets.token_urlsafe(24)
    with transaction() as session:
        session.merge(Invitation(user_id=user.id, digest=_digest(secret), expires_at=clock.now() + INVITATION_LIVES))
    return secret


def invited(secret: str) -> User | None:
    """Who may choose a password behind this link, as long as it holds."""
    return db.session.scalars(
        select(User).join(Invitation, Invitation.user_id == User.id)
        .where(Invitation.digest == _digest(secret), Invitation.expires_at > clock.now(), User.active)).first()


def accept(secret: str, password: str) -> User:
    """Choose the password; the link ends, and every session of before. Raises InvitationOver, Invalid("password")."""
    user = invited(secret)
    if user is None:
        raise InvitationOver
    check_password(password, str(user.username))
    hashed = service.passwords.hash(password)
    with transaction() as session:
        used = changed(delete(Invitation).where(Invitation.digest == _digest(secret), Invitation.expires_at > clock.now()))
        kept = changed(update(User).where(User.id == user.id, User.active).values(
            password_hash=hashed, session_epoch=User.session_epoch + 1))
        if not (used and kept):
            raise InvitationOver
        audit.record(user.id, "account.password", f"user:{user.id}", "by invitation")
        session.refresh(user)
    return user


def cancel(user_id: int) -> None:
    """End the link of somebody, if there is one."""
    with transaction() as session:
        session.execute(delete(Invitation).where(Invitation.user_id == user_id))


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
