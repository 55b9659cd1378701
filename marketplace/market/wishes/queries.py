"""Wishes for those who work on them, or whose they are; scoped by the rule table."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.wishes.models import Consent, Need, Wish, WishOrigin, WishPhoto
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


@dataclass(frozen=True)
class Wanted:
    """What a desk's list of wishes is narrowed to; what is empty narrows nothing. `area` is a division code."""

    state: str = ""
    area: str = ""
    kind: str = ""
    query: str = ""
    oldest: bool = False


def listed(user, wanted: Wanted, after: str = "", size: int = 50) -> Page:
    """A page of the wishes that the user may read, newest or oldest first; its rows hold one wish each."""
    statement = _narrowed(narrow(user, "wish.read", _with_all(), Wish), wanted)
    if wanted.state:
        statement = statement.where(Wish.state == wanted.state)
    return page(statement, Order((Wish.id,), (not wanted.oldest,)), size, after, _number)


def _number(row) -> tuple:
    return (row.Wish.id,)


def _narrowed(statement: Select, wanted: Wanted) -> Select:
    if wanted.area:
        statement = statement.where(Wish.place_code.startswith(wanted.area, autoescape=True))
    if wanted.kind:
        statement = statement.where(Wish.needs.any(Need.kind == wanted.kind))
    if wanted.query.strip():
        statement = statement.where(Wish.title.contains(wanted.query.strip(), autoescape=True))
    return statement


def of_household(user, household_id: int) -> Sequence[Wish]:
    """The wishes of one household, newest first."""
    return db.session.scalars(narrow(user, "wish.read", _with_all(), Wish).where(Wish.household_id == household_id)
                              .order_by(Wish.id.desc())).all()


def counts(user, wanted: Wanted = Wanted()) -> dict[str, int]:
    """How many of these wishes the user may read, by state, whatever state is wanted."""
    statement = _narrowed(narrow(user, "wish.read", select(Wish.state, func.count()), Wish), wanted)
    return {state: number for state, number in db.session.execute(statement.group_by(Wish.state))}


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
