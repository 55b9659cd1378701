"""Kits: things that are given together, made of what is in a store, and taken apart again."""
from collections.abc import Sequence

from sqlalchemy import func, or_, select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.stock.models import Batch, Holding, Kit, KitPart, Movement, Store
from marketplace.market.stock.rules import (
    GIVEN_OUT,
    KitIncomplete,
    PartDraft,
    check_parts,
    check_text,
    check_units,
    kit_code,
)
from marketplace.market.stock.service import moving
from marketplace.market.wishes import goods
from marketplace.people.accounts.permissions import demand


def write_kit(name: str, english: str, category: str, parts: Sequence[PartDraft], by) -> Kit:
    """A new kit of the charity that `by` works for. Raises NotAllowed, Invalid."""
    with transaction() as session:
        demand(by, "kit.write")
        check_parts(parts)
        found = goods.categories().get(category)
        if found is None or found.kind != "goods":
            raise Invalid("category", "unknown")
        name = check_text("name", name, 60, needed=True)
        if session.scalar(select(Kit.id).where(Kit.organisation_id == by.organisation_id, Kit.name == name)):
            raise Invalid("name", "name_taken")
        kit = Kit(organisation_id=by.organisation_id, name=name, english=check_text("english", english, 80),
                  category=category, parts=[KitPart(item_code=p.item_code, size=p.size, units=p.units) for p in parts])
        session.add(kit)
        session.flush()
        audit.record(by.id, "kit.write", f"kit:{kit.id}")
    return kit


def assemble(kit: Kit, store: Store, number: int, by) -> Batch:
    """Make `number` kits of what is free in the store, what ends first first. Raises NotAllowed, KitIncomplete, Invalid."""
    with transaction() as session:
        demand(by, "stock.assemble", store)
        demand(by, "kit.assemble", kit)
        check_units(number)
        made = Batch(ref=moving.fresh_ref(), organisation_id=kit.organisation_id, item_code=kit_code(kit.id),
                     source=kit_code(kit.id), received_at=clock.now())
        session.add(made)
        session.flush()
        worth, first_end = 0, None
        for part in sorted(kit.parts, key=lambda one: not one.size):  # what takes any size has what the others leave
            for batch, units in _chosen(part, store, part.units * number):
                moving.move(batch.id, moving.store_place(store.id), f"used:{made.id}", units, f"kit:{kit.id}", by.id)
                worth += units * batch.price_fen
                first_end = min(filter(None, (first_end, batch.expires_on)), default=None)
        made.price_fen, made.expires_on = worth // number, first_end
        moving.move(made.id, f"made:{kit_code(kit.id)}", moving.store_place(store.id), number, "assemble", by.id)
        audit.record(by.id, "kit.assemble", f"batch:{made.id}", f"{number} of kit:{kit.id}")
    return made


def take_apart(batch: Batch, store: Store, number: int, by) -> None:
    """Put the parts of `number` kits back as they came, in the proportions in which the whole batch was made.

    Only whole batches or parts that come out even. Raises NotAllowed, TooFewInStore, Invalid.
    """
    with transaction() as session:
        demand(by, "stock.assemble", store)
        check_units(number)
        made = session.scalar(select(func.sum(Movement.units)).where(
            Movement.batch_id == batch.id, Movement.cause == "assemble")) or 0
        used = session.execute(select(Holding.batch_id, Holding.units).where(
            Holding.place == f"used:{batch.id}", Holding.units > 0).order_by(Holding.batch_id)).all()
        left = made - _taken_apart(batch)
        if not used or left < number or any(units * number % left for _part, units in used):
            raise Invalid("units", "kit_uneven")
        moving.move(batch.id, moving.store_place(store.id), "used:apart", number, "take_apart", by.id)
        for part_id, units in used:
            moving.move(part_id, f"used:{batch.id}", moving.store_place(store.id), units * number // left, "take_apart",
                        by.id)
        audit.record(by.id, "kit.assemble", f"batch:{batch.id}", f"{number} taken apart")


def _taken_apart(batch: Batch) -> int:
    return db.session.scalar(select(func.sum(Movement.units)).where(
        Movement.batch_id == batch.id, Movement.cause == "take_apart")) or 0


def _chosen(part: KitPart, store: Store, needed: int) -> list[tuple[Batch, int]]:
    """Free units of what fits a part, the earliest end and the oldest first. Raises KitIncomplete."""
    found = db.session.execute(
        select(Batch, Holding.units - Holding.reserved).join(Holding, Holding.batch_id == Batch.id).where(
            Holding.store_id == store.id, Holding.units > Holding.reserved, Batch.item_code == part.item_code,
            Batch.condition.in_(GIVEN_OUT), Batch.size == part.size if part.size else Batch.size == Batch.size,
            or_(Batch.expires_on.is_(None), Batch.expires_on >= clock.today()))
        .order_by(Batch.expires_on.is_(None), Batch.expires_on, Batch.id)).all()
    chosen, missing = [], needed
    for batch, free in found:
        taken = min(free, missing)
        if taken:
            chosen.append((batch, taken))
            missing -= taken
    if missing:
        raise KitIncomplete(part.item_code, needed - missing, needed)
    return chosen
