from datetime import datetime

from flask_login import AnonymousUserMixin, UserMixin
from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.crypto import Private, Sealed
from marketplace.core.database import Moment
from marketplace.extensions import Model, db

ROLES = ("donor", "charity", "volunteer", "social_worker", "verifier", "operator", "supervisor", "administrator",
         "beneficiary")
POSTS = ("manager", "clerk", "storekeeper", "volunteer_lead")
BY_PASSWORD = ("charity", "social_worker", "verifier", "operator", "supervisor", "administrator")


class User(UserMixin, Model):
    """A person who signs in: one role; for staff the area they answer for, for others what is theirs.

    `post` is what somebody does inside a charity, "" for everybody else.
    Columns that rules read are NOT NULL, with a value that matches nothing where there is none.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]
    username: Mapped[str | None] = mapped_column(unique=True)
    display_name: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str] = mapped_column(default="")
    phone: Mapped[Private | None] = mapped_column(Sealed("user.phone"))
    phone_index: Mapped[bytes | None]
    area_code: Mapped[str] = mapped_column(default="")
    organisation_id: Mapped[int] = mapped_column(default=0, index=True)
    post: Mapped[str] = mapped_column(default="")
    household_id: Mapped[int] = mapped_column(default=0, index=True)
    person_id: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(map(repr, ROLES))})", name="role"),
        CheckConstraint(f"post IN ('', {', '.join(map(repr, POSTS))})", name="post"),
        CheckConstraint("(role = 'charity') = (post <> '')", name="post_of_charity"),
        db.UniqueConstraint("phone_index", "role"),
    )

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return f"{self.id}.{self.session_epoch}"


class Guest(AnonymousUserMixin):
    """Somebody who has not signed in. Owns nothing, answers for nowhere, but may hold the secret link of a gift."""

    id = 0
    role = "guest"
    display_name = ""
    area_code = post = ""
    organisation_id = household_id = person_id = -1

    def __init__(self, follow_digest: str = "-"):
        self.follow_digest = follow_digest


class Invitation(Model):
    """A link, sent to one person, behind which the person chooses a password; only the digest of its secret is kept."""

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class SignInCode(Model):
    """A one-time code that was sent to a phone; only its digest is kept."""

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_index: Mapped[bytes] = mapped_column(index=True)
    digest: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(Moment)
    wrong: Mapped[int] = mapped_column(default=0)
    used: Mapped[bool] = mapped_column(default=False)


class Attempt(Model):
    """A failed sign-in, counted by account and by network, until it is old."""

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
