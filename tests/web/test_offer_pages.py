"""Somebody offers quilts and follows them; the charity answers, writes down, takes in."""
import re

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.offers import queries, service
from marketplace.market.offers.models import Offer, OfferContact
from marketplace.people.notices import queries as notices
from tests import campaigns, offers, stock


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def desk(app, city, charity):
    return app.test_client().sign_in(campaigns.clerk(city, charity, "manager"))


@pytest.fixture
def giver(app, city):
    return app.test_client().sign_in(city.person("donor"))


def link(offer: Offer) -> str:
    return f"/offers/follow/{queries.contact(offer).secret.reveal()}"


def newest() -> Offer:
    db.session.rollback()
    return db.session.scalars(select(Offer).order_by(Offer.id.desc())).first()


def test_quilts_from_the_offer_to_the_receipt(city, charity, giver, desk, browser):
    store, until = stock.store(city, charity), str(clock.today())
    assert "棉被" in browser.page("/offers/new?category=bedding").text and "香烟" not in browser.page("/offers/new").text
    assert browser.get("/offers/new/quilt").status_code == 302  # signs in first
    assert "宁津县" in giver.page("/offers/new/quilt").text
    facts = {"units": "200", "size": "double", "condition": "new", "ends_on": until, "organisation_id": charity.id,
             "asks_giver": "no", "to_store": "yes", "name": "德州某某家纺有限公司"}
    wrong = giver.send("/offers/new/quilt?area=371422", 422, **{**facts, "words": "另有两条香烟", "units": "200000"})
    assert "1 到 100,000" in wrong.text and wrong.text.count("field--wrong") == 1
    assert "烟草" in giver.send("/offers/new/quilt?area=371422", 422, **{**facts, "words": "另有两条香烟"}).text
    assert "等待答复" in giver.send("/offers/new/quilt?area=371422", 200, **facts).text
    offer = newest()
    assert (offer.units, offer.area_code, offer.size) == (200, "371422", "double")
    here = f"/charity/offers/{offer.id}"
    assert "仓库里可用：0 条" in desk.page(here).text
    desk.send(f"{here}/accept", at=here)
    city.settle()
    assert "已接受您提供的“棉被”" in notices.newest(1)[0].text and link(newest()) in notices.newest(1)[0].text
    assert "德城区新湖大街 1 号" in giver.page(link(newest())).text
    for units, size in (("150", "double"), ("30", "single")):
        desk.send(f"{here}/take-in", 200, store=store.id, units=units, size=size, condition="new")
    assert "还剩 20" in desk.send(f"{here}/take-in", 422, store=store.id, units="21", size="double", condition="new").text
    city.settle()
    page = desk.page(here).text
    assert "尺码不同" in page and "还有 20 条没到" in page
    page = browser.page(link(newest())).text  # whoever has the link needs no account
    assert "150 条" in page and "收据" in page
    paper = re.search(r'/offers/follow/[^"]+/receipt', browser.get(link(newest())).text).group()
    assert "约值 ¥12,000" in browser.page(paper).text and "德州某某家纺有限公司" in browser.page(paper).text
    for kind in ("receipt", "certificate"):
        assert browser.get(paper.replace("/receipt", f"/{kind}.pdf")).data.startswith(b"%PDF")
    came = queries.intakes(newest())[0]
    desk.send(f"/charity/receipts/goods/batches/{came.batch.id}", 200, amount="9000", invoice="00123")
    assert "¥9,000" in browser.page(paper).text
    browser.send(paper.replace("/receipt", "/official"), 200, who="person", payer="张三")
    assert browser.page(paper.replace("/receipt", "/official")).text.count("张三") == 1
    assert browser.get(paper.replace(f"/{came.batch.id}/", "/999/")).status_code == 404


def test_an_hour_is_taken_back_and_a_company_that_called_follows_by_its_link(city, charity, giver, desk, browser):
    facts = {"units": "12", "hours": "2", "weekdays": "6", "ends_on": str(clock.today()), "asks_giver": "yes"}
    assert "请填写" in giver.send("/offers/new/haircut?area=3714", 422, **{**facts, "weekdays": []},
                               organisation_id=charity.id).text
    assert "一共多少小时" in giver.page("/offers/new/tutoring?area=3714").text
    giver.send("/offers/new/haircut?area=3714", 200, **facts, organisation_id=charity.id)
    offer = newest()
    giver.send(f"{link(offer)}/withdraw", at=link(offer))
    assert newest().state == "withdrawn"
    desk.send("/charity/offers/new/schooling", 422, units="500", ends_on=str(clock.today()), area_code="3714", name="书店")
    desk.send("/charity/offers/new/schooling", 200, units="500", ends_on=str(clock.today()), area_code="3714", name="书店",
              phone="13912345678")
    offer = newest()
    assert (offer.kind, offer.units, offer.giver_id) == ("money", 50_000, 0)
    assert link(offer) in notices.newest(1)[0].text
    desk.send(f"/charity/offers/{offer.id}/decline", at=f"/charity/offers/{offer.id}", reason="今年已够")
    assert "今年已够" in browser.page(link(newest())).text
    db.session.rollback()
    assert "书店" not in repr(db.session.get_one(OfferContact, offer.id))


def test_pages_open_in_both_languages_and_lists_take_the_same_statements(city, charity, app, desk, browser):
    keeper, store, asked = stock.keeper(city, charity), stock.store(city, charity), []
    me = city.person("donor")
    mine = app.test_client().sign_in(me)
    for kind in ("goods", "service", "money"):
        offer = offers.accepted(city, charity, 5_000, by=me, kind=kind)
        service.make(offers.draft(charity, 5_000, kind=kind), by=me)
        if kind == "goods":
            stock.batch(keeper, store)
        for lang in ("zh", "en"):
            for client, path in ((desk, f"/charity/offers/{offer.id}"), (browser, link(offer)),
                                 (mine, f"/offers/new/{offer.item_code or offer.category}?area=3714"),
                                 (desk, f"/charity/offers/new/{offer.item_code or offer.category}")):
                assert client.page(f"{path}{'&' if '?' in path else '?'}lang={lang}").lang.startswith(lang)
        counted = []
        for client, path in ((desk, "/charity/offers?state=&kind=goods&category=bedding"), (mine, "/offers"),
                             (desk, "/charity/offers?state=x&kind=y&category=z&after=zz")):
            client.page(path)
            counted.append(client.statements)
        asked.append(counted)
    assert asked[1] == asked[2]
    waiting = desk.get("/charity/offers?lang=zh").text
    assert waiting.index("等待答复</span>") < waiting.index(">已接受</span>")
    for path in ("/charity/offers/new", f"/charity/offers/{queries.counts(me) and 1}/take-in", "/offers/new?category=food"):
        for lang in ("zh", "en"):
            desk.page(f"{path}{'&' if '?' in path else '?'}lang={lang}")
