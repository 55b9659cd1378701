"""Organisations for the officers of an area: who they are, and how their papers stand."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, exists, func, select

from marketplace.core import clock
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import narrow
from marketplace.people.organisations.models import Certificate, Cooperation, Organisation
from marketplace.people.organisations.queries import papers
from marketplace.people.organisations.rules import NOTICE, standing

NEEDS = ("waiting", "ending", "without", "valid")


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; what is empty narrows nothing. `need` is one of NEEDS, `area` a division code."""

    need: str = ""
    area: str = ""
    query: str = ""


@dataclass(frozen=True)
class Listed:
    """An organisation, how its right to raise funds stands, until when, and since when a certificate waits."""

    organisation: Organisation
    standing: str
    until: date | None
    waiting_since: datetime | None


def one(user, capability: str, organisation_id: int) -> Organisation:
    """The organisation, if this user may do `capability` to it. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Organisation), Organisation)
                              .where(Organisation.id == organisation_id)).one()


def listed(user, wanted: Wanted, after: str = "", size: int = 40) -> Page:
    """A page of the organisations that the user may read, by area; `row` makes a Listed of each."""
    statement = _narrowed(_with_standing(user), wanted)
    if wanted.need:
        statement = statement.where(_needs()[wanted.need])
    return page(statement, Order((Organisation.area_code, Organisation.id), (False, False)), size, after, _key)


def _key(row) -> tuple:
    return (row[0].area_code, row[0].id)


def waiting(user, limit: int = 50) -> Sequence[Listed]:
    """Those whose certificate waits for this user's check, the longest first."""
    statement = narrow(user, "certificate.check", _with_standing(user).join(Certificate), Certificate)
    rows = db.session.execute(statement.where(Certificate.state == "submitted")
                              .order_by(Certificate.recorded_at, Certificate.id).limit(limit))
    return [row_of(row) for row in rows]


def counts(user, wanted: Wanted = Wanted()) -> dict[str, int]:
    """How many there are by need, whatever need is wanted, and in all ("")."""
    sums = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in _needs().values()]
    statement = _narrowed(narrow(user, "organisation.read", select(func.count(), *sums), Organisation), wanted)
    return dict(zip(("", *NEEDS), db.session.execute(statement).one()))


def row_of(row) -> Listed:
    """What a row of the list says."""
    organisation, held, together, last, since = row
    return Listed(organisation, standing(bool(held), last, clock.today(), bool(together)), last, since)


def managers(organisation_id: int) -> Sequence[User]:
    """Who manages the organisation here, closed accounts last."""
    return db.session.scalars(select(User).where(
        User.organisation_id == organisation_id, User.role == "charity", User.post == "manager")
        .order_by(User.active.desc(), User.id)).all()


def manager(organisation_id: int, user_id: int) -> User:
    """One of those. Raises NoResultFound."""
    return db.session.scalars(select(User).where(
        User.id == user_id, User.organisation_id == organisation_id, User.role == "charity", User.post == "manager")).one()


def _with_standing(user) -> Select:
    approved = _of_one(func.max(Certificate.valid_until)).where(Certificate.state == "approved")
    since = _of_one(func.min(Certificate.recorded_at)).where(Certificate.state == "submitted")
    statement = select(Organisation, _held().label("held"), _together().label("together"),
                       approved.scalar_subquery().label("last"), since.scalar_subquery().label("since"))
    return narrow(user, "organisation.read", statement, Organisation)


def _of_one(what) -> Select:
    return select(what).where(Certificate.organisation_id == Organisation.id).correlate(Organisation)


def _held() -> ColumnElement[bool]:
    return exists(_of_one(Certificate.id).where(papers.holds(clock.today())))


def _together() -> ColumnElement[bool]:
    return exists(select(Cooperation.id).where(Cooperation.organisation_id == Organisation.id, papers.counts(clock.today()))
                  .correlate(Organisation))


def _needs() -> dict[str, ColumnElement[bool]]:
    soon = clock.today() + NOTICE
    lasting = exists(_of_one(Certificate.id).where(Certificate.state == "approved", Certificate.valid_until > soon))
    waits = exists(_of_one(Certificate.id).where(Certificate.state == "submitted"))
    held = _held()
    return {"waiting": waits, "ending": held & ~lasting, "without": ~held & ~_together(), "valid": held & lasting}


def _narrowed(statement: Select, wanted: Wanted) -> Select:
    if wanted.area:
        statement = statement.where(Organisation.area_code.startswith(wanted.area, autoescape=True))
    if text := wanted.query.strip():
        statement = statement.where(
            Organisation.name.icontains(text, autoescape=True) | Organisation.english.icontains(text, autoescape=True)
            | Organisation.credit_code.startswith(text.upper(), autoescape=True))
    return statement
