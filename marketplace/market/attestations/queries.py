"""Certificates of voluntary service for their holders and for the charity that issues them; scoped by the rule table."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.attestations.models import LIFE, Attestation, AttestationHolder
from marketplace.market.volunteering import hours
from marketplace.market.volunteering.hours import Service
from marketplace.people.accounts.permissions import narrow
from marketplace.people.organisations.models import Organisation

PAGE = 40


@dataclass(frozen=True)
class Mine:
    """A volunteer's certificate, with the charity that it was asked of."""

    attestation: Attestation
    charity: Organisation


@dataclass(frozen=True)
class Asker:
    """A charity for which somebody served, and the days of the first and the last service that was confirmed."""

    organisation_id: int
    name: str
    english: str
    first_on: date
    last_on: date


def mine(user) -> Sequence[Mine]:
    """Everything that the user asked for, the newest first; without what was taken back."""
    if not user.id:
        return []
    rows = db.session.execute(select(Attestation, Organisation).join(
        Organisation, Organisation.id == Attestation.organisation_id).where(
        Attestation.giver_id == user.id, Attestation.state != "dropped").order_by(Attestation.id.desc()).limit(PAGE))
    return [Mine(*row) for row in rows]


def charities(done: Sequence[Service]) -> list[Asker]:
    """Whom one can ask, by what was done; the one of the latest service first."""
    found: dict[int, list[Service]] = {}
    for one in done:
        found.setdefault(one.organisation_id, []).append(one)
    return [Asker(number, some[0].charity, some[0].charity_english, min(s.on for s in some), max(s.on for s in some))
            for number, some in found.items()]


def one(user, capability: str, attestation_id: int) -> Attestation:
    """The certificate, if this user may do `capability` to it. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Attestation), Attestation)
                              .where(Attestation.id == attestation_id)).one()


def desk(user, state: str = "", after: str = "") -> Page:
    """Rows of a certificate and its holder at the user's charity: what waits, the oldest first; else the newest first."""
    statement = narrow(user, "attestation.issue", select(Attestation, AttestationHolder), Attestation).join(
        AttestationHolder, AttestationHolder.attestation_id == Attestation.id)
    if state in LIFE.states:
        statement = statement.where(Attestation.state == state)
    return page(statement, Order((Attestation.id,), (state != "asked",)), PAGE, after, lambda row: (row[0].id,))


def counts(user) -> dict[str, int]:
    """How many the user's charity has in each state."""
    statement = narrow(user, "attestation.issue", select(Attestation.state, func.count()), Attestation)
    return dict(db.session.execute(statement.group_by(Attestation.state)).all())


def confirmed(asked: Attestation) -> Sequence[Service]:
    """What would stand on it, were it issued now."""
    return hours.within(asked.giver_id, asked.organisation_id, asked.first_on, asked.last_on)


def overlapping(asked: Attestation) -> Sequence[Attestation]:
    """Certificates in force of the same charity to the same volunteer over some of the same days."""
    return db.session.scalars(select(Attestation).where(
        Attestation.giver_id == asked.giver_id, Attestation.organisation_id == asked.organisation_id,
        Attestation.state == "issued", Attestation.id != asked.id, Attestation.first_on <= asked.last_on,
        Attestation.last_on >= asked.first_on).order_by(Attestation.id)).all()
