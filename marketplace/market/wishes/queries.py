"""Wishes for those who work on them, or whose they are; scoped by the rule table."""
from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from marketplace.extensions import db
from marketplace.market.wishes.models import Consent, Wish, WishOrigin, WishPhoto
from marketplace.market.wishes.rules import progress
from marketplace.network.registry.models import Household
from marketplace.people.accounts.permissions import narrow


def _with_all() -> Select:
    return select(Wish).options(selectinload(Wish.needs), selectinload(Wish.photos))


def one(user, capability: str, wish_id: int) -> Wish:
    """The wish, if this user may do `capability` to it; otherwise NoResultFound, as if it did not exist."""
    return db.session.scalars(narrow(user, capability, _with_all(), Wish).where(Wish.id == wish_id)).one()


def waiting(worker, limit: int = 50) -> Sequence[Wish]:
    """Wishes this worker may decide on, longest waiting first."""
    return db.session.scalars(narrow(worker, "wish.publish", _with_all(), Wish).where(Wish.state == "submitted")
                              .order_by(Wish.submitted_at, Wish.id).limit(limit)).all()


def listed(user, state: str = "", limit: int = 60) -> Sequence[Wish]:
    """Wishes the user may read, newest first."""
    statement = narrow(user, "wish.read", _with_all(), Wish)
    if state:
        statement = statement.where(Wish.state == state)
    return db.session.scalars(statement.order_by(Wish.id.desc()).limit(limit)).all()


def of_household(user, household_id: int) -> Sequence[Wish]:
    """The wishes of one household, newest first."""
    return db.session.scalars(narrow(user, "wish.read", _with_all(), Wish).where(Wish.household_id == household_id)
                              .order_by(Wish.id.desc())).all()


def counts(user) -> dict[str, int]:
    """How many wishes the user may read, by state."""
    statement = narrow(user, "wish.read", select(Wish.state, func.count()), Wish).group_by(Wish.state)
    return dict(db.session.execute(statement).all())


def status(wish: Wish, household: Household, today) -> str:
    """What to call a wish: its state, or for a published one its progress, or "suspended"."""
    if wish.state != "published":
        return wish.state
    return progress(wish.needs) if household.eligible_until >= today else "suspended"


def photo(user, key: str) -> WishPhoto | None:
    """A picture of a wish that the user may read, reviewed or not."""
    statement = narrow(user, "wish.read", select(WishPhoto).join(Wish, Wish.id == WishPhoto.wish_id), Wish)
    return db.session.scalars(statement.where(WishPhoto.key == key)).first()


def origin(wish: Wish) -> WishOrigin:
    return db.session.scalars(select(WishOrigin).where(WishOrigin.wish_id == wish.id)).one()


def consent(wish: Wish) -> Consent | None:
    """The yes to publication that the wish rests on, withdrawn or not; None when nobody has given one."""
    return db.session.get(Consent, wish.consent_id)
