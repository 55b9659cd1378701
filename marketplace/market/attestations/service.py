"""Certificates of voluntary service: asked for by volunteers, issued by the charity over hours that were confirmed."""
import json
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from marketplace.core import audit, clock
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.attestations import proof, queries, rules, telling
from marketplace.market.attestations.models import LIFE, Attestation, AttestationHolder, AttestedService
from marketplace.market.attestations.rules import AskedBefore, NothingServed
from marketplace.market.volunteering import hours
from marketplace.money.receipts.rules import masked
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations import queries as organisations
from marketplace.people.organisations.service.locking import lock


def ask(organisation_id: int, first_on: date, last_on: date, name: str, by) -> Attestation:
    """Ask a charity to certify what was done for it on these days, under the volunteer's full name.

    Raises NotAllowed, NothingServed, AskedBefore, Invalid (name, first_on, last_on).
    """
    name = rules.holder_name(name)
    rules.check_days(first_on, last_on, clock.today())
    with transaction() as session:
        demand(by, "attestation.ask")
        if not hours.within(by.id, organisation_id, first_on, last_on):
            raise NothingServed
        asked = Attestation(organisation_id=organisation_id, giver_id=by.id, giver=masked(name), first_on=first_on,
                            last_on=last_on, asked_at=clock.now())
        try:
            with session.begin_nested():
                session.add(asked)
        except IntegrityError as error:
            raise AskedBefore from error
        session.add(AttestationHolder(attestation_id=asked.id, name=private(name)))
        audit.record(by.id, "attestation.ask", f"attestation:{asked.id}")
    return asked


def take_back(asked: Attestation, by) -> None:
    """The volunteer wants it no more. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "attestation.take_back", asked)
        LIFE.move(asked, "take_back", ended_at=clock.now())
        audit.record(by.id, "attestation.take_back", f"attestation:{asked.id}")


def issue(asked: Attestation, by) -> None:
    """The charity certifies what was confirmed by now on the days that were asked for.

    Certificates of its own to the same volunteer over some of these days are replaced by it, so that no hour counts twice.
    Raises NotAllowed, WrongState, NothingServed.
    """
    with transaction() as session:
        demand(by, "attestation.issue", asked)
        lock(asked.organisation_id)
        done = hours.within(asked.giver_id, asked.organisation_id, asked.first_on, asked.last_on)
        if not done:
            raise NothingServed
        for old in queries.overlapping(asked):
            LIFE.move(old, "replace", replaced_by_id=asked.id, ended_at=clock.now())
            _let_go(old)
            audit.record(by.id, "attestation.replace", f"attestation:{old.number}")
        for name, value in _snapshot(asked, done).items():
            setattr(asked, name, value)
        asked.digest = proof.digest(asked)
        LIFE.move(asked, "issue", number=asked.number, digest=asked.digest, services=asked.services, decided_by=by.id)
        session.add_all(AttestedService(pledge_id=one.pledge_id, giver_id=asked.giver_id, attestation_id=asked.id)
                        for one in done)
        session.flush()
        audit.record(by.id, proof.ISSUE, f"attestation:{asked.number}", asked.digest)
        telling.volunteer(asked)


def _snapshot(asked: Attestation, done) -> dict:
    """Everything that the paper says, as it is today."""
    receiver, total = organisations.one(asked.organisation_id), hours.totals(done)
    return {"number": rules.new_number(clock.today().year), "organisation": receiver.name,
            "credit_code": receiver.credit_code, "hours": total.minutes // 60, "minutes": total.minutes % 60,
            "visits": total.visits, "services": len(done),
            "lines": json.dumps(rules.contents(done)), "issued_at": clock.now()}


def decline(asked: Attestation, reason: str, by) -> None:
    """The charity does not issue it, and says why. Raises NotAllowed, WrongState, Invalid (reason)."""
    _end(asked, "decline", reason, rules.DECLINES, by)


def revoke(issued: Attestation, reason: str, by) -> None:
    """The charity takes its word back; the verification page says so, and why. Raises NotAllowed, WrongState, Invalid."""
    _end(issued, "revoke", reason, rules.REVOCATIONS, by)


def _end(attestation: Attestation, verb: str, reason: str, known: tuple[str, ...], by) -> None:
    if reason not in known:
        raise Invalid("reason", "unknown")
    with transaction():
        demand(by, f"attestation.{verb}", attestation)
        LIFE.move(attestation, verb, reason=reason, decided_by=by.id, ended_at=clock.now())
        _let_go(attestation)
        audit.record(by.id, f"attestation.{verb}", f"attestation:{attestation.number or attestation.id}", reason)
        telling.volunteer(attestation)


def _let_go(attestation: Attestation) -> None:
    db.session.execute(delete(AttestedService).where(AttestedService.attestation_id == attestation.id))


def holder(attestation: Attestation) -> str:
    """The name on the paper; for those who may read it."""
    return db.session.scalars(select(AttestationHolder).where(
        AttestationHolder.attestation_id == attestation.id)).one().name.reveal()
