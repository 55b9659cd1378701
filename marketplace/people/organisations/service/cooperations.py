"""Raising funds together: proposed by the manager of the one without a certificate, agreed by that of the one with it."""
from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations import queries
from marketplace.people.organisations.models import COOPERATION_LIFE, Cooperation, Organisation
from marketplace.people.organisations.rules import (
    CooperationDraft,
    NotCertified,
    WaitsAlready,
    check_cooperation,
    check_reason,
)
from marketplace.people.organisations.service.locking import lock


def propose(organisation: Organisation, charity: Organisation, draft: CooperationDraft, by: User) -> Cooperation:
    """Put a signed agreement before the charity that will raise for the organisation.

    Raises NotAllowed, NotCertified, WaitsAlready, Invalid.
    """
    check_cooperation(draft)
    if charity.id == organisation.id:
        raise Invalid("charity_id", "itself")
    with transaction() as session:
        made = Cooperation(
            organisation_id=organisation.id, charity_id=charity.id, number=draft.number.strip(),
            purpose=draft.purpose.strip(), signed_on=draft.signed_on, valid_until=draft.valid_until, recorded_by=by.id,
            recorded_at=clock.now())
        demand(by, "cooperation.propose", made)
        _demand_certificate(charity.id)
        lock(organisation.id)
        if session.scalar(select(Cooperation.id).where(
                Cooperation.organisation_id == organisation.id, Cooperation.charity_id == charity.id,
                Cooperation.state == "proposed")):
            raise WaitsAlready
        session.add(made)
        session.flush()
        audit.record(by.id, "cooperation.propose", f"cooperation:{made.id}")
    return made


def agree(cooperation: Cooperation, by: User) -> None:
    """Say yes for the charity with the certificate. Raises NotAllowed, WrongState, NotCertified, Invalid("valid_until")."""
    with transaction():
        demand(by, "cooperation.agree", cooperation)
        _demand_certificate(cooperation.charity_id)
        if cooperation.valid_until < clock.today():
            raise Invalid("valid_until", "over")
        COOPERATION_LIFE.move(cooperation, "agree", agreed_by=by.id, decided_at=clock.now())
        audit.record(by.id, "cooperation.agree", f"cooperation:{cooperation.id}")


def decline(cooperation: Cooperation, reason: str, by: User) -> None:
    """Say no for the charity with the certificate, and why. Raises NotAllowed, WrongState, Invalid("reason")."""
    _close(cooperation, "decline", check_reason(reason), by)


def end(cooperation: Cooperation, reason: str, by: User) -> None:
    """Either side ends what was agreed, and says why. Raises NotAllowed, WrongState, Invalid("reason")."""
    _close(cooperation, "end", check_reason(reason), by)


def withdraw(cooperation: Cooperation, by: User) -> None:
    """Take a proposal back before it is answered. Raises NotAllowed, WrongState."""
    _close(cooperation, "withdraw", "", by)


def _close(cooperation: Cooperation, verb: str, reason: str, by: User) -> None:
    with transaction():
        demand(by, f"cooperation.{verb}", cooperation)
        COOPERATION_LIFE.move(cooperation, verb, reason=reason, decided_at=clock.now())
        audit.record(by.id, f"cooperation.{verb}", f"cooperation:{cooperation.id}")


def _demand_certificate(charity_id: int) -> None:
    if queries.certificate(charity_id) is None:
        raise NotCertified
