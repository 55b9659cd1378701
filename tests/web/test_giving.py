"""Giving to a charity's fund, once and each month, and the pages that a link leads to."""
import re
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.campaigns import service
from marketplace.market.campaigns.models import Campaign
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.models import Gift, GiftContact, MonthlyGift
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.money.payments.models import Payment
from marketplace.money.payments.provider import Bill
from marketplace.people.accounts.models import Guest, User
from marketplace.people.organisations import queries as organisations
from marketplace.people.organisations.models import Organisation
from marketplace.people.organisations.service import certificates
from tests import campaigns
from tests.browser import Page


@pytest.fixture
def number(city):
    number = city.organisation().id
    db.session.remove()
    return number


def give(browser, number, **fields):
    return browser.send(f"/charities/{number}/give", follow=False, **{
        "amount": "50", "yuan": "", "often": "once", "unnamed": "yes", "if_ended": "refund", **fields})


def secret_of(browser):
    with browser.session_transaction() as session:
        return session["gifts"][0]


def test_a_visitor_gives_once_and_follows_it(city, browser, number, till):
    answer = give(browser, number, unnamed="no", shown_as="一位老师", phone="13900000000")
    gift = db.session.query(Gift).one()
    assert answer.headers["Location"] == f"https://till.example/{city.payment(gift).ref}" and gift.shown_as == "一位老师"
    city.pay(gift)
    secret = secret_of(browser)
    db.session.remove()
    text = browser.page(f"/gifts/{secret}?paid=1").text
    assert "¥50" in text and "一位老师" in text and secret in browser.get("/gifts/").text


def test_a_giver_has_it_on_paper_and_stands_on_the_board(city, browser, number, app, till):
    """The receipt as a page and as PDFs, the official one, the year, the name on the board; and all of it undone."""
    donor = city.person("donor")
    mine = app.test_client().sign_in(donor)
    given = gifts.give(f"fund:{number}", 5_000, donor, shown_as="一位老师")
    at, clerk = f"/gifts/{given.secret}", city.person("charity", organisation_id=number)
    assert mine.get(f"{at}/receipt.pdf").status_code == 404 and "一位老师" in mine.page(at).text
    assert "一位老师" not in browser.page("/honour").text
    city.pay(given.gift)
    desk = app.test_client().sign_in(clerk)
    for lang in ("zh", "en"):
        assert "TW-" in mine.page(f"{at}/receipt?lang={lang}").text and mine.page(f"{at}/official?lang={lang}")
        for kind in ("receipt", "certificate"):
            assert mine.get(f"{at}/{kind}.pdf?in={lang}").data.startswith(b"%PDF")
    mine.send(f"{at}/official", who="person", payer="张三丰", lang="zh")
    assert "张三丰" in desk.page("/charity/receipts/").text and "统筹善款" in desk.page("/charity/receipts/?lang=zh").text
    text = mine.page(f"{at}?lang=zh").text
    assert "凭证与证书" in text and "一位老师" in text
    assert "统筹善款（不指定用途）" in mine.page(f"/gifts/years/{clock.today().year}?lang=zh").text
    assert "一位老师" in browser.page("/honour").text
    mine.send(f"{at}/honour", at=at, shown_as="一位邻居", kind="person", with_amount="y")
    board = browser.page("/honour").text
    assert "一位邻居" in board and "¥50" in board and "一位老师" not in board
    mine.send(f"{at}/honour/back", at=at)
    assert "一位邻居" not in browser.page("/honour").text
    db.session.rollback()
    gifts.refund(given.gift, by=clerk)
    city.settle()
    city.given_back(given.gift)
    assert "本凭证已失效。" in mine.page(f"{at}/receipt").text and mine.get(f"{at}/receipt.pdf").status_code == 404


def test_unnamed_stays_unnamed_whatever_is_typed_below(browser, number, till):
    give(browser, number, shown_as="王小明")
    assert db.session.query(Gift).one().shown_as == ""


@pytest.mark.parametrize("fields, said", [
    ({"amount": "", "yuan": ""}, "yuan"), ({"yuan": "abc"}, "yuan"), ({"yuan": "3"}, ""), ({"yuan": "99999999"}, "yuan"),
    ({"mail": "x"}, "mail"), ({"phone": "12"}, "phone"), ({"often": "monthly"}, ""),
    ({"unnamed": "no", "shown_as": "找我 13800001111"}, "shown_as")])
