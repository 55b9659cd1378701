"""Contacts with households: whoever has one is silent no more."""
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from marketplace.assistance.policies.models import CONTACTS, Outreach, Screening
from marketplace.core import audit, clock
from marketplace.core.errors import Invalid
from marketplace.core.transaction import changed, transaction
from marketplace.network.registry.models import Household
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand

BY_WORKERS = tuple(kind for kind in CONTACTS if kind != "wished")


def record(home: Household, kind: str, by: User) -> Outreach:
    """Note what came of going to a household: list_given, visited, applied, declined or not_found.

    It leaves the list of the silent. Raises NotAllowed (also for one's own household), Invalid("kind").
    """
    with transaction():
        return record_all([home], kind, by)[0]


def record_all(homes: Sequence[Household], kind: str, by: User) -> list[Outreach]:
    """The same for several households at one moment: for all of them, or none. Raises as `record`."""
    with transaction():
        if kind not in BY_WORKERS:
            raise Invalid("kind", "unknown")
        now, noted = clock.now(), []
        for home in homes:
            demand(by, "outreach.record", home)
            noted.append(_note(home.id, kind, by.id, now))
            audit.record(by.id, "outreach.record", f"household:{home.id}", kind)
    return noted


def take_back(contact_ids: Sequence[int], by: User) -> int:
    """Undo what one wrote down oneself by mistake; the audit keeps both. How many still stood. Raises NotAllowed."""
    gone = 0
    with transaction() as session:
        for contact in session.scalars(select(Outreach).where(Outreach.id.in_(contact_ids)).order_by(Outreach.id)).all():
            demand(by, "contact.take_back", contact)
            if changed(delete(Outreach).where(Outreach.id == contact.id)):
                audit.record(by.id, "contact.take_back", f"household:{contact.household_id}", contact.kind)
                gone += 1
    return gone


def exported(run: Screening, what: str, rows: int, by: User) -> None:
    """Note that a list of households left the house as a file. Raises NotAllowed."""
    with transaction():
        demand(by, "silent.read")
        audit.record(by.id, "silent.read", f"screening:{run.id}", f"file of {what}, {rows} rows")


def wished(household_id: int, by_id: int) -> None:
    """Note that a wish was written for a household, by itself or by a worker; in the transaction of the wish."""
    with transaction():
        _note(household_id, "wished", by_id, clock.now())


def _note(household_id: int, kind: str, by_id: int, at: datetime) -> Outreach:
    with transaction() as session:
        contact = Outreach(household_id=household_id, by_id=by_id, at=at, kind=kind)
        session.add(contact)
        session.flush()
    return contact
