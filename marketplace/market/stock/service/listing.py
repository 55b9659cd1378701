"""Many batches at once, from a list; and the word in the audit trail when somebody takes lists along."""
from collections.abc import Sequence

from sqlalchemy import select

from marketplace.core import audit
from marketplace.core.errors import Refused
from marketplace.core.transaction import transaction
from marketplace.market.stock.models import Batch, Store
from marketplace.market.stock.rules import BatchDraft
from marketplace.market.stock.service import keeping
from marketplace.people.accounts.permissions import demand


class TakenInBefore(Refused):
    """This very list was taken in a moment ago."""


def take_in_list(store: Store, drafts: Sequence[BatchDraft], source: str, by, number: str) -> list[Batch]:
    """All of the list, or nothing of it; the list of one `number` once.

    Raises NotAllowed, StoreClosed, TakenInBefore, Invalid.
    """
    with transaction() as session:
        demand(by, "stock.take_in", store)
        session.get_one(Store, store.id, with_for_update=True)  # of two at once, the second sees the first
        entry = audit.AuditEntry
        known = session.scalar(select(entry.id).where(
            entry.subject == f"store:{store.id}", entry.capability == "stock.take_in", entry.reason == f"list {number}"))
        if known:
            raise TakenInBefore
        audit.record(by.id, "stock.take_in", f"store:{store.id}", f"list {number}")
        return [keeping.take_in(store, draft, source, by) for draft in drafts]


def record_export(what: str, rows: int, by) -> None:
    """Write down that somebody took `rows` of `what` ("stock", "movements") along. Raises NotAllowed."""
    with transaction():
        demand(by, "store.read")
        audit.record(by.id, "store.read", f"organisation:{by.organisation_id}", f"{what} exported, {rows} rows")
