"""What a charity sees of the matching and answers to it; what a giver is shown who does not want to choose."""
import re
from datetime import timedelta

from sqlalchemy import select

from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.matching.models import Proposal
from marketplace.market.offers import service as offering
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.stock.rules import BatchDraft
from marketplace.market.wishes.models import Wish
from tests import campaigns, offers, stock
from tests.city import OTHER_TOWN, TOWN


def states() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Proposal.state)))


def test_the_desk_says_why_promises_many_at_once_and_turns_one_down(city, app):
    charity, worker = city.organisation(), city.person("social_worker")
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    for _n in range(3):
        city.need(charity=charity, worker=worker, urgency=2)
    stock.batch(keeper, store, units=3)
    desk, reader = app.test_client().sign_in(keeper), app.test_client().sign_in(campaigns.clerk(city, charity))
    stranger = app.test_client().sign_in(stock.keeper(city, city.organisation()))
    assert "现有 3 条建议" in desk.send("/charity/matching/run", at="/charity/matching/").text
    page = desk.page("/charity/matching/")
    assert "急着用、离得近、让一家人盼到东西" in page.text and "没有更好的分配办法了" in page.text
    numbers = re.findall(r'name="proposal" value="(\d+)"', desk.get("/charity/matching/").text)
    assert len(numbers) == 3 and "菊花奶奶" not in stranger.page("/charity/matching/").text
    assert stranger.get(f"/charity/matching/{numbers[0]}/decline").status_code == 404
    decline = f"/charity/matching/{numbers[0]}/decline"
    assert desk.send(decline, 422, reason="").status_code == 422
    desk.send(decline, reason="这家已经有了")
    assert "已确认 2 份认领" in desk.send("/charity/matching/confirm", at="/charity/matching/", proposal=numbers).text
    assert states() == ["confirmed", "confirmed", "declined"]
    assert {p.source.partition(":")[0] for p in db.session.scalars(select(Pledge))} == {"stock"}
    for state, many in (("confirmed", 2), ("declined", 1)):  # the city alone is named where so few live
        assert reader.page(f"/charity/matching/?state={state}").text.count("菊花奶奶 德州市") == many


def test_the_list_takes_the_same_statements_however_long(city, app):
    charity, worker = city.organisation(), city.person("social_worker")
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    desk, taken = app.test_client().sign_in(keeper), []
    for more in (2, 6):
        for _n in range(more):
            city.need(charity=charity, worker=worker)
            stock.batch(keeper, store, units=1)
        desk.send("/charity/matching/run", at="/charity/matching/")
        desk.page("/charity/matching/")
        taken.append(desk.statements)
    assert taken[0] == taken[1] and len(states()) == 8


def test_only_who_answers_for_the_city_matches_all_of_it_and_a_county_sees_whether_its_own_are_served(city, app):
    charity, worker = city.organisation(), city.person("social_worker")
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    far = city.home(OTHER_TOWN + "001")
    for days, home in ((1, None), (2, None), (3, None), (30, None), (40, far)):
        need = city.need(home=home or city.home(), charity=charity, worker=worker)
        with transaction() as session:
            session.get_one(Wish, need.wish_id).published_at -= timedelta(days=days)
    stock.batch(keeper, store, units=1)
    of_city, of_county, of_other = (app.test_client().sign_in(city.person("supervisor", area))
                                    for area in ("3714", TOWN[:6], OTHER_TOWN[:6]))
    at, keepers = "/insight/matching/", app.test_client().sign_in(keeper)
    assert of_county.send("/insight/matching/run", 403, at=at) and of_city.send("/charity/matching/run", 403, at=at)
    assert keepers.get(at).status_code == 403 and states() == []
    assert "现有 1 条建议" in of_city.send("/insight/matching/run", at=at).text and states() == ["proposed"]
    seen = {who: page.page(at).text for who, page in (("city", of_city), ("county", of_county), ("other", of_other))}
    taken = of_city.statements
    assert "这样的需求共 2 项，这次能满足 1 项" in seen["city"] and "重新匹配全市" in seen["city"]
    assert "这样的需求共 1 项，这次能满足 0 项" in seen["county"] and "重新匹配全市" not in seen["county"]
    assert "这样的需求共 1 项，这次能满足 1 项" in seen["other"] and "哪里还不够" not in seen["other"]
    stock.batch(keeper, store, units=40)
    keepers.send("/charity/matching/run", at="/charity/matching/")
    assert "谁等得太久" in keepers.page("/charity/matching/").text
    assert of_city.page(at) and of_city.statements == taken
    keepers.send("/charity/matching/confirm", 200, at="/charity/matching/", proposal=["²", "9" * 30])
    assert "confirmed" not in states()


def test_who_gave_what_lies_in_a_store_has_nothing_to_send(city, app):
    charity, donor = city.organisation(), city.person("donor")
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    offer = offers.accepted(city, charity, by=donor, asks_giver=True)
    batch = offering.take_in(offer, store, BatchDraft("quilt", 10, "double"), by=keeper)
    pledge = pledges.from_stock(city.need(charity=charity), 1, batch, store.id, "test:1", by=keeper)
    pledges.commit(pledge, by=donor)
    city.settle()
    page, secret = app.test_client().sign_in(donor), db.session.get_one(PledgeContact, pledge.id).secret.reveal()
    seen = page.page(f"/gifts/{secret}").text
    assert "您不用再做什么" in seen and "/dispatch" not in seen
    assert "您不能在这里做这件事" in page.send(f"/gifts/{secret}/dispatch", at=f"/gifts/{secret}", way="parcel").text


def test_money_that_one_charity_cannot_use_goes_to_the_next_and_what_is_left_is_said(city, browser):
    first, second = city.organisation(), city.organisation()
    needs = [city.need(kind="money", category="aid", wanted=20_000, item="助听器电池", charity=one, urgency=2 - number)
             for number, one in enumerate((first, second))]
    basket = browser.send("/give", yuan="900", category="").text
    assert "分别付款" in basket and "有 ¥500 今天没有合适的心愿" in basket and f"/charities/{first.id}/give" in basket
    assert dict(re.findall(r'name="amount-(\d+)"[^>]*value="(\d+)"', basket)) == {str(need.id): "200" for need in needs}
    with browser.session_transaction() as session:
        session["basket"] = {str(number): 500 for number in range(1000, 1020)}
    assert "心愿篮满了" in browser.send("/give", yuan="100", category="").text


def test_who_does_not_want_to_choose_is_shown_where_it_is_needed_most(city, browser):
    charity = city.organisation()
    waiting = city.need(kind="money", category="aid", wanted=20_000, item="助听器电池", charity=charity)
    urgent = city.need(kind="money", category="aid", wanted=5_000, item="助听器电池", charity=charity, urgency=2)
    assert "请填写" in browser.send("/give", 422, yuan="").text
    basket = browser.send("/give", amount="120", category="").text
    assert "最需要的心愿已选好" in basket and db.session.get_one(Wish, waiting.wish_id).title in basket
    filled = re.findall(r'name="amount-(\d+)"[^>]*value="(\d+)"', basket)
    assert dict(filled) == {str(urgent.id): "50", str(waiting.id): "70"}
    assert "没有心愿需要这笔钱" in browser.send("/give", 422, amount="50", category="schooling").text
