"""Stores, and what comes into them, moves between them, and leaves them otherwise than to a household."""
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.core import audit, clock, places
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.market.stock.models import CONDITIONS, STORE_LIFE, Batch, Holding, Store
from marketplace.market.stock.rules import (
    WRITE_OFF_REASONS,
    BatchDraft,
    StoreClosed,
    StoreNotEmpty,
    check_batch,
    check_size,
    check_text,
    check_units,
)
from marketplace.market.stock.service import moving
from marketplace.people.accounts.permissions import demand


@dataclass(frozen=True)
class StoreDraft:
    """A store: where it stands, in a place of the city."""

    name: str
    place_code: str
    latitude: float
    longitude: float
    english: str = ""
    address: str = ""


def open_store(draft: StoreDraft, by) -> Store:
    """A new store of the charity that `by` works for. Raises NotAllowed, Invalid."""
    with transaction() as session:
        demand(by, "store.open")
        store = Store(organisation_id=by.organisation_id, opened_at=clock.now(), **_checked(draft))
        session.add(store)
        session.flush()
        audit.record(by.id, "store.open", f"store:{store.id}")
    return store


def change_store(store: Store, draft: StoreDraft, by) -> None:
    """Correct what is known of a store. Raises NotAllowed, Invalid."""
    with transaction():
        demand(by, "store.change", store)
        for name, value in _checked(draft).items():
            setattr(store, name, value)
        audit.record(by.id, "store.change", f"store:{store.id}")


def _checked(draft: StoreDraft) -> dict[str, object]:
    if not (places.known(draft.place_code) and draft.place_code.startswith(places.CITY)):
        raise Invalid("place_code", "empty")
    if not (-90 <= draft.latitude <= 90 and -180 <= draft.longitude <= 180):
        raise Invalid("latitude", "coordinates")
    return {"name": check_text("name", draft.name, 60, needed=True), "english": check_text("english", draft.english, 80),
            "address": check_text("address", draft.address), "place_code": draft.place_code,
            "latitude": draft.latitude, "longitude": draft.longitude}


def close_store(store: Store, by) -> None:
    """Nothing comes in any more. Raises NotAllowed, WrongState, StoreNotEmpty."""
    with transaction() as session:
        demand(by, "store.close", store)
        STORE_LIFE.move(store, "close")
        if session.scalar(select(Holding.units).where(Holding.store_id == store.id, Holding.units > 0).limit(1)):
            raise StoreNotEmpty
        audit.record(by.id, "store.close", f"store:{store.id}")


def reopen_store(store: Store, by) -> None:
    """Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "store.reopen", store)
        STORE_LIFE.move(store, "reopen")
        audit.record(by.id, "store.reopen", f"store:{store.id}")


def take_in(store: Store, draft: BatchDraft, source: str, by, reason: str = "") -> Batch:
    """Things came: a batch with its label. `source` is "offer:ID", "purchase:NUMBER" or "opening" (was there before).

    Raises NotAllowed, StoreClosed, Invalid.
    """
    with transaction() as session:
        demand(by, "stock.take_in", store)
        item = check_batch(draft, clock.today())
        if draft.condition not in CONDITIONS:
            raise Invalid("condition", "unknown")
        if session.get_one(Store, store.id, with_for_update=True).state != "open":
            raise StoreClosed
        batch = Batch(
            ref=moving.fresh_ref(), organisation_id=store.organisation_id, item_code=item.code,
            size=check_size(item, draft.size), condition=draft.condition, expires_on=draft.expires_on,
            price_fen=draft.price_fen or item.price_fen, source=source, note=check_text("note", draft.note),
            received_at=clock.now())
        session.add(batch)
        session.flush()
        moving.move(batch.id, source, moving.store_place(store.id), draft.units, "take_in", by.id, reason)
        audit.record(by.id, "stock.take_in", f"batch:{batch.id}", f"{draft.units} from {source}")
    return batch


def transfer(batch: Batch, store: Store, to: Store, units: int, by) -> None:
    """Bring free units from one store of a charity to another. Raises NotAllowed, TooFewInStore, StoreClosed, Invalid."""
    with transaction():
        demand(by, "stock.transfer", store)
        demand(by, "stock.transfer", to)
        check_units(units)
        if to.id == store.id:
            raise Invalid("to", "same_store")
        if to.state != "open":
            raise StoreClosed
        moving.move(batch.id, moving.store_place(store.id), moving.store_place(to.id), units, "transfer", by.id)
        audit.record(by.id, "stock.transfer", f"batch:{batch.id}", f"{units} to store:{to.id}")


def write_off(batch: Batch, store: Store, units: int, reason: str, by, words: str = "") -> None:
    """Free units cannot be given any more. `reason` is one of WRITE_OFF_REASONS; "other" is told in words.

    Raises NotAllowed, TooFewInStore, Invalid.
    """
    with transaction():
        demand(by, "stock.write_off", store)
        check_units(units)
        if reason not in WRITE_OFF_REASONS:
            raise Invalid("reason", "empty")
        words = check_text("words", words, needed=reason == "other")
        moving.move(batch.id, moving.store_place(store.id), "written_off", units, f"write_off:{reason}", by.id, words)
        audit.record(by.id, "stock.write_off", f"batch:{batch.id}", f"{units}, {reason}")


def change_condition(batch: Batch, store: Store, units: int, condition: str, by) -> Batch:
    """Free units turned out better or worse than their batch: they become a batch of their own, in the same store.

    Raises NotAllowed, TooFewInStore, Invalid.
    """
    with transaction():
        demand(by, "stock.change_condition", store)
        check_units(units)
        if condition not in CONDITIONS or condition == batch.condition:
            raise Invalid("condition", "unknown")
        made = remake(batch, moving.store_place(store.id), store.id, units, by.id, condition)
        audit.record(by.id, "stock.change_condition", f"batch:{batch.id}", f"{units} {condition}, batch:{made.id}")
    return made


def remake(batch: Batch, place: str, store_id: int, units: int, by_id: int, condition: str) -> Batch:
    """Units of a batch at `place` become a batch in another condition in a store. Joins."""
    made = moving.twin(batch, condition=condition)
    moving.move(batch.id, place, f"used:{made.id}", units, "condition", by_id)
    moving.move(made.id, f"made:{batch.id}", moving.store_place(store_id), units, "condition", by_id)
    return made
