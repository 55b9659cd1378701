"""What a charity sees of the matching and answers to it; what a giver is shown who does not want to choose."""
import re

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.market.matching.models import Proposal
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes.models import Wish
from tests import campaigns, stock


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
