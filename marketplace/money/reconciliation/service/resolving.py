from marketplace.core import audit, clock
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.money.reconciliation.models import LIFE, Difference
from marketplace.people.accounts.permissions import demand

LONGEST = 500


def resolve(difference: Difference, note: str, by) -> None:
    """A person has looked into a difference, and says what it was. Raises NotAllowed, WrongState, Invalid (note)."""
    with transaction():
        demand(by, "difference.resolve", difference)
        if not note.strip():
            raise Invalid("note", "empty")
        if len(note) > LONGEST:
            raise Invalid("note", "too_long", most=LONGEST)
        LIFE.move(difference, "resolve", note=note.strip(), resolved_at=clock.now(), resolved_by=by.id)
        audit.record(by.id, "difference.resolve", f"difference:{difference.id}")
