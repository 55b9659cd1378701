"""The charity's desk for receipts, as its clerk and its storekeeper use it."""
import io

import pytest

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.thanking import service as thanking
from marketplace.money.payments import service as payments
from marketplace.money.receipts.models import OfficialReceipt
from marketplace.people.organisations.models import Organisation
from tests.city import picture

LIST = "/charity/receipts/"


@pytest.fixture
def desk(city, browser):
    charity = city.organisation()
    clerk = city.person("charity", organisation_id=charity.id)
    browser.sign_in(clerk)
    return charity.id, clerk


def asked(city, desk, payer="张三丰", code="", amount=12000):
    charity, donor = db.session.get_one(Organisation, desk[0]), city.person("donor")
    pledge = city.promise(city.wish(kind="money", wanted=20000, charity=charity).needs[0], amount, by=donor)
    return pledge, thanking.ask_official(pledge, payer, code, donor).id


def goods(city, desk):
    charity, worker = db.session.get_one(Organisation, desk[0]), city.person("social_worker")
    pledge = city.promise(city.wish(charity=charity, item="棉被").needs[0])
    delivery, code = city.arrived(pledge, worker)
    deliveries.hand_over(delivery, code, by=worker)
    city.settle()
    return pledge


def test_filters_live_in_the_address(city, desk, browser):
    asked(city, desk), asked(city, desk, "德州某某有限公司", "91110000600037341L")
    both, companies, persons = (browser.page(f"{LIST}?{query}").text for query in ("", "company=yes", "company=no"))
    assert "张三丰" in both and "德州某某有限公司" in both
    assert "张三丰" not in companies and "德州某某有限公司" not in persons and "张三丰" in persons
    assert "张三丰" not in browser.page(f"{LIST}?kind=goods").text and "张三丰" in browser.page(f"{LIST}?kind=money").text
    for query in ("state=recorded", "state=due", "state=reversed"):
        assert "张三丰" not in browser.page(f"{LIST}?{query}").text
    assert "张三丰" in browser.page(f"{LIST}?state=all&after=nonsense&kind=x&company=y").text


def test_a_clerk_records_and_reverses(city, desk, browser):
    pledge, number = asked(city, desk, amount=12050)
    path = f"/charity/receipts/{number}"
    page = browser.page(f"{path}?lang=zh")
    for fact in ("张三丰", "人民币壹佰贰拾元伍角", "120.50", clock.today().isoformat()):
        assert fact in page.text
    assert "票据上印的" in browser.send(path, 422, code="12", number="34", check_code="", issued_on=clock.today()).text
    facts = {"code": "37060124", "number": "0012345678", "check_code": "a1b2c3", "issued_on": clock.today().isoformat()}
    assert "已登记" in browser.send(path, 200, **facts).text
    db.session.rollback()
    assert db.session.get_one(OfficialReceipt, number).state == "recorded"
    assert not [form for form in browser.page(path).forms if "code" in form["names"]]
    payments.ask_refund(city.line(pledge), "whole", 12050)
    city.settle()
    city.given_back(pledge)
    assert "张三丰" in browser.page(f"{LIST}?state=due").text
    red = {"code": "37060124", "number": "0012345679", "reversed_on": clock.today().isoformat()}
    assert browser.send(path, 200, **red).status_code == 200
    db.session.rollback()
    assert db.session.get_one(OfficialReceipt, number).state == "reversed"
    assert "0012345679" in browser.page(path).text


def test_a_storekeeper_declares_a_value_with_the_invoice(city, desk, browser):
    pledge = goods(city, desk)
    assert "棉被" in browser.page("/charity/receipts/goods/").text
    path = f"/charity/receipts/goods/{pledge.id}"
    assert browser.send(path, 422, amount="abc", invoice="1").status_code == 422
    assert browser.send(path, 422, amount="159", invoice="1", photo=(io.BytesIO(b"no picture"), "x.jpg")).status_code == 422
    browser.send(path, 200, amount="159.00", invoice="00123", photo=(io.BytesIO(picture()), "invoice.jpg"))
    assert "棉被" not in browser.page("/charity/receipts/goods/?lang=zh").text
    assert "¥159" in browser.page(path).text


def test_the_photo_of_an_invoice_is_for_the_own_charity_alone(city, desk, browser, app):
    pledge = goods(city, desk)
    thanking.declare(pledge, 15900, "00123", desk[1], picture())
    donor = db.session.get_one(type(desk[1]), pledge.giver_id)
    number = thanking.ask_official(pledge, "张三丰", "", donor).id
    path = f"/charity/receipts/{number}/invoice"
    assert browser.get(path).mimetype == "image/webp"
    other = city.person("charity", organisation_id=city.organisation().id)
    stranger = app.test_client()
    assert stranger.get(path).status_code == 302
    stranger.sign_in(other)
    assert stranger.get(path).status_code == 404 and stranger.get(f"/charity/receipts/{number}").status_code == 404
    assert stranger.get(f"/charity/receipts/goods/{pledge.id}").status_code == 404


@pytest.mark.parametrize("path", [LIST, "/charity/receipts/goods/"])
def test_the_lists_take_the_same_statements_however_long(city, desk, browser, path):
    def grow():
        asked(city, desk), goods(city, desk)
        browser.page(path)
        return browser.statements

    before = grow()
    grow()
    assert grow() == before


def test_the_year_takes_the_same_statements_however_many_gifts(city, browser):
    donor = city.person("donor")
    browser.sign_in(donor)

    def grow():
        city.promise(city.need(kind="money", wanted=20000), 1000, by=donor)
        browser.page(f"/gifts/years/{clock.today().year}")
        return browser.statements

    before = grow()
    grow()
    assert grow() == before
