"""Somebody counts what is there; the difference is a movement like any other, never a silent correction."""
from collections.abc import Mapping

from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, Refused
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.stock.models import Holding, StockCount, StockCountLine, Store
from marketplace.market.stock.rules import MOST_UNITS, check_text
from marketplace.market.stock.service import moving
from marketplace.people.accounts.permissions import demand


class CountedBelowReserved(Refused):
    """Fewer of a batch are there than promises speak for: `batch_id`, `counted`, `reserved`. Those are solved first."""

    def __init__(self, batch_id: int, counted: int, reserved: int):
        super().__init__(batch_id, counted, reserved)
        self.batch_id, self.counted, self.reserved = batch_id, counted, reserved


def count(store: Store, found: Mapping[int, int], by, reason: str = "") -> StockCount:
    """Write down how many units of each batch (by number) are there, and move the differences to "missing" or from "found".

    A difference needs a reason. Raises NotAllowed, CountedBelowReserved, Invalid.
    """
    with transaction() as session:
        demand(by, "stock.count", store)
        if not found or any(not 0 <= units <= MOST_UNITS for units in found.values()):
            raise Invalid("units", "units_between", most=MOST_UNITS)
        lines = _lines(store, found)
        differing = [line for line in lines if line.counted != line.expected]
        made = StockCount(store_id=store.id, organisation_id=store.organisation_id, by_id=by.id, at=clock.now(), lines=lines,
                          reason=check_text("reason", reason, needed=bool(differing)))
        session.add(made)
        session.flush()
        for line in differing:
            _settle(line, moving.store_place(store.id), f"count:{made.id}", by.id, made.reason)
        audit.record(by.id, "stock.count", f"store:{store.id}", f"{len(lines)} batches, {len(differing)} differ")
    return made


def _lines(store: Store, found: Mapping[int, int]) -> list[StockCountLine]:
    """Each batch as the books have it, locked until the count is written."""
    holdings = db.session.scalars(
        select(Holding).where(Holding.store_id == store.id, Holding.batch_id.in_(found)).order_by(Holding.batch_id)
        .with_for_update(), execution_options={"populate_existing": True}).all()
    if len(holdings) < len(found):
        raise Invalid("units", "unknown_batch")
    for holding in holdings:
        if found[holding.batch_id] < holding.reserved:
            raise CountedBelowReserved(holding.batch_id, found[holding.batch_id], holding.reserved)
    return [StockCountLine(batch_id=h.batch_id, expected=h.units, counted=found[h.batch_id]) for h in holdings]


def _settle(line: StockCountLine, place: str, cause: str, by_id: int, reason: str) -> None:
    more = line.counted - line.expected
    if more > 0:
        moving.move(line.batch_id, "found", place, more, cause, by_id, reason)
    else:
        moving.move(line.batch_id, place, "missing", -more, cause, by_id, reason)