def test_what_is_wrong_is_said_and_nothing_begun(browser, number, fields, said):
    answer = give(browser, number, **fields)
    assert answer.status_code == 422 and 'role="alert"' in answer.text and (not said or f'href="#{said}"' in answer.text)
    assert db.session.query(Gift).count() == db.session.query(MonthlyGift).count() == 0


def test_while_the_payment_service_is_away_it_can_be_tried_again(city, browser, number, till):
    till.away = True
    answer = give(browser, number)
    assert answer.headers["Location"] == f"/gifts/{secret_of(browser)}/confirm"
    assert "role=\"alert\"" in browser.send(answer.headers["Location"], 422).text
    till.away = False
    assert browser.send(answer.headers["Location"], follow=False).headers["Location"].startswith("https://till")


DECLINES = {
    "insufficient_funds": "not enough money", "expired_card": "expired", "incorrect_cvc": "security code",
    "lost_card": "bank did not agree", "stolen_card": "bank did not agree", "made_up": "bank did not agree",
    "processing_error": "could not be reached", "authentication_required": "not confirmed"}


def test_the_page_says_why_a_card_was_declined_and_never_that_it_is_lost(city, browser, number, till):
    give(browser, number)
    secret, gift = secret_of(browser), db.session.query(Gift).one()
    ref = city.payment(gift).ref
    for code, part in DECLINES.items():
        city.event("payment_intent.payment_failed", {"object": "payment_intent", "id": "pi_1", "metadata": {"payment": ref},
                                                     "last_payment_error": {"code": "card_declined", "decline_code": code}})
        city.settle()
        db.session.remove()
        for path in (f"/gifts/{secret}/confirm?lang=en", f"/gifts/{secret}?lang=en"):
            text = browser.page(path).text
            assert part in text and "lost" not in text.lower() and "stolen" not in text.lower(), code


def test_a_monthly_gift_from_its_beginning_to_its_stop(city, browser, number, till):
    answer = give(browser, number, often="monthly", mail="a@example.com")
    monthly = db.session.query(MonthlyGift).one()
    ref, secret = city.subscription(monthly).ref, secret_of(browser)
    assert answer.headers["Location"] == f"https://till.example/{ref}" and till.opened[ref]["monthly"]
    till.bill("sub_1", "active", till.month("1"))
    city.begun(monthly, "sub_1")
    db.session.remove()
    text = browser.page(f"/gifts/{secret}?paid=1&lang=en").text
    assert "¥50 a month" in text and "Stop my monthly gift" in text
    month = re.search(r"/gifts/([\w-]{32})\"", browser.get(f"/gifts/{secret}").text.split("months-title")[-1]).group(1)
    assert "Your monthly gift" in browser.page(f"/gifts/{month}").text
    browser.send(f"/gifts/{secret}/cancel", at=f"/gifts/{secret}")
    city.settle()
    assert db.session.query(MonthlyGift).one().state == "ended" and till.ended == ["sub_1"]


def test_a_month_that_failed_is_told_with_what_to_do(city, browser, number, till):
    give(browser, number, often="monthly", mail="a@example.com")
    secret, monthly = secret_of(browser), db.session.query(MonthlyGift).one()
    failed = Bill("in_2", 5_000, None, "pi_2", "https://pay.example/2", "expired_card")
    till.bill("sub_1", "past_due", till.month("1"), failed)
    city.begun(monthly, "sub_1")
    db.session.remove()
    answer = browser.get(f"/gifts/{secret}?lang=en")
    assert "The card has expired" in answer.text and 'href="https://pay.example/2"' in answer.text


def test_another_amount_leads_to_a_new_agreement(city, browser, number, till):
    give(browser, number, often="monthly", mail="a@example.com")
    secret = secret_of(browser)
    till.bill("sub_1", "active", till.month("1"))
    city.begun(db.session.query(MonthlyGift).one(), "sub_1")
    db.session.remove()
    assert browser.send(f"/gifts/{secret}/change", 422, at=f"/gifts/{secret}", yuan="1").status_code == 422
    answer = browser.send(f"/gifts/{secret}/change", at=f"/gifts/{secret}", yuan="80")
    assert answer.request.path == f"/gifts/{secret_of(browser)}/confirm" and "¥80" in answer.text
    assert secret_of(browser) != secret


