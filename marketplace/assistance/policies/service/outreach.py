"""Contacts with households: whoever has one is silent no more."""
from marketplace.assistance.policies.models import CONTACTS, Outreach
from marketplace.core import audit, clock
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.network.registry.models import Household
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand

BY_WORKERS = tuple(kind for kind in CONTACTS if kind != "wished")


def record(home: Household, kind: str, by: User) -> Outreach:
    """Note what came of going to a household: list_given, visited, applied, declined or not_found.

    It leaves the list of the silent. Raises NotAllowed (also for one's own household), Invalid("kind").
    """
    with transaction():
        demand(by, "outreach.record", home)
        if kind not in BY_WORKERS:
            raise Invalid("kind", "unknown")
        contact = _note(home.id, kind, by.id)
        audit.record(by.id, "outreach.record", f"household:{home.id}", kind)
    return contact


def wished(household_id: int, by_id: int) -> None:
    """Note that a wish was written for a household, by itself or by a worker; in the transaction of the wish."""
    with transaction():
        _note(household_id, "wished", by_id)


def _note(household_id: int, kind: str, by_id: int) -> Outreach:
    with transaction() as session:
        contact = Outreach(household_id=household_id, by_id=by_id, at=clock.now(), kind=kind)
        session.add(contact)
        session.flush()
    return contact
