"""Organisations, and what they may do today by their papers."""
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.people.organisations.models import Certificate, Cooperation, Organisation


def holds(on: date) -> ColumnElement[bool]:
    """Whether a certificate counts on that day."""
    return and_(Certificate.state == "approved", Certificate.valid_from <= on, Certificate.valid_until >= on)


def certificate(organisation_id: int, on: date | None = None) -> Certificate | None:
    """The certificate under which it may raise funds from the public that day, by default today; the longest."""
    return db.session.scalars(
        select(Certificate).where(Certificate.organisation_id == organisation_id, holds(on or clock.today()))
        .order_by(Certificate.valid_until.desc(), Certificate.id.desc())).first()


def cooperation(organisation_id: int, on: date | None = None) -> Cooperation | None:
    """The agreement under which a charity with a certificate raises for it that day, by default today; the longest."""
    day = on or clock.today()
    return db.session.scalars(
        select(Cooperation).where(
            Cooperation.organisation_id == organisation_id, Cooperation.state == "agreed", Cooperation.signed_on <= day,
            Cooperation.valid_until >= day, Cooperation.charity_id.in_(_certified(day)))
        .order_by(Cooperation.valid_until.desc(), Cooperation.id.desc())).first()


def may_raise(organisation_id: int, on: date | None = None) -> bool:
    """Whether it may raise funds from the public that day: by its own certificate, or in cooperation."""
    return certificate(organisation_id, on) is not None or cooperation(organisation_id, on) is not None


def serving(place_code: str) -> Sequence[Organisation]:
    """Charities with a certificate today that serve the place, the nearest area first."""
    prefixes = [place_code[:n] for n in (4, 6, 9, 12)]
    return db.session.scalars(
        select(Organisation).where(Organisation.area_code.in_(prefixes), Organisation.id.in_(_certified(clock.today())))
        .order_by(Organisation.area_code.desc(), Organisation.id)).all()


def names() -> dict[int, Organisation]:
    """All charities by their number."""
    return {one.id: one for one in db.session.scalars(select(Organisation))}


def one(organisation_id: int) -> Organisation:
    """The organisation. Raises NoResultFound."""
    return db.session.scalars(select(Organisation).where(Organisation.id == organisation_id)).one()


def _certified(on: date) -> Select:
    return select(Certificate.organisation_id).where(holds(on))
