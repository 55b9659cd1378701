"""What is in stores and offers is proposed to wishes, and people say yes or no."""
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.errors import NotAllowed, WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.campaigns import rules
from marketplace.market.funds import queries as giving
from marketplace.market.funds import service as giving_service
from marketplace.market.funds.models import Grant
from marketplace.market.matching import queries, service, suggestions
from marketplace.market.matching.models import Proposal
from marketplace.market.offers.models import Offer
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock import queries as stores
from marketplace.market.stock import service as goods
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.models import Guest
from tests import campaigns, funds, offers, stock
from tests.city import OTHER_TOWN, TOWN


@pytest.fixture
def ready(city):
    charity = city.organisation()
    keeper, store = stock.keeper(city, charity), stock.store(city, charity, TOWN)
    return charity, city.person("social_worker"), keeper, store


def waiting(need: Need, days: int) -> Need:
    """As if its wish had been published so long ago."""
    with transaction() as session:
        session.get_one(Wish, need.wish_id).published_at -= timedelta(days=days)
    return need


def standing() -> list[Proposal]:
    db.session.expire_all()
    return list(db.session.scalars(select(Proposal).where(Proposal.state == "proposed").order_by(Proposal.need_id)))


def test_stock_is_proposed_to_who_waits_longest_and_says_why_and_a_new_run_moves_nothing_confirmed(city, ready):
    charity, worker, keeper, store = ready
    first = waiting(city.need(charity=charity, worker=worker), 40)
    second, third = (city.need(charity=charity, worker=worker) for _n in range(2))
    batch = stock.batch(keeper, store, units=2, size="double")
    run = service.run(charity.id, by=keeper)
    assert (run.needs, run.lines, run.proposals, run.proven) == (3, 1, 2, True) and run.objective <= run.bound
    shown = queries.listed(keeper, queries.Wanted()).rows
    assert shown[0].proposal.need_id == first.id and sum(shown[0].terms.values()) == shown[0].proposal.score
    pledge = service.confirm(shown[0].proposal, by=keeper)
    assert (pledge.state, pledge.units, first.id) == ("committed", 1, pledge.need_id)
    again = service.run(charity.id, by=keeper)
    assert again.needs == 2 and db.session.get_one(Pledge, pledge.id).state == "committed"
    assert [p.need_id for p in standing()] == [min(second.id, third.id)]
    with pytest.raises(WrongState):
        service.confirm(shown[0].proposal, by=keeper)
    assert stores.places(batch)[0].reserved == 1 and goods.verify().wrong == []


def test_sizes_conditions_of_the_giver_and_undivided_needs_are_kept(city, ready):
    charity, worker, keeper, store = ready
    far = city.need(home=city.home(OTHER_TOWN + "001"), charity=charity, worker=worker)
    near = city.need(charity=charity, worker=worker, wanted=2)
    single = city.need(charity=charity, worker=worker)
    other = city.person("social_worker")
    wishes.classify(single, "quilt", "single", False, by=other)
    wishes.classify(far, "quilt", "double", False, by=other)
    offer = offers.accepted(city, charity, 9, area_code=TOWN[:6], to_store=False)
    service.run(charity.id, by=keeper)
    assert [(p.need_id, p.units, p.offer_id) for p in standing()] == [(near.id, 2, offer.id)]
    stock.batch(keeper, store, units=1, size="single")
    service.run(charity.id, by=keeper)
    assert {p.need_id for p in standing()} == {near.id, single.id} and far.id not in {p.need_id for p in standing()}


def test_many_are_confirmed_at_once_and_what_cannot_be_any_more_is_said(city, ready):
    charity, worker, keeper, store = ready
    needs = [city.need(charity=charity, worker=worker) for _n in range(4)]
    batch = stock.batch(keeper, store, units=4, size="double")
    service.run(charity.id, by=keeper)
    all_of_them = standing()
    city.promise(needs[0])
    wishes.withdraw(db.session.get_one(Wish, needs[1].wish_id), by=worker)
    city.settle()
    outcomes = service.confirm_many(all_of_them, by=keeper)
    assert [type(o.refusal).__name__ for o in outcomes] == ["TooFewLeft", "WrongState", "NoneType", "NoneType"]
    assert standing() == [] and {h.place: h.reserved for h in stores.places(batch)}[f"store:{store.id}"] == 2
    for stranger in (stock.keeper(city, city.organisation()), worker):
        with pytest.raises(NotAllowed):
            service.run(charity.id, by=stranger)


def test_what_people_declined_is_not_proposed_again_but_others_are(city, ready):
    charity, worker, keeper, store = ready
    need = city.need(charity=charity, worker=worker)
    stock.batch(keeper, store, units=1, size="double")
    service.run(charity.id, by=keeper)
    service.decline(standing()[0], "这家已经有了", by=keeper)
    service.run(charity.id, by=keeper)
    assert standing() == []
    second = stock.batch(keeper, store, units=1, size="double")
    service.run(charity.id, by=keeper)
    assert [(p.need_id, p.batch_id) for p in standing()] == [(need.id, second.id)]


