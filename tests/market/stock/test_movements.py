"""Goods in store: nothing appears or vanishes, whatever is done with them."""
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed
from marketplace.extensions import db
from marketplace.market.stock import overview, queries, service
from marketplace.market.stock.models import Batch, Holding, Movement
from marketplace.market.stock.rules import (
    BatchDraft,
    Checked,
    IntakeMoved,
    KitIncomplete,
    PartDraft,
    StoreClosed,
    StoreNotEmpty,
    TooFewInStore,
)
from tests import campaigns, stock


def units(batch: Batch) -> dict[str, int]:
    """How many are at each kind of place."""
    db.session.expire_all()
    found: dict[str, int] = {}
    for holding in queries.places(batch):
        kind = holding.place.partition(":")[0]
        found[kind] = found.get(kind, 0) + holding.units
    return found


def test_what_comes_in_is_moved_counted_and_written_off_and_every_unit_is_told_for(city):
    charity = city.organisation()
    keeper, here, there = stock.keeper(city, charity), stock.store(city, charity), stock.store(city, charity)
    batch = stock.batch(keeper, here, units=200, source="offer:7")
    service.transfer(batch, here, there, 50, by=keeper)
    service.write_off(batch, there, 5, "damaged", by=keeper)
    worn = service.change_condition(batch, here, 20, "worn", by=keeper)
    with pytest.raises(TooFewInStore) as too_few:
        service.transfer(batch, here, there, 131, by=keeper)
    assert too_few.value.free == 130
    service.count(here, {batch.id: 128, worn.id: 21}, by=keeper, reason="两条找不到，多一条旧的")
    assert units(batch) == {"offer": -200, "store": 173, "written_off": 5, "used": 20, "missing": 2}
    assert units(worn) == {"made": -20, "found": -1, "store": 21}
    assert {(line.expected, line.counted) for line in queries.counts(keeper, here.id)[0].lines} == {(130, 128), (20, 21)}
    assert service.verify().wrong == [] and service.verify().movements == 7


def test_what_a_promise_speaks_for_goes_to_the_household_or_comes_back(city):
    charity = city.organisation()
    keeper, here = stock.keeper(city, charity), stock.store(city, charity)
    batch = stock.batch(keeper, here, units=10)
    given, back, gone, free = (service.reserve(batch.id, here.id, n, "proposal:1") for n in (4, 3, 2, 1))
    for refused in (lambda: service.reserve(batch.id, here.id, 1, "proposal:2"),
                    lambda: service.write_off(batch, here, 1, "unsafe", by=keeper)):
        with pytest.raises(TooFewInStore):
            refused()
    with pytest.raises(service.CountedBelowReserved):
        service.count(here, {batch.id: 9}, by=keeper, reason="少一条")
    service.release(free)
    for reservation in (given, back, gone):
        service.load(reservation, keeper.id)
    part = service.split(given, 1, keeper.id)
    service.give(given, keeper.id)
    service.take_back(part, keeper.id)
    service.give(back, keeper.id)
    service.take_back(back, keeper.id, "damaged")
    service.lose(gone, keeper.id)
    assert units(batch) == {"purchase": -10, "store": 2, "household": 3, "used": 3, "lost": 2}
    assert queries.free_units(keeper) == {("quilt", "double"): 2}  # the damaged ones are not given to anybody
    assert service.verify().wrong == []


