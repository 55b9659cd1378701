"""From a giver's word to the charity's store."""
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import problems, replacing
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.problems import Back
from marketplace.market.matching.service import reading
from marketplace.market.offers import queries, service
from marketplace.market.offers.models import Offer, OfferContact
from marketplace.market.offers.rules import NotOpen, OtherUnits, Reach, TooFewOffered
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock import service as goods
from marketplace.market.stock.models import Store
from marketplace.market.stock.rules import BatchDraft
from marketplace.market.thanking import service as thanking
from marketplace.market.transparency import offers as trails
from marketplace.money.receipts.models import Receipt
from marketplace.people.notices import queries as notices
from marketplace.people.organisations.models import Organisation
from tests import campaigns, offers, stock, volunteers


def test_an_offer_is_accepted_and_comes_to_the_store_in_parts_and_never_more_than_it_is(city):
    charity, giver = city.organisation(), city.person("donor")
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    offer = service.make(offers.draft(charity, 200), by=giver)
    with pytest.raises(NotOpen):
        service.take_in(offer, store, BatchDraft("quilt", 1, "double"), by=keeper)
    service.accept(offer, by=keeper)
    service.take_in(offer, store, BatchDraft("quilt", 150, "double"), by=keeper)
    with pytest.raises(TooFewOffered) as too_few:
        service.take_in(offer, store, BatchDraft("quilt", 51, "double"), by=keeper)
    assert too_few.value.left == 50
    service.hold(offer, 1)  # for a household, straight from the giver
    with pytest.raises(TooFewOffered):
        service.take_in(offer, store, BatchDraft("quilt", 50, "double"), by=keeper)
    service.release(offer.id, 1)
    service.take_in(offer, store, BatchDraft("quilt", 50, "single", "worn"), by=keeper)
    assert (offer.state, offer.taken, offer.left) == ("ended", 200, 0)
    assert goods.verify().wrong == []
    with pytest.raises(WrongState):
        service.withdraw(offer, by=giver)


def test_what_nobody_may_offer_is_refused_with_the_field_that_is_wrong(city):
    charity, giver = city.organisation(), city.person("donor")
    wrong = [({"item_code": "kettle", "category": "kitchen", "size": "", "condition": "good"}, "condition"),
             ({"words": "还有几瓶白酒"}, "words"), ({"words": "电话 13912345678"}, "words"), ({"days": 400}, "ends_on"),
             ({"category": "school"}, "item_code"), ({"kind": "service", "weekdays": ()}, "weekdays"),
             ({"kind": "money", "units": 399}, "units"), ({"area_code": "1101"}, "area_code"), ({"units": 0}, "units"),
             ({"age_bands": ("100",)}, "age_bands")]
    for facts, field in wrong:
        with pytest.raises(Invalid) as no:
            service.make(offers.draft(charity, **facts), by=giver)
        assert no.value.field == field, facts
    assert db.session.query(Offer).count() == 0


def test_a_company_without_an_account_is_written_down_by_a_clerk_and_by_nobody_else(city):
    charity = city.organisation()
    clerk, reach = campaigns.clerk(city, charity), Reach("某某家纺", "0534-1234567")
    offer = service.record(offers.draft(charity), reach, by=clerk)
    contact = db.session.get_one(OfferContact, offer.id)
    assert contact.name.reveal() == "某某家纺" and "某某" not in repr(contact.name) and offer.giver_id == 0
    for draft, said in ((offers.draft(city.organisation()), reach), (offers.draft(charity), Reach("某某家纺"))):
        with pytest.raises(Invalid):
            service.record(draft, said, by=clerk)
    stranger = campaigns.clerk(city, city.organisation())
    for verb in (lambda: service.accept(offer, by=stranger), lambda: service.withdraw(offer, by=city.person("donor"))):
        with pytest.raises(NotAllowed):
            verb()


def test_an_offer_ends_on_its_day_by_itself_once(city, hold):
    offer = offers.accepted(city, city.organisation(), days=3)
    assert service.expire_overdue() == 0
    with hold(clock.now() + timedelta(days=4)):
        assert service.expire_overdue() == 1 and service.expire_overdue() == 0
    db.session.refresh(offer)
    assert offer.state == "expired"


def test_many_at_once_take_in_no_more_than_was_offered(city, app):
    charity = city.organisation()
    keeper, store, offer = stock.keeper(city, charity), stock.store(city, charity), offers.accepted(city, charity, 5)
    ids = (offer.id, store.id, keeper.id)
    db.session.remove()

    def take(_n) -> bool:
        with app.app_context():
            try:
                taken = service.take_in(db.session.get(Offer, ids[0]), db.session.get(Store, ids[1]),
                                        BatchDraft("quilt", 1, "double"), by=db.session.get(type(keeper), ids[2]))
                return bool(taken.id)
            except (TooFewOffered, NotOpen):
                return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, range(12))) == 5
    assert db.session.get_one(Offer, ids[0]).taken == 5 and goods.verify().wrong == []


def test_what_comes_late_or_beyond_the_offer_is_taken_in_and_told_truly(city, hold):
    charity = city.organisation()
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    offer = offers.accepted(city, charity, 200, days=1)
    refused = service.make(offers.draft(charity, 5, days=1), by=city.person("donor"))
    draft = BatchDraft("quilt", 205, "double")
    with hold(clock.now() + timedelta(days=3)):
        service.expire_overdue()
        assert offer.state == refused.state == "expired"
        with pytest.raises(NotOpen):  # nobody ever said yes to it
            service.take_in(refused, store, BatchDraft("quilt", 1, "double"), by=keeper)
        with pytest.raises(TooFewOffered):
            service.take_in(offer, store, draft, by=keeper)
        service.take_in(offer, store, draft, by=keeper, more=True)
        assert (offer.units, offer.taken, offer.surplus, offer.left) == (205, 205, 5, 0)
        steps = [(step.kind, step.units) for step in trails.trail(offer).steps]
        assert steps == [("offered", 200), ("accepted", 0), ("came", 205), ("surplus", 5), ("expired", 0)]
    late = offers.accepted(city, charity, 3, days=1)
    with hold(clock.now() + timedelta(days=70)):
        with pytest.raises(NotOpen):
            service.take_in(late, store, BatchDraft("quilt", 1, "double"), by=keeper)