def test_a_giver_who_wants_to_be_asked_says_yes_or_the_things_are_free_again(city, ready, hold):
    charity, worker, keeper, store = ready
    for _n in range(2):
        city.need(charity=charity, worker=worker)
    giver = city.person("donor")
    offer = offers.accepted(city, charity, 2, by=giver, to_store=False, asks_giver=True)
    service.run(charity.id, by=keeper)
    asked = [service.confirm(p, by=keeper) for p in standing()]
    city.settle()
    assert {p.state for p in asked} == {"reserved"} and db.session.get_one(Offer, offer.id).promised == 2
    pledges.commit(asked[0], by=giver)
    with hold(clock.now() + timedelta(days=4)):
        pledges.lapse()
        city.settle()
    assert [db.session.get_one(Pledge, p.id).state for p in asked] == ["committed", "expired"]
    assert db.session.get_one(Offer, offer.id).promised == 1


def test_money_that_was_offered_is_paid_by_its_giver_for_what_the_site_found(city, ready):
    charity, worker, keeper, _store = ready
    need = city.need(kind="money", category="aid", wanted=30_000, charity=charity, worker=worker)
    city.need(kind="money", category="aid", wanted=5_000, charity=city.organisation(), worker=worker)
    offer = offers.accepted(city, charity, 10_000, kind="money")
    clerk = campaigns.clerk(city, charity)
    service.run(charity.id, by=clerk)
    assert [(p.need_id, p.units) for p in standing()] == [(need.id, 10_000)]
    pledge = service.confirm(standing()[0], by=clerk)
    city.pay(pledge)
    assert db.session.get_one(Pledge, pledge.id).state == "committed" and db.session.get_one(Offer, offer.id).left == 0


def test_money_without_a_purpose_is_proposed_to_the_wishes_of_its_charity_and_much_waits_for_a_second_person(
        city, ready, monkeypatch):
    monkeypatch.setattr(rules, "LIMITS", rules.Limits(alone_fen=20_000))
    charity, worker, keeper, _store = ready
    old = waiting(city.need(kind="money", category="aid", wanted=20_000, charity=charity, worker=worker), 60)
    new = city.need(kind="money", category="daily", wanted=20_000, charity=charity, worker=worker)
    third = city.need(kind="money", category="aid", wanted=20_000, charity=charity, worker=worker)
    city.need(kind="money", category="aid", wanted=5_000, charity=city.organisation(), worker=worker)
    funds.fill(charity, 50_000)
    clerk, second = campaigns.clerk(city, charity), campaigns.clerk(city, charity, "manager")
    run = service.run(charity.id, by=clerk)
    assert (run.lines, run.proposals, sum(p.units for p in standing())) == (1, 3, 50_000)
    assert {p.need_id: p.units for p in standing()}[old.id] == 20_000 and {p.fund_id for p in standing()} == {charity.id}
    assert service.run(0, by=city.person("administrator")).kept == 3
    with pytest.raises(NotAllowed):
        service.confirm(standing()[0], by=keeper)
    part = next(p for p in standing() if p.units == 10_000)
    service.decline(part, "先给别家", by=second)
    outcomes = service.confirm_many(standing(), by=clerk)
    assert [(o.refusal, o.waits) for o in outcomes] == [(None, False), (None, True)]
    grants = db.session.scalars(select(Grant).order_by(Grant.id)).all()
    assert [g.state for g in grants] == ["given", "proposed"] and giving.free(charity.id) == 10_000
    assert service.run(charity.id, by=clerk).proposals == 0, "what waits is spoken for, what was declined stays so"
    giving_service.refuse(grants[1], "这笔先不给", by=second)
    service.run(charity.id, by=clerk)
    assert standing() == [] and {need.left for need in (old, new, third)} == {0, 20_000}


def test_give_where_it_is_needed_most_fills_the_longest_waiting_first(city, ready):
    charity, worker, _keeper, _store = ready
    old = waiting(city.need(kind="money", category="aid", wanted=20_000, charity=charity, worker=worker), 60)
    new = city.need(kind="money", category="aid", wanted=20_000, charity=charity, worker=worker)
    city.need(kind="money", category="aid", wanted=30_000, charity=city.organisation(), worker=worker)
    found = service.where_needed_most(30_000)
    assert [(part.need_id, part.fen) for part in found.parts] == [(old.id, 20_000), (new.id, 10_000)]
    made = pledges.reserve_many([(db.session.get_one(Need, p.need_id), p.fen) for p in found.parts], by=Guest())
    assert len(made) == 2 and found.left_fen == 0
    more = service.where_needed_most(50_000)
    assert old.id not in {part.need_id for part in more.parts}
    assert [part.fen for part in more.parts] == [10_000, 30_000] and len(more.charities) == 2 and more.left_fen == 10_000


def test_a_worker_sees_what_the_state_gives_anyway_and_what_lies_near(city, ready):
    charity, worker, keeper, store = ready
    stock.batch(keeper, store, "wheelchair", 3, source="opening")
    offers.accepted(city, charity, 2, item_code="wheelchair", category="health", size="")
    wish = city.submitted(item="轮椅", category="health", price_fen=20_000)
    found = suggestions.near(worker, wish)[wish.needs[0].id]
    assert [(n.units, n.level, n.offered) for n in found] == [(3, 9, False), (2, 4, True)]
    assert "assistive_device" in suggestions.policies_for(wish.needs, wish.title)
    home = db.session.get_one(Wish, wish.id).household_id
    assert isinstance(suggestions.covered(worker, wish, db.session.get_one(type(city.home()), home)), list)
