"""The page behind the code on a receipt: what it tells everybody, and what nobody learns there."""
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core import proof as daily
from marketplace.core.transaction import transaction
from marketplace.extensions import db, limiter
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.thanking import service as thanking
from marketplace.market.wishes.models import WishOrigin
from marketplace.money.receipts import proof
from marketplace.money.receipts.models import Receipt
from marketplace.network.registry.models import Person
from marketplace.people.accounts.models import Guest


@pytest.fixture
def gift(city):
    reserved = pledges.reserve(city.need(kind="money", wanted=20000, title="一床暖和的被子"), 12000, by=Guest())
    city.pay(reserved.pledge)
    thanking.name_payer(reserved.pledge, "张三丰", Guest(pledges.digest(reserved.secret)))
    return reserved.secret


def receipts():
    db.session.rollback()
    return db.session.scalars(select(Receipt).order_by(Receipt.id)).all()


def publish():
    with clock.at(clock.now() + timedelta(days=1)):
        daily.publish()


def give_back(city):
    pledge = db.session.scalars(select(Pledge)).one()
    pledges.refund(pledge, by=city.person("charity", organisation_id=pledge.organisation_id))
    city.settle()
    city.given_back(pledge)


@pytest.mark.parametrize("lang, words", [("zh", ("本凭证有效", "张**", "¥120", "一床暖和的被子", "当日存证尚未公布")),
                                         ("en", ("This receipt is valid.", "张**", "¥120", "Trial Charity"))])
def test_a_valid_receipt_says_what_is_on_it(gift, browser, lang, words):
    receipt, = receipts()
    page = browser.page(f"/receipts/{receipt.number}?lang={lang}")
    for word in (*words, receipt.number, receipt.credit_code, receipt.digest):
        assert word in page.text, word


def test_nothing_personal_is_on_it(city, gift, browser):
    receipt, = receipts()
    publish()
    pledge = db.session.scalars(select(Pledge)).one()
    person = db.session.get_one(Person, db.session.get_one(WishOrigin, pledge.wish_id).person_id)
    contact = db.session.get_one(PledgeContact, pledge.id)
    secrets = [person.name.reveal(), person.phone.reveal(), contact.secret.reveal(), "菊花奶奶", "三丰", pledge.ref,
               pledge.follow_digest, f"pledge:{pledge.id}"]
    for path in (f"/receipts/{receipt.number}{more}" for more in ("", "?lang=en", "/proof.json")):
        body = browser.get(path).get_data(as_text=True)
        assert [secret for secret in secrets if secret in body] == [], path


def test_once_its_day_is_published_it_is_proven(gift, browser):
    receipt, = receipts()
    assert browser.get(f"/receipts/{receipt.number}/proof.json").status_code == 404
    publish()
    page = browser.page(f"/receipts/{receipt.number}?lang=en")
    assert f"Included in the proof of {clock.today():%-d %B %Y} : yes" in page.text
    document = json.loads(browser.get(f"/receipts/{receipt.number}/proof.json").data)
    assert proof.fault(document, daily.published) == ""


def test_a_receipt_that_was_tampered_with_says_so(gift, browser):
    receipt, = receipts()
    publish()
    with transaction():
        db.session.get_one(Receipt, receipt.id).amount_fen = 999900
    page = browser.page(f"/receipts/{receipt.number}?lang=en")
    assert "It does not fit what was published" in page.text and ": yes" not in page.text


def test_what_was_given_back_is_not_valid(city, gift, browser):
    give_back(city)
    first, red = receipts()
    page = browser.page(f"/receipts/{first.number}?lang=en")
    assert "This receipt is not valid any more." in page.text and red.number in page.text
    assert "it takes another one back" in browser.page(f"/receipts/{red.number}?lang=en").text
    publish()
    for one in (first, red):
        assert ": yes" in browser.page(f"/receipts/{one.number}?lang=en").text


def test_every_unknown_number_answers_the_same(gift, browser):
    known, = receipts()
    other = "TW-2026-0000-0000-000" + known.number[-1]
    answers = set()
    for number in ("x", "TW-2026-AAAA-AAAA-AAAA", other, known.number[:-1] + "!", known.number[:-1], "'; DROP TABLE x"):
        for path in (f"/receipts/{number}", f"/receipts/{number}/proof.json"):
            answer = browser.get(path)
            answers.add((answer.status_code, answer.get_data(as_text=True).replace(path, "")))
    assert {code for code, _body in answers} == {404} and len({body.count("<") for _code, body in answers}) == 1


def test_however_it_is_typed_it_is_found(gift, browser):
    number = receipts()[0].number
    for typed in (number, number.lower(), number.replace("-", ""), f"  {number} "):
        answer = browser.get("/receipts/", query_string={"number": typed})
        assert answer.status_code == 302 and answer.headers["Location"] == f"/receipts/{number}"
    assert browser.get("/receipts/", query_string={"number": "nonsense"}, follow_redirects=True).status_code == 404
    assert "TW-2026-" in browser.page("/receipts/").text


def test_nobody_tries_numbers_without_end(gift, browser):
    codes = [browser.get(f"/receipts/TW-2026-{n:04}").status_code for n in range(35)]
    assert codes[:30] == [404] * 30 and codes[-1] == 429
    limiter.reset()


def test_the_giver_sees_the_whole_name_and_the_papers(gift, browser):
    page = browser.page(f"/gifts/{gift}/receipt?lang=en")
    assert "张三丰" in page.text and "Certificate to keep" in page.text
    assert "Put my name on it" not in page.text
    assert "Receipt and certificate" in browser.page(f"/gifts/{gift}?lang=en").text


def test_an_unnamed_giver_puts_a_name_on_it(city, browser):
    reserved = pledges.reserve(city.need(kind="money", wanted=20000), 12000, by=Guest())
    city.pay(reserved.pledge)
    path = f"/gifts/{reserved.secret}/receipt"
    assert "A kind person" in browser.page(f"{path}?lang=en").text
    answer = browser.send(f"/gifts/{reserved.secret}/name", at=path, payer="张三丰")
    assert "张三丰" in answer.text and receipts()[0].giver == "张**"
    again = browser.post(f"/gifts/{reserved.secret}/name", data={"payer": "李四"}, follow_redirects=True)
    assert "李四" not in again.text


def test_before_there_is_one_the_page_says_when_it_comes(city, browser):
    reserved = pledges.reserve(city.need(), 1, by=Guest())
    pledges.commit(reserved.pledge, by=Guest(pledges.digest(reserved.secret)), phone="13900000000")
    assert "as soon as the family has it in hand" in browser.page(f"/gifts/{reserved.secret}/receipt?lang=en").text


def test_a_giver_asks_for_the_official_receipt_on_the_page(gift, browser):
    path = f"/gifts/{gift}/official"
    assert "张三丰" in browser.get(path).text
    wrong = browser.send(path, 422, who="company", payer="德州某某有限公司", payer_code="123")
    assert "统一社会信用代码" in wrong.text
    missing = browser.send(path, 422, who="company", payer="德州某某有限公司", payer_code="")
    assert "field__error" in missing.text
    done = browser.send(path, 200, who="company", payer="德州某某有限公司", payer_code="91110000600037341L")
    assert "待开具" in done.text
    page = browser.page(f"{path}?lang=en")
    assert "91110000600037341L" in page.text and "Asked for" in page.text and not [
        form for form in page.forms if "payer" in form["names"]]