def test_kits_are_made_of_what_ends_first_and_taken_apart_again(city):
    charity = city.organisation()
    keeper, here, today = stock.keeper(city, charity), stock.store(city, charity), clock.today()
    late = stock.batch(keeper, here, "hat_and_gloves", 4, expires_on=today + timedelta(days=90))
    soon = stock.batch(keeper, here, "hat_and_gloves", 4, expires_on=today + timedelta(days=30))
    quilts = stock.batch(keeper, here, units=9)
    kit = stock.kit(keeper)
    made = service.assemble(kit, here, 2, by=keeper)
    assert made.expires_on == soon.expires_on and made.price_fen == quilts.price_fen + 2 * soon.price_fen
    assert (units(soon), units(late)["store"], units(quilts)["store"]) == ({"purchase": -4, "used": 4}, 4, 7)
    with pytest.raises(KitIncomplete) as missing:
        service.assemble(kit, here, 3, by=keeper)
    assert (missing.value.item_code, missing.value.free, missing.value.needed) == ("hat_and_gloves", 4, 6)
    service.take_apart(made, here, 1, by=keeper)
    assert (units(soon)["store"], units(quilts)["store"], units(made)["store"]) == (2, 8, 1)
    assert service.verify().wrong == []


def test_what_cannot_be_in_a_store_is_refused_and_changes_nothing(city):
    charity = city.organisation()
    keeper, here = stock.keeper(city, charity), stock.store(city, charity)
    yesterday = clock.today() - timedelta(days=1)
    for draft, field in ((BatchDraft("sword", 1), "item_code"), (BatchDraft("quilt", 0, "double"), "units"),
                         (BatchDraft("quilt", 1, "44"), "size"), (BatchDraft("rice", 1), "expires_on"),
                         (BatchDraft("rice", 1, expires_on=yesterday), "expires_on")):
        with pytest.raises(Invalid) as no:
            service.take_in(here, draft, "purchase:1", by=keeper)
        assert no.value.field == field
    for stranger in (stock.keeper(city, city.organisation()), campaigns.clerk(city, charity), city.person("donor")):
        with pytest.raises(NotAllowed):
            stock.batch(stranger, here)
    assert db.session.scalars(select(Batch)).all() == []
    manager = campaigns.clerk(city, charity, "manager")
    batch = stock.batch(keeper, here, units=1)
    with pytest.raises(StoreNotEmpty):
        service.close_store(here, by=manager)
    service.write_off(batch, here, 1, "expired", by=keeper)
    service.close_store(here, by=manager)
    with pytest.raises(StoreClosed):
        stock.batch(keeper, here)


def test_a_store_waits_for_what_is_on_its_way_before_it_closes(city):
    charity = city.organisation()
    keeper, here = stock.keeper(city, charity), stock.store(city, charity)
    manager, batch = campaigns.clerk(city, charity, "manager"), stock.batch(keeper, here, units=2)
    sent = service.reserve(batch.id, here.id, 2, "proposal:1")
    service.load(sent, keeper.id)
    with pytest.raises(StoreNotEmpty):
        service.close_store(here, by=manager)
    service.give(sent, keeper.id)
    service.close_store(here, by=manager)


def test_an_intake_is_put_right_while_all_of_it_is_free(city):
    charity = city.organisation()
    keeper, here = stock.keeper(city, charity), stock.store(city, charity)
    batch = stock.batch(keeper, here, units=20)
    for number, reason in ((2, " "), (20, "打错"), (-1, "打错")):
        with pytest.raises(Invalid):
            service.put_right(batch, number, reason, by=keeper)
    with pytest.raises(NotAllowed):
        service.put_right(batch, 2, "打错", by=campaigns.clerk(city, charity))
    assert service.put_right(batch, 2, "多打了一个零", by=keeper) == 18
    assert units(batch) == {"purchase": -2, "store": 2} and service.verify().wrong == []
    service.reserve(batch.id, here.id, 1, "proposal:1")
    with pytest.raises(IntakeMoved):
        service.put_right(batch, 1, "又错", by=keeper)


