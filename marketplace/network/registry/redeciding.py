"""Deciding eligibility again, household by household, when another catalogue is in force."""
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update

from marketplace.catalogue.model import Catalogue
from marketplace.core import clock
from marketplace.core.outbox import announce
from marketplace.core.transaction import take_turn, transaction
from marketplace.extensions import db
from marketplace.network.registry import counts, eligibility, facts, rulebook
from marketplace.network.registry.eligibility import Decision
from marketplace.network.registry.events import DecisionsDue, EligibilityGained, EligibilityLost
from marketplace.network.registry.models import NEVER, Household, HouseholdRecord, Person

BLOCK = 1000
TURN = "eligibility"  # nobody decides it while another does


def begin() -> None:
    """Have everybody's eligibility decided again, in the open transaction."""
    announce(DecisionsDue(0))


def decide_block(after: int) -> None:
    """Decide the households behind number `after`, one block, by the catalogue in force; then the next block is due.

    Who stays eligible keeps the day until which that was decided: a new catalogue makes no record fresher. Safe twice.
    """
    with transaction() as session:
        take_turn(TURN)
        numbers = list(session.scalars(select(Household.id).where(Household.id > after).order_by(Household.id).limit(BLOCK)))
        decide(numbers)
        if len(numbers) == BLOCK:
            announce(DecisionsDue(numbers[-1]))
        else:
            counts.recount(clock.today())


def decide(numbers: Sequence[int]) -> None:
    """Decide these households by the catalogue in force, each as of the day of its record; in the open transaction."""
    rows = db.session.execute(select(HouseholdRecord.household_id, HouseholdRecord.as_of)
                              .where(HouseholdRecord.household_id.in_(numbers)).order_by(HouseholdRecord.household_id))
    loaded = defaultdict[date, list[int]](list)
    for number, as_of in rows:
        loaded[as_of].append(number)
    catalogue = rulebook.current()
    for as_of, those in loaded.items():
        _decide(catalogue, as_of, those)


def _decide(catalogue: Catalogue, as_of: date, numbers: Sequence[int]) -> None:
    day = min(max(as_of, catalogue.first_day), catalogue.last_day)
    known = facts.load(numbers)
    block = known.block(catalogue)
    _count(numbers, known.persons.tolist(), eligibility.counted(catalogue, block, day).tolist())
    decisions = eligibility.decide(catalogue, block, day, as_of)
    before = dict(db.session.execute(select(Household.id, Household.eligible_until).where(Household.id.in_(numbers))).all())
    homes, bases = [], []
    for number, decision in zip(known.households.tolist(), decisions):
        until = _until(decision, before[number])
        bases.append({"household_id": number, "basis": decision.basis})
        if until != before[number]:
            homes.append({"id": number, "eligible_until": until})
            announce(EligibilityLost(number) if until == NEVER else EligibilityGained(number))
    if homes:
        db.session.execute(update(Household), homes)
    db.session.execute(update(HouseholdRecord), bases)


def _until(decision: Decision, before: date) -> date:
    if decision.until is None:
        return NEVER
    if before != NEVER:
        return before
    return decision.until if decision.until >= clock.today() else NEVER


def _count(homes: Sequence[int], persons: list[int], counted: list[bool]) -> None:
    now = dict(db.session.execute(select(Person.id, Person.counted).where(Person.household_id.in_(homes))).all())
    rows = [{"id": number, "counted": counts} for number, counts in zip(persons, counted) if now[number] != counts]
    if rows:
        db.session.execute(update(Person), rows)
