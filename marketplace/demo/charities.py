"""The demo's organisations, the people in them, and their papers at every stage."""
from datetime import date, datetime, timedelta

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.demo import accounts as people
from marketplace.demo import scans
from marketplace.extensions import db
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import User
from marketplace.people.organisations import service as organisations
from marketplace.people.organisations.models import Certificate, Cooperation, Organisation
from marketplace.people.organisations.rules import CertificateDraft, CooperationDraft
from marketplace.people.organisations.service import certificates, cooperations

WAITED = timedelta(days=2)
AGREED_FOR = timedelta(days=300)


def take_up(entries: list[dict], begun: datetime) -> None:
    """All organisations with a manager each, everybody of the sign-in page, and the certificates that count."""
    with transaction():
        made = [organisations.create(one["name"], one["code"], english=one["english"], area_code=one["area"],
                                     kind=one.get("kind", "charity"), registered_on=_before(begun, one["registered"]))
                for one in entries]
        people.create(made[_of_the_visitor(entries)].id)
        for organisation, one in zip(made, entries):
            if "manager" in one:
                accounts.create("charity", username=f"charity-{organisation.id}", display_name=one["manager"],
                                organisation_id=organisation.id, post="manager")
        for organisation, one in zip(made, entries):
            if "certificate" in one:
                certificates.approve(_send_in(organisation, one["certificate"], begun), by=_officer())


def let_wait(entries: list[dict], begun: datetime) -> None:
    """What somebody has to decide on: a certificate to check, a cooperation to agree to. Not twice."""
    with clock.at(begun - WAITED):
        for one in entries:
            mine = _of_code(one["code"])
            if "waits" in one and not _there(Certificate, mine):
                _send_in(mine, one["waits"], begun)
            if "cooperates" in one and not _there(Cooperation, mine):
                draft = CooperationDraft(one["cooperates"]["number"], one["cooperates"]["purpose"], clock.today() - WAITED,
                                         clock.today() + AGREED_FOR)
                cooperations.propose(mine, _of_code(entries[_of_the_visitor(entries)]["code"]), draft, by=_manager(mine))


def _send_in(organisation: Organisation, paper: dict, begun: datetime) -> Certificate:
    issued, until = _before(begun, paper["issued"]), _before(begun, -paper["left"])
    draft = CertificateDraft(paper["number"].format(year=issued.year), issued, issued, until)
    scan = scans.certificate(organisation.name, organisation.credit_code, draft)
    return certificates.submit(organisation, draft, scan, by=_manager(organisation))


def _before(begun: datetime, days: int) -> date:
    return begun.astimezone(clock.CITY).date() - timedelta(days=days)


def _of_the_visitor(entries: list[dict]) -> int:
    """Which of them has the people of the sign-in page."""
    return next(n for n, one in enumerate(entries) if "manager" not in one)


def _of_code(code: str) -> Organisation:
    return db.session.scalars(select(Organisation).where(Organisation.credit_code == code)).one()


def _there(model: type[Certificate] | type[Cooperation], organisation: Organisation) -> bool:
    return db.session.scalar(select(model.id).where(model.organisation_id == organisation.id)) is not None


def _manager(organisation: Organisation) -> User:
    return db.session.scalars(select(User).where(User.organisation_id == organisation.id, User.post == "manager")).one()


def _officer() -> User:
    return db.session.scalars(select(User).where(User.role == "supervisor")).one()