def test_used_electrical_things_name_who_checked_them_and_nothing_becomes_new_again(city):
    charity, today = city.organisation(), clock.today()
    keeper, here = stock.keeper(city, charity), stock.store(city, charity)
    good = Checked("新湖维修部", today)
    wrong = ((Checked("x", today), "checked_by"), (Checked("——", today), "checked_by"), (Checked(), "checked_by"),
             (Checked("新湖维修部"), "checked_on"), (Checked("新湖维修部", today + timedelta(days=1)), "checked_on"))
    kettles = stock.batch(keeper, here, "kettle", 3)
    for checked, field in wrong:
        with pytest.raises(Invalid) as at_intake:
            stock.batch(keeper, here, "kettle", 1, condition="good", note="x", checked=checked)
        with pytest.raises(Invalid) as later:
            service.change_condition(kettles, here, 1, "good", keeper, checked)
        assert at_intake.value.field == later.value.field == field
    made = service.change_condition(kettles, here, 1, "good", keeper, good)
    assert (made.checked_by.reveal(), made.checked_on, service.can_be_given(made)) == ("新湖维修部", today, True)
    assert service.change_condition(made, here, 1, "worn", keeper).checked_by is None
    broken = service.change_condition(kettles, here, 1, "damaged", keeper)
    assert broken.checked_by is None and not service.can_be_given(broken)
    for condition in ("new", "damaged"):
        with pytest.raises(Invalid):
            service.change_condition(broken, here, 1, condition, keeper)


def test_a_kit_of_two_sizes_counts_no_quilt_twice(city):
    charity = city.organisation()
    keeper, here = stock.keeper(city, charity), stock.store(city, charity)
    kit = service.write_kit("两床", "", "bedding", [PartDraft("quilt", 1), PartDraft("quilt", 1, "double")], by=keeper)
    stock.batch(keeper, here, units=3)
    assert overview.makeable(kit, overview.to_give(keeper)[here.id]) == 1
    stock.batch(keeper, here, units=2, size="single")
    assert overview.makeable(kit, overview.to_give(keeper)[here.id]) == 2
    service.assemble(kit, here, 2, by=keeper)
    with pytest.raises(KitIncomplete):
        service.assemble(kit, here, 1, by=keeper)


def test_what_was_counted_away_and_is_found_again_goes_on_the_sheet_by_its_label(city):
    charity = city.organisation()
    keeper, here, there = stock.keeper(city, charity), stock.store(city, charity), stock.store(city, charity)
    batch = stock.batch(keeper, here, units=3)
    service.count(here, {batch.id: 0}, by=keeper, reason="找不到")
    assert queries.count_sheet(keeper, here.id) == []
    assert queries.found_again(keeper, here.id, f"{batch.ref[:4]}-{batch.ref[4:].lower()}").id == batch.id
    assert queries.found_again(keeper, there.id, batch.ref) is None
    assert queries.found_again(stock.keeper(city, city.organisation()), here.id, batch.ref) is None
    assert [line.batch.id for line in queries.count_sheet(keeper, here.id, [batch.ref])] == [batch.id]
    service.count(here, {batch.id: 3}, by=keeper, reason="在二号架后面")
    assert units(batch)["store"] == 3 and service.verify().wrong == []
    with clock.at(clock.now() + timedelta(days=400)):
        assert queries.found_again(keeper, here.id, batch.ref) is None


def test_the_database_itself_keeps_the_movements_and_what_they_add_up_to(city):
    charity = city.organisation()
    keeper, here = stock.keeper(city, charity), stock.store(city, charity)
    batch = stock.batch(keeper, here, units=3)
    place = f"store:{here.id}"
    known = {"batch_id": batch.id, "cause": "x", "by_id": 1, "at": clock.now()}
    for wrong in (update(Movement).values(units=1), delete(Movement),
                  Movement.__table__.insert().values(**known, from_place=place, to_place="nowhere", units=1),
                  Movement.__table__.insert().values(**known, from_place=place, to_place="purchase:1", units=4)):
        with pytest.raises(DatabaseError):
            db.session.execute(wrong)
        db.session.rollback()
    assert service.verify().wrong == []
    db.session.execute(update(Holding).where(Holding.place == place).values(units=2))
    assert service.verify().wrong == [f"batch {batch.id} at {place}", f"sum of batch {batch.id}"]
