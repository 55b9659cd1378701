"""What a charity, its officers and everybody see of its own fund; the public reads no word of whose wish it is."""
import re

from marketplace.extensions import db
from marketplace.market.campaigns import rules
from marketplace.market.funds.models import Grant
from marketplace.market.wishes.models import Wish
from tests import campaigns, funds

TITLE = "想要一副助听器"


def test_from_the_proposal_to_the_second_person_and_into_public(city, app, monkeypatch):
    monkeypatch.setattr(rules, "LIMITS", rules.Limits(alone_fen=10_000))
    charity = city.organisation()
    funds.fill(charity, 60_000)
    asked = {"kind": "money", "category": "aid", "item": "助听器", "wanted": 20_000, "title": TITLE, "charity": charity}
    needs = [city.need(**asked) for _n in range(3)]
    clerk, boss = (app.test_client().sign_in(campaigns.clerk(city, charity, post)) for post in ("clerk", "manager"))
    keeper = app.test_client().sign_in(campaigns.clerk(city, charity, "storekeeper"))
    clerk.send("/charity/matching/run", at="/charity/matching/")
    page = clerk.page("/charity/matching/?kind=money")
    numbers = re.findall(r'name="proposal" value="(\d+)"', clerk.get("/charity/matching/?kind=money").text)
    assert len(numbers) == 3 and "统筹善款" in page.text
    assert 'name="proposal"' not in keeper.get("/charity/matching/?kind=money").text
    said = clerk.send("/charity/matching/confirm", at="/charity/matching/", proposal=numbers[:2]).text
    assert "2 笔统筹善款须由本组织另一人批准" in said
    assert 'name="grant"' not in clerk.get("/charity/fund/").text and "须由另一人批准" in clerk.page("/charity/fund/").text
    assert "¥200 未作安排" in clerk.page("/charity/fund/give").text
    wrong = {"at": "/charity/fund/give", "need": needs[2].id}
    assert "尚有 ¥200 未作安排" in clerk.send("/charity/fund/give", 422, amount="250", **wrong).text
    assert "请" in clerk.send("/charity/fund/give", 422, amount="10000000000000", **wrong).text
    waits = re.findall(r'name="grant" value="(\d+)"', boss.get("/charity/fund/").text)
    boss.send(f"/charity/fund/{waits[1]}/refuse", reason="先给更急的人家")
    said = boss.send("/charity/fund/approve", at="/charity/fund/", grant=waits).text
    assert "1 笔统筹善款已归入心愿" in said and "先给更急的人家" in boss.page("/charity/fund/?state=refused").text
    assert boss.send("/charity/fund/approve", at="/charity/fund/", grant=["x", "99999999999999999999"]).status_code == 200
    stranger = app.test_client().sign_in(campaigns.clerk(city, city.organisation()))
    assert stranger.get(f"/charity/fund/{waits[0]}/refuse").status_code == 404
    assert TITLE not in stranger.page("/charity/fund/").text
    given = db.session.get_one(Grant, int(waits[0]))
    everybody = app.test_client().page(f"/charities/{charity.id}").text
    assert "善款去向" in everybody and "¥200" in everybody and TITLE not in everybody
    ref = db.session.get_one(Wish, given.wish_id).ref
    assert f"/transparency/wishes/{ref}" in app.test_client().get(f"/charities/{charity.id}").text
    assert "慈善组织从统筹善款中资助" in app.test_client().page(f"/transparency/wishes/{ref}").text
    officer = app.test_client().sign_in(city.person("supervisor"))
    assert TITLE in officer.page(f"/desk/charities/{charity.id}").text


def test_the_list_takes_the_same_statements_however_long(city, app):
    charity = city.organisation()
    desk, taken = app.test_client().sign_in(campaigns.clerk(city, charity)), []
    for _round in range(2):
        funds.waiting(city, charity)
        desk.page("/charity/fund/?state=given")
        lists = desk.statements
        desk.page("/charity/fund/give")
        taken.append((lists, desk.statements))
    assert taken[0] == taken[1]