def test_an_intake_that_was_typed_wrongly_is_put_right_with_its_receipt(city):
    charity, giver = city.organisation(), city.person("donor")
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    offer = offers.accepted(city, charity, 20, by=giver)
    batch = service.take_in(offer, store, BatchDraft("quilt", 25, "double"), by=keeper, more=True)
    city.settle()
    service.put_right(batch, 2, "多打了", by=keeper)
    city.settle()
    assert (offer.state, offer.units, offer.taken, offer.surplus, offer.left) == ("accepted", 20, 2, 0, 18)
    papers = db.session.scalars(select(Receipt).order_by(Receipt.id)).all()
    assert [(one.state, json.loads(one.lines)[0][1], bool(one.reverses_id)) for one in papers] == [
        ("reversed", 25, False), ("issued", 25, True), ("issued", 2, False)]
    assert "2" in notices.newest(1)[0].text and [one.units for one in queries.intakes(offer)] == [2]
    told = trails.trail(offer)
    assert (told.where.left, told.where.stored) == (18, 2)
    assert ("put_right", 23) in [(step.kind, step.units) for step in told.steps]
    service.put_right(batch, 0, "根本没有到", by=keeper)
    city.settle()
    assert queries.intakes(offer) == [] and not db.session.scalars(
        select(Receipt).where(Receipt.state == "issued", Receipt.reverses_id.is_(None))).all()
    again = service.take_in(offer, store, BatchDraft("quilt", 4, "double"), by=keeper)
    city.settle()
    thanking.declare(queries.intake(again.id), 32_000, "00123", by=keeper)
    with pytest.raises(Invalid):
        service.put_right(again, 1, "打错", by=keeper)
    assert goods.verify().wrong == []


def promised(city, need, offer, units: int) -> tuple[Delivery, Pledge]:
    clerk = campaigns.clerk(city, db.session.get_one(Organisation, offer.organisation_id))
    number = pledges.from_offer(need, units, offer, by=clerk).id
    city.settle()
    pledge = db.session.get_one(Pledge, number)
    return db.session.get_one(Delivery, pledge.delivery_id), pledge


def test_units_of_an_offer_are_open_again_when_nothing_came_of_them_and_only_then(city):
    charity, by, worker = city.organisation(), city.person("donor"), city.person("social_worker")
    store, keeper = stock.store(city, charity), stock.keeper(city, charity)
    things, visits = (offers.accepted(city, charity, 9, by=by, to_store=False),
                      offers.accepted(city, charity, 9, by=by, kind="service", category="haircut", to_store=False))

    def on_way(offer, **need) -> Delivery:
        found, _pledge = promised(city, city.need(wanted=2, charity=charity, worker=worker, **need), offer, 2)
        deliveries.dispatch(found, "parcel" if found.kind == "goods" else "visit", by=by)
        return found

    missed, lost, back, damaged, kept = (on_way(visits, kind="service", category="haircut", price_fen=0), on_way(things),
                                         on_way(things), on_way(things), on_way(things))
    assert (visits.promised, things.promised) == (2, 8)
    with transaction():
        deliveries.call_off(missed, "lost", worker.id)
    deliveries.lose(lost, by=worker)
    for one in (back, damaged, kept):
        deliveries.arrive(one, by=worker)
    for one, why in ((back, Back("refused", "不要了")), (damaged, Back("damaged", "破了", "damaged"))):
        waits = problems.turn_back(one, why, by=worker)
        assert things.promised == (8 if one is back else 6)  # until the giver has fetched them
        problems.fetched(waits, by=worker)
        db.session.refresh(things)
        assert things.promised == 6
    problem = problems.turn_back(kept, Back("wrong", "送错", goes_to="charity"), by=worker)
    city.settle()
    assert (visits.promised, visits.left) == (0, 9)
    assert (things.promised, things.taken, things.left) == (6, 0, 3)  # lost and damaged ones are gone
    found = replacing.one(keeper, "problem.take_in", problem.id)
    replacing.take_in(found, store, BatchDraft("quilt", 2, "double", "worn"), by=keeper)
    assert (things.promised, things.taken, things.left) == (4, 2, 3)
    assert "不能发给家庭" in notices.newest(1)[0].text and "offers/follow" in notices.newest(1)[0].text


def test_hours_and_visits_are_not_taken_for_one_another(city):
    charity = city.organisation()
    by = volunteers.user(volunteers.volunteer(city, charity))
    lessons = offers.accepted(city, charity, 10, by=by, kind="service", category="tutoring", to_store=False)
    facts = {"kind": "service", "category": "tutoring", "wanted": 8, "price_fen": 0, "charity": charity}
    hours, visits = city.need(**facts), city.need(**facts)
    visits.unit = "次"
    db.session.commit()
    assert hours.unit == "小时" and [need.id for need in reading.read(charity.id).needs] == [hours.id]
    assert promised(city, hours, lessons, 8)[1].units == 8 and lessons.left == 2
    with pytest.raises(OtherUnits):
        promised(city, visits, lessons, 2)
