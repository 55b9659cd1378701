"""The registry's verbs: loading it, and knowing its people when they come."""
import secrets
from datetime import date
from pathlib import Path

from sqlalchemy import delete, select, update

from marketplace.core import audit, clock, crypto
from marketplace.core.errors import Refused
from marketplace.core.outbox import announce
from marketplace.core.transaction import take_turn, transaction
from marketplace.network.registry import counts, loading, redeciding
from marketplace.network.registry.contract import Breach, check
from marketplace.network.registry.events import EligibilityLost
from marketplace.network.registry.models import NEVER, Household, HouseholdCard, Person
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand
from marketplace.people.accounts.rules import normal_phone

PERSON_PHONE = "person.phone"
CARD = "household_card.secret"


class InputBreached(Refused):
    """The files break the input contract; nothing was changed. `breaches` says where and why."""

    def __init__(self, breaches: list[Breach]):
        super().__init__(len(breaches))
        self.breaches = breaches


class NotInRegistry(Refused):
    """No counted member of a household has this phone."""


def import_files(households: Path, persons: Path, identities: Path | None, as_of: date, by: int) -> loading.Outcome:
    """Load or update the registry from files in the catalogue's schema, as of a day.

    Rows in the files are added or replaced; what the files do not name stays as it is. Eligibility of every household
    in them follows in the same transaction. Raises InputBreached, and then nothing has changed.
    """
    if breaches := check(households, persons, identities):
        raise InputBreached(breaches)
    with transaction():
        take_turn(redeciding.TURN)
        outcome = loading.load(households, persons, identities, as_of)
        counts.recount(clock.today())
        audit.record(by, "registry.import", f"as_of:{as_of}", f"{outcome.households}/{outcome.persons}")
    return outcome


def beneficiary(phone: str) -> User:
    """The account of the member whose proven phone this is; of an eligible household first.

    Raises NotInRegistry, Invalid("phone").
    """
    number = normal_phone(phone)
    with transaction() as session:
        found = session.execute(
            select(Person.id, Person.household_id).join(Household, Household.id == Person.household_id)
            .where(Person.phone_index.in_(crypto.indexes(PERSON_PHONE, number)), Person.counted)
            .order_by(Household.eligible_until.desc(), Person.id)).first()
        if found is None:
            raise NotInRegistry
        return accounts.of_phone(number, "beneficiary", household_id=found.household_id, person_id=found.id)


def new_card(household: Household, by: User) -> str:
    """The secret of a fresh paper card for the household; its old card stops working. Raises NotAllowed."""
    secret = "-".join(f"{secrets.randbelow(10**4):04}" for _ in range(4))
    with transaction() as session:
        demand(by, "household.card", household)
        session.execute(delete(HouseholdCard).where(HouseholdCard.household_id == household.id))
        session.add(HouseholdCard(household_id=household.id, secret=secret, secret_index=crypto.index(CARD, secret)))
        audit.record(by.id, "household.card", f"household:{household.id}")
    return secret


def card_holder(secret: str) -> int | None:
    """The household whose card this is, or None."""
    with transaction() as session:
        return session.scalar(select(HouseholdCard.household_id)
                              .where(HouseholdCard.secret_index.in_(crypto.indexes(CARD, secret.strip()))))


def end_overdue() -> int:
    """Announce households whose eligibility ran out by date since the last look. Returns how many."""
    with transaction() as session:
        take_turn(redeciding.TURN)
        ended = list(session.scalars(select(Household.id).where(
            Household.eligible_until < clock.today(), Household.eligible_until != NEVER)))
        for start in range(0, len(ended), 500):
            session.execute(update(Household).where(Household.id.in_(ended[start : start + 500]))
                            .values(eligible_until=NEVER))
        for household_id in ended:
            announce(EligibilityLost(household_id))
        if ended:
            counts.recount(clock.today())
    return len(ended)
