"""The papers of organisations, and what these may do by them."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import aliased

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import narrow
from marketplace.people.organisations.models import Certificate, Cooperation, Organisation


def holds(on: date) -> ColumnElement[bool]:
    """Whether a certificate counts on that day."""
    return and_(Certificate.state == "approved", Certificate.valid_from <= on, Certificate.valid_until >= on)


def counts(on: date) -> ColumnElement[bool]:
    """Whether a cooperation counts on a day: on its days, as long as the charity's certificate does."""
    return and_(Cooperation.state == "agreed", Cooperation.signed_on <= on, Cooperation.valid_until >= on,
                Cooperation.charity_id.in_(_certified(on)))


def certificate(organisation_id: int, on: date | None = None) -> Certificate | None:
    """The certificate under which it may raise funds from the public that day, by default today; the longest."""
    return db.session.scalars(
        select(Certificate).where(Certificate.organisation_id == organisation_id, holds(on or clock.today()))
        .order_by(Certificate.valid_until.desc(), Certificate.id.desc())).first()


def cooperation(organisation_id: int, on: date | None = None) -> Cooperation | None:
    """The agreement under which a charity with a certificate raises for it that day, by default today; the longest."""
    return db.session.scalars(
        select(Cooperation).where(Cooperation.organisation_id == organisation_id, counts(on or clock.today()))
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
    """All organisations by their number."""
    return {one.id: one for one in db.session.scalars(select(Organisation))}


def one(organisation_id: int) -> Organisation:
    """The organisation. Raises NoResultFound."""
    return db.session.scalars(select(Organisation).where(Organisation.id == organisation_id)).one()


@dataclass(frozen=True)
class Paper:
    """A certificate, with who sent it in and who checked it; "" for whoever did it from the command line."""

    certificate: Certificate
    recorder: str
    checker: str


def certificates(user, organisation_id: int) -> Sequence[Paper]:
    """All certificates of an organisation that the user may read, what waits first, then the newest."""
    recorder, checker = aliased(User), aliased(User)
    rows = db.session.execute(
        narrow(user, "certificate.read", select(Certificate, recorder.display_name, checker.display_name), Certificate)
        .outerjoin(recorder, recorder.id == Certificate.recorded_by)
        .outerjoin(checker, checker.id == Certificate.checked_by)
        .where(Certificate.organisation_id == organisation_id)
        .order_by(Certificate.state != "submitted", Certificate.id.desc()))
    return [Paper(paper, sent or "", checked or "") for paper, sent, checked in rows]


def paper(user, capability: str, certificate_id: int) -> Certificate:
    """The certificate, if this user may do `capability` to it. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Certificate), Certificate)
                              .where(Certificate.id == certificate_id)).one()


def same_number(found: Certificate) -> Sequence[Organisation]:
    """Other organisations that sent in a certificate of the same number: most likely one of the two is mistaken."""
    if not found.number:
        return []
    return db.session.scalars(
        select(Organisation).where(Organisation.id != found.organisation_id, Organisation.id.in_(
            select(Certificate.organisation_id).where(Certificate.number == found.number,
                                                      Certificate.state.in_(("submitted", "approved")))))).all()


@dataclass(frozen=True)
class Together:
    """A cooperation with the two who take part in it."""

    cooperation: Cooperation
    partner: Organisation
    charity: Organisation


def cooperations(organisation_id: int) -> Sequence[Together]:
    """Every cooperation of an organisation, on either side, what waits first, then the newest."""
    return _together(select(Cooperation).where(
        (Cooperation.organisation_id == organisation_id) | (Cooperation.charity_id == organisation_id)))


def agreement(user, capability: str, cooperation_id: int) -> Cooperation:
    """The cooperation, if this user may do `capability` to it. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Cooperation), Cooperation)
                              .where(Cooperation.id == cooperation_id)).one()


def certified(but: int = 0) -> Sequence[Organisation]:
    """Everybody with a certificate today, by area; `but` is left out."""
    return db.session.scalars(
        select(Organisation).where(Organisation.id.in_(_certified(clock.today())), Organisation.id != but)
        .order_by(Organisation.area_code, Organisation.id)).all()


def _together(statement: Select) -> Sequence[Together]:
    partner, charity = aliased(Organisation), aliased(Organisation)
    rows = db.session.execute(
        statement.add_columns(partner, charity).join(partner, partner.id == Cooperation.organisation_id)
        .join(charity, charity.id == Cooperation.charity_id)
        .order_by(Cooperation.state != "proposed", Cooperation.id.desc()))
    return [Together(*row) for row in rows]


def _certified(on: date) -> Select:
    return select(Certificate.organisation_id).where(holds(on))
