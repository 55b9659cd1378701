"""Many batches at once, from a list; and the word in the audit trail when somebody takes lists along."""
from collections.abc import Sequence

from marketplace.core import audit
from marketplace.core.transaction import transaction
from marketplace.market.stock.models import Batch, Store
from marketplace.market.stock.rules import BatchDraft
from marketplace.market.stock.service import keeping
from marketplace.people.accounts.permissions import demand


def take_in_list(store: Store, drafts: Sequence[BatchDraft], source: str, by) -> list[Batch]:
    """All of the list, or nothing of it. Raises NotAllowed, StoreClosed, Invalid."""
    with transaction():
        demand(by, "stock.take_in", store)
        audit.record(by.id, "stock.take_in", f"store:{store.id}", f"list of {len(drafts)}")
        return [keeping.take_in(store, draft, source, by) for draft in drafts]


def record_export(what: str, rows: int, by) -> None:
    """Write down that somebody took `rows` of `what` ("stock", "movements") along. Raises NotAllowed."""
    with transaction():
        demand(by, "store.read")
        audit.record(by.id, "store.read", f"organisation:{by.organisation_id}", f"{what} exported, {rows} rows")
