"""Taking up an organisation."""
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.core import audit, clock, credit_code, places
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations.models import KINDS, Certificate, Organisation
from marketplace.people.organisations.service import team


@dataclass(frozen=True)
class OrganisationDraft:
    """What an officer knows of an organisation, and who will manage it here."""

    name: str
    english: str
    credit_code: str
    kind: str
    area_code: str
    registered_on: date | None
    manager_name: str
    manager_username: str


def found(draft: OrganisationDraft, by: User) -> tuple[Organisation, User, str]:
    """Take up an organisation of the officer's area with its first manager, and the secret of the manager's link.

    Raises NotAllowed, Invalid.
    """
    with transaction():
        demand(by, "organisation.create", Organisation(area_code=draft.area_code))
        made = create(draft.name, draft.credit_code, english=draft.english, area_code=draft.area_code, by=by.id,
                      registered_on=draft.registered_on, kind=draft.kind)
        manager, secret = team.appoint(made, draft.manager_name, draft.manager_username, by)
    return made, manager, secret


def create(name: str, code: str, qualified_until: date | None = None, english: str = "", area_code: str = "3714",
           by: int = 0, registered_on: date | None = None, kind: str = "charity", number: str = "") -> Organisation:
    """Take up an organisation, from the command line or for somebody who may.

    `code` is its unified social credit code (GB 32100-2015). With `qualified_until` its certificate of public
    fundraising counts as checked, from today to that day; `number` is the certificate's, when it is known.

    Raises Invalid for a name, code, area, kind or day that cannot be, and for a code that is taken.
    """
    code = credit_code.normal(code)
    _check(name, code, area_code, kind, registered_on)
    with transaction() as session:
        if session.scalar(select(Organisation.id).where(Organisation.credit_code == code)):
            raise Invalid("credit_code", "taken")
        made = Organisation(name=name.strip(), english=english.strip(), credit_code=code, area_code=area_code, kind=kind,
                            registered_on=registered_on)
        session.add(made)
        session.flush()
        audit.record(by, "organisation.create", f"organisation:{made.id}")
        if qualified_until:
            _take_up_certificate(made, qualified_until, number, by)
    return made


def _take_up_certificate(organisation: Organisation, until: date, number: str, by: int) -> None:
    """A certificate that somebody has seen on paper; a day that is over is taken up too, and counts no more."""
    now = clock.now()
    made = Certificate(organisation_id=organisation.id, area_code=organisation.area_code, number=number.strip(),
                       valid_from=min(clock.today(), until), valid_until=until, state="approved", recorded_by=by,
                       recorded_at=now, checked_by=by, checked_at=now)
    db.session.add(made)
    db.session.flush()
    audit.record(by, "certificate.approve", f"certificate:{made.id}", "taken up with the organisation")


def _check(name: str, code: str, area_code: str, kind: str, registered_on: date | None) -> None:
    if not name.strip():
        raise Invalid("name", "empty")
    if not credit_code.valid(code):
        raise Invalid("credit_code", "credit_code")
    if not places.known(area_code):
        raise Invalid("area_code", "unknown")
    if kind not in KINDS:
        raise Invalid("kind", "unknown")
    if registered_on and registered_on > clock.today():
        raise Invalid("registered_on", "not_come")
