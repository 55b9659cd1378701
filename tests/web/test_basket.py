"""The basket: several wishes chosen, one payment for each charity, without a script and without anybody's data."""
import re

import pytest

from marketplace.extensions import db
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.payments.models import Payment
from marketplace.people.accounts.models import Guest
from marketplace.people.organisations.models import Organisation
from tests.browser import Page


@pytest.fixture
def charity(city):
    return city.organisation()


def money(city, charity, wanted=20_000, **more):
    wish = city.wish(kind="money", category="aid", wanted=wanted, item="助听器", charity=charity, **more)
    return wish.ref, wish.needs[0].id


def put(browser, ref, need, yuan, **more):
    return browser.send(f"/wishes/{ref}", need=str(need), yuan=yuan, if_ended="refund", then="basket", **more)


def test_chosen_wishes_are_listed_counted_and_held_by_nobody(city, browser, charity):
    wishes = [money(city, charity) for _ in range(2)]
    db.session.remove()
    for ref, need in wishes:
        answer = put(browser, ref, need, "50")
    text = Page(answer.text).text
    assert answer.request.path == "/basket" and "¥100" in text and db.session.query(Pledge).count() == 0
    assert re.search(r'tally">2<', browser.get("/").text)
    with browser.session_transaction() as session:
        assert session["basket"] == {str(need): 5_000 for _ref, need in wishes}


def test_the_list_takes_the_same_statements_however_long_it_is(city, browser, charity):
    counted, org = [], charity.id
    for number in range(4):
        ref, need = money(city, db.session.get_one(Organisation, org), title=f"心愿{number}")
        db.session.remove()
        put(browser, ref, need, "10")
        browser.page("/basket")
        counted.append(browser.statements)
    assert len(set(counted)) == 1


def test_amounts_are_changed_and_paid_for_at_once_for_each_charity(city, browser, charity, till):
    other = city.organisation()
    mine, more, theirs = money(city, charity), money(city, charity), money(city, other)
    org, other_org = charity.id, other.id
    db.session.remove()
    for ref, need in (mine, more, theirs):
        put(browser, ref, need, "50")
    amounts = {f"amount-{mine[1]}": "30", f"amount-{more[1]}": "20.50", f"amount-{theirs[1]}": "10"}
    answer = browser.send("/basket", then=f"pay-{org}", **amounts, **{f"if_ended-{org}": "fund"})
    assert re.fullmatch(r"/gifts/[\w-]+/confirm", answer.request.path) and "¥50.50" in Page(answer.text).text
    payment, = db.session.query(Payment)
    assert [line.amount_fen for line in payment.lines] == [3_000, 2_050] and payment.organisation_id == org
    assert {p.if_ended for p in db.session.query(Pledge)} == {"fund"}
    ref = payment.ref
    db.session.remove()
    paid = browser.send(answer.request.path, follow=False, phone="13900000000")
    assert paid.headers["Location"] == f"https://till.example/{ref}"
    assert [item.amount_fen for item in till.opened[ref]["items"]] == [3_000, 2_050]
    city.pay(db.session.query(Pledge).first())
    db.session.remove()
    after = browser.page(answer.request.path.replace("confirm", "?paid=1").replace("/?", "?")).text
    assert "¥20.50" in after and "/basket" in browser.get("/gifts/").text
    with browser.session_transaction() as session:
        assert session["basket"] == {str(theirs[1]): 1_000} and len(session["gifts"]) == 2
    assert other_org != org


def test_one_that_became_full_is_named_and_nothing_is_held(city, browser, charity):
    mine, full = money(city, charity), money(city, charity, title="小马的助听器")
    org = charity.id
    db.session.remove()
    for ref, need in (mine, full):
        put(browser, ref, need, "100")
    pledges.reserve(db.session.get_one(Need, full[1]), 15_000, by=Guest())
    db.session.remove()
    answer = browser.send("/basket", then=f"pay-{org}")
    assert answer.request.path == "/basket" and "¥50" in Page(answer.text).text
    assert db.session.query(Pledge).count() == 1 and db.session.get_one(Need, mine[1]).pledged == 0
    db.session.remove()
    answer = browser.send("/basket", then=f"pay-{org}", **{f"amount-{full[1]}": "50"})
    assert answer.request.path.endswith("/confirm") and db.session.query(Payment).count() == 2


def test_what_is_typed_wrong_is_said_at_its_place(city, browser, charity):
    ref, need = money(city, charity)
    db.session.remove()
    put(browser, ref, need, "50")
    for typed in ("abc", "0", "-3"):
        answer = browser.send("/basket", 422, then="keep", **{f"amount-{need}": typed})
        assert f'id="amount-{need}-error"' in answer.text and f'value="{typed}"' in answer.text
    assert put(browser, ref, need, "").status_code == 422
    assert put(browser, ref, need, "500").status_code == 422


def test_things_go_to_their_own_last_step(city, browser):
    wish = city.wish(wanted=3)
    ref, need = wish.ref, wish.needs[0].id
    db.session.remove()
    browser.send(f"/wishes/{ref}", need=str(need), units="2", then="basket")
    answer = browser.send("/basket", then=f"promise-{need}", **{f"amount-{need}": "3"})
    assert answer.request.path.endswith("/confirm") and db.session.query(Pledge).one().units == 3
    with browser.session_transaction() as session:
        assert session["basket"] == {}


def test_what_is_not_public_any_more_is_left_out_and_can_be_taken_out(city, browser, charity):
    home = city.home()
    gone, stays = money(city, charity, home=home), money(city, charity)
    db.session.remove()
    for ref, need in (gone, stays):
        put(browser, ref, need, "50")
    city.lose(db.session.get_one(type(home), db.session.query(Wish).filter_by(ref=gone[0]).one().household_id))
    db.session.remove()
    assert f"amount-{gone[1]}" not in browser.get("/basket").text
    browser.send("/basket", then=f"out-{stays[1]}")
    with browser.session_transaction() as session:
        assert str(stays[1]) not in session["basket"]


def test_it_has_an_end_and_who_is_at_work_has_none(city, browser, charity):
    ref, need = money(city, charity)
    db.session.remove()
    with browser.session_transaction() as session:
        session["basket"] = {str(100_000 + number): 5_000 for number in range(20)}
    assert put(browser, ref, need, "50").status_code == 422
    browser.sign_in(city.person("operator"))
    assert put(browser, ref, need, "50").status_code == 403
    assert browser.send("/basket", then="keep").status_code == 400


def test_it_stays_after_signing_in_and_goes_when_signing_out(city, browser, charity):
    ref, need = money(city, charity)
    db.session.remove()
    put(browser, ref, need, "50")
    browser.sign_in(city.person("donor"))
    assert re.search(r'tally">1<', browser.get("/").text)
    browser.send("/sign-in/out", at="/")
    assert "tally" not in browser.get("/").text
