"""The people of a charity, and what each of them does there. Everybody chooses their own password, behind a link."""
from sqlalchemy import func, select, update

from marketplace.core import audit
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.people.accounts import invitations
from marketplace.people.accounts.models import POSTS, User
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations.models import Organisation
from marketplace.people.organisations.rules import LastManager
from marketplace.people.organisations.service.locking import lock


def invite(name: str, username: str, post: str, by: User) -> tuple[User, str]:
    """Take somebody into the own charity; also the secret of the link that the person needs, told this one time.

    Raises NotAllowed, Invalid (the post, the name, or one that somebody has).
    """
    with transaction():
        demand(by, "team.invite")
        _check_post(post)
        user, secret = invitations.open_account("charity", username, name, organisation_id=by.organisation_id, post=post)
        audit.record(by.id, "team.invite", f"user:{user.id}", post)
    return user, secret


def appoint(organisation: Organisation, name: str, username: str, by: User) -> tuple[User, str]:
    """Give an organisation a manager, on an officer's word. Raises NotAllowed, Invalid. Else as `invite`."""
    with transaction():
        demand(by, "organisation.appoint", organisation)
        user, secret = invitations.open_account("charity", username, name, organisation_id=organisation.id, post="manager")
        audit.record(by.id, "organisation.appoint", f"user:{user.id}", "manager")
    return user, secret


def invite_again(user: User, by: User) -> str:
    """A new link for somebody of the own charity whose link or password is lost. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "team.change", user)
        return _again(user, "team.invite", by)


def appoint_again(organisation: Organisation, user: User, by: User) -> str:
    """A new link for a manager, on an officer's word. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "organisation.appoint", organisation)
        if (user.role, user.organisation_id, user.post) != ("charity", organisation.id, "manager"):
            raise NotAllowed("organisation.appoint")
        return _again(user, "organisation.appoint", by)


def change_post(user: User, post: str, by: User) -> None:
    """Let somebody do something else from now on. Raises NotAllowed, LastManager, Invalid("post")."""
    with transaction():
        demand(by, "team.change", user)
        _check_post(post)
        if post != "manager":
            _keep_a_manager(user)
        before, user.post = user.post, post
        audit.record(by.id, "team.change", f"user:{user.id}", f"{before} to {post}")


def close(user: User, by: User) -> None:
    """Shut somebody out: sessions and links end with this commit. Raises NotAllowed, WrongState, LastManager."""
    with transaction():
        demand(by, "team.close", user)
        _keep_a_manager(user)
        _turn(user, False)
        invitations.cancel(user.id)
        audit.record(by.id, "team.close", f"user:{user.id}")


def reopen(user: User, by: User) -> None:
    """Let somebody in again, with the password of before. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "team.reopen", user)
        _turn(user, True)
        audit.record(by.id, "team.reopen", f"user:{user.id}")


def _turn(user: User, active: bool) -> None:
    turned = changed(update(User).where(User.id == user.id, User.active.is_not(active)).values(
        active=active, session_epoch=User.session_epoch + 1))
    db.session.refresh(user)
    if not turned:
        raise WrongState("reopen" if active else "close", "open" if active else "shut")


def _again(user: User, capability: str, by: User) -> str:
    if not user.active:
        raise WrongState("invite", "shut")
    audit.record(by.id, capability, f"user:{user.id}", "again")
    return invitations.invite(user)


def _check_post(post: str) -> None:
    if post not in POSTS:
        raise Invalid("post", "unknown")


def _keep_a_manager(user: User) -> None:
    """Raise LastManager unless somebody else manages the charity, also when two managers send each other away at once."""
    lock(user.organisation_id)
    others = db.session.scalar(select(func.count()).select_from(User).where(
        User.organisation_id == user.organisation_id, User.role == "charity", User.post == "manager", User.active,
        User.id != user.id)) or 0
    if user.post == "manager" and not others:
        raise LastManager