def test_the_giver_of_late_money_chooses_by_a_button(city, browser, number, till, hold):
    need = city.need(kind="money", category="aid", wanted=20_000, charity=db.session.get_one(Organisation, number))
    made = pledges.reserve(need, 8_000, by=Guest(), if_ended="reroute")
    with hold(clock.now() + timedelta(minutes=40)):
        pledges.lapse()
        city.settle()
    city.promise(need, 20_000)
    city.pay(made.pledge)
    secret, pledge = made.secret, made.pledge.id
    db.session.remove()
    page = browser.page(f"/gifts/{secret}?lang=en")
    assert [f["action"] for f in page.forms].count(f"/gifts/{secret}/choose") == 3 and "we do what you chose" in page.text
    answer = browser.send(f"/gifts/{secret}/choose", at=f"/gifts/{secret}", choice="reroute")
    assert "nothing similar" in Page(answer.text).text and db.session.get_one(Pledge, pledge).state == "late"
    db.session.remove()
    browser.send(f"/gifts/{secret}/choose", at=f"/gifts/{secret}", choice="fund")
    assert db.session.get_one(Pledge, pledge).state == "moved"


def test_my_gifts_lists_all_kinds_in_the_same_statements(city, browser, till):
    charity, donor = city.organisation(), city.person("donor")
    browser.sign_in(donor)

    def grow():
        city.gift(charity=charity, by=donor)
        city.monthly(till, charity, by=donor)
        city.promise(city.wish(charity=charity, kind="money", category="aid", wanted=20_000).needs[0], 5_000, by=donor)
        city.promise(city.need(), by=donor)
        db.session.expire_all()
        text = browser.page("/gifts/").text
        return browser.statements, len(text)

    counts = [grow() for _ in range(4)]
    assert len({statements for statements, _length in counts}) == 1 and counts[3][1] > counts[0][1]


def test_a_link_to_money_opens_nothing_else(city, browser, number, till):
    give(browser, number)
    with transaction():
        db.session.query(GiftContact).delete()
        db.session.query(Payment).update({"checkout_url": ""})
    assert browser.get(f"/gifts/{'y' * 32}").status_code == 404
    assert browser.post(f"/gifts/{'y' * 32}/change").status_code in (400, 404)


def test_a_charity_that_may_not_raise_funds_takes_none(browser, number, hold):
    with hold(clock.now() + timedelta(days=500)):
        assert "<form" not in browser.get(f"/charities/{number}/give").text.split("<main")[1].split("</main")[0]
        assert f"/charities/{number}/give" not in browser.get("/charities").text
    assert browser.get("/charities/999").status_code == 404


def test_a_campaign_has_its_own_page_to_give_on(city, browser, till):
    clerk = campaigns.clerk(city, city.organisation())
    campaign = campaigns.live(city, clerk)
    ref, boss = campaign.ref, campaigns.boss(city, clerk).id
    db.session.remove()
    assert f'href="/campaigns/{ref}/give"' in browser.get(f"/campaigns/{ref}").text
    answer = browser.send(f"/campaigns/{ref}/give", follow=False, amount="50", yuan="", often="once", unnamed="yes",
                          if_ended="reroute")
    gift = db.session.query(Gift).one()
    assert answer.headers["Location"].startswith("https://till") and gift.if_ended == "reroute"
    secret, title = secret_of(browser), db.session.query(Campaign).one().title
    with transaction():
        service.close(db.session.query(Campaign).one(), "够了。", by=db.session.get_one(User, boss))
    city.pay(gift)
    db.session.remove()
    page = browser.page(f"/gifts/{secret}")
    assert title in page.text and [f["action"] for f in page.forms].count(f"/gifts/{secret}/choose") == 3
    assert "<form" not in browser.get(f"/campaigns/{ref}/give").text.split("<main")[1].split("</main")[0]
    assert browser.get("/campaigns/nothing/give").status_code == 404


def test_a_charity_without_a_certificate_is_not_asked_for_money(city, browser):
    charity = city.organisation()
    wish = city.wish(charity=charity, kind="money", category="aid", wanted=20_000)
    assert "去支付" in browser.page(f"/wishes/{wish.ref}?lang=zh").text
    certificates.revoke(organisations.certificate(charity.id), "证书已注销", by=city.person("supervisor"))
    page = browser.page(f"/wishes/{wish.ref}?lang=zh")
    assert "去支付" not in page.text and "暂时不能接受捐款" in page.text
