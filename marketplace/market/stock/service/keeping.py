"""Stores, and what comes into them, moves between them, and leaves them otherwise than to a household."""
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.core import audit, clock, places
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.market.stock.models import CONDITIONS, STORE_LIFE, Batch, Holding, Reservation, Store
from marketplace.market.stock.rules import (
    UNCHECKED,
    WRITE_OFF_REASONS,
    BatchDraft,
    Checked,
    IntakeMoved,
    StoreClosed,
    StoreNotEmpty,
    check_batch,
    check_checked,
    check_size,
    check_text,
    check_units,
)
from marketplace.market.stock.service import moving
from marketplace.market.wishes import goods
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
    """Nothing comes in any more, also nothing that is on its way and may come back. Raises NotAllowed, WrongState,
    StoreNotEmpty."""
    with transaction() as session:
        demand(by, "store.close", store)
        STORE_LIFE.move(store, "close")
        held = select(Holding.units).where(Holding.store_id == store.id, Holding.units > 0).limit(1)
        on_way = select(Reservation.id).where(Reservation.store_id == store.id, Reservation.state == "on_way").limit(1)
        if session.scalar(held) or session.scalar(on_way):
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
            received_at=clock.now(), **_kept(check_checked(item, draft.condition, draft.checked, clock.today())))
        session.add(batch)
        session.flush()
        moving.move(batch.id, source, moving.store_place(store.id), draft.units, "take_in", by.id, reason)
        audit.record(by.id, "stock.take_in", f"batch:{batch.id}", f"{draft.units} from {source}")
    return batch


def _kept(checked: Checked) -> dict[str, object]:
    return {"checked_by": checked.by or None, "checked_on": checked.on}


def put_right(batch: Batch, units: int, reason: str, by) -> int:
    """So many of a batch came in, and not as many as was typed: the rest goes back to where the books say it came from.

    Only while all of it is free in one store. Returns how many went back. Raises NotAllowed, IntakeMoved, Invalid.
    """
    with transaction() as session:
        there = session.scalars(select(Holding).where(Holding.batch_id == batch.id, Holding.units != 0).with_for_update(),
                                execution_options={"populate_existing": True}).all()
        came, now = sum(-one.units for one in there if one.place == batch.source), [one for one in there if not one.outside]
        if len(now) != 1 or not now[0].store_id or now[0].free != came:
            raise IntakeMoved
        demand(by, "stock.put_right", session.get_one(Store, now[0].store_id))
        words = check_text("reason", reason, needed=True)
        if not 0 <= units < came:
            raise Invalid("units", "fewer_came", most=came - 1)
        moving.move(batch.id, now[0].place, batch.source, came - units, "put_right", by.id, words)
        audit.record(by.id, "stock.put_right", f"batch:{batch.id}", f"{came - units} back to {batch.source}")
    return came - units


def transfer(batch: Batch, store: Store, to: Store, units: int, by) -> None:
    """Bring free units from one store of a charity to another. Raises NotAllowed, TooFewInStore, StoreClosed, Invalid."""
    with transaction() as session:
        demand(by, "stock.transfer", store)
        demand(by, "stock.transfer", to)
        check_units(units)
        if to.id == store.id:
            raise Invalid("to", "same_store")
        if session.get_one(Store, to.id, with_for_update=True).state != "open":
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


def change_condition(batch: Batch, store: Store, units: int, condition: str, by, checked: Checked = UNCHECKED) -> Batch:
    """Free units turned out better or worse than their batch: they become a batch of their own, in the same store.

    Nothing becomes new again; a used electrical thing is good only when somebody has checked it. Raises NotAllowed,
    TooFewInStore, Invalid.
    """
    with transaction():
        demand(by, "stock.change_condition", store)
        check_units(units)
        if condition not in CONDITIONS or condition in ("new", batch.condition):
            raise Invalid("condition", "not_new_again")
        item = goods.items().get(batch.item_code) if condition == "good" else None
        found = check_checked(item, condition, checked, clock.today())
        made = remake(batch, moving.store_place(store.id), store.id, units, by.id, condition, found)
        audit.record(by.id, "stock.change_condition", f"batch:{batch.id}", f"{units} {condition}, batch:{made.id}")
    return made


def remake(batch: Batch, place: str, store_id: int, units: int, by_id: int, condition: str,
           checked: Checked = UNCHECKED) -> Batch:
    """Units of a batch at `place` become a batch in another condition in a store. Joins."""
    made = moving.twin(batch, condition=condition, **_kept(checked))
    moving.move(batch.id, place, f"used:{made.id}", units, "condition", by_id)
    moving.move(made.id, f"made:{batch.id}", moving.store_place(store_id), units, "condition", by_id)
    return made
