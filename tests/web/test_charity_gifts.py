"""A charity's desk of money: slips by two people, refunds by hand, money that waits, disputes."""
from datetime import timedelta

import pytest

from marketplace.core import audit, clock
from marketplace.extensions import db
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.models import Gift, Slip
from marketplace.market.pledges import service as pledges
from marketplace.money.ledger import service as ledger
from marketplace.money.payments.models import Refund
from marketplace.people.accounts.models import Guest, User
from marketplace.people.organisations.models import Organisation
from tests.browser import Page
from tests.city import picture


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def clerk(city, charity):
    return city.person("charity", organisation_id=charity.id)


@pytest.fixture
def manager(city, charity):
    return city.person("charity", organisation_id=charity.id)


def record(browser, **fields):
    import io
    return browser.send("/charity/gifts/new", **{
        "way": "bank", "yuan": "60", "paid_on": clock.today().isoformat(), "reference": "TX1", "if_ended": "fund",
        "photo": (io.BytesIO(picture()), "slip.jpg"), "name": "李建国", "phone": "13900000000", **fields})


def test_a_slip_goes_from_one_to_the_other_and_into_the_books(city, app, charity, clerk, manager):
    org, keys = charity.id, (clerk.get_id(), manager.get_id())
    first, second = app.test_client().sign_in(clerk), app.test_client().sign_in(manager)
    db.session.remove()
    answer = record(first, target=f"fund:{org}")
    slip = db.session.query(Slip).one()
    number = slip.id
    assert answer.request.path == f"/charity/gifts/slips/{number}" and "李建国" in answer.text
    assert first.get(f"/charity/gifts/slips/{number}/photo").mimetype == "image/webp"
    db.session.remove()
    assert "/confirm" not in first.get(f"/charity/gifts/slips/{number}").text
    first.send(f"/charity/gifts/slips/{number}/confirm", at="/charity/gifts/new")
    assert ledger.held(f"fund:{org}") == 0
    db.session.remove()
    second.send(f"/charity/gifts/slips/{number}/confirm", at=f"/charity/gifts/slips/{number}")
    assert ledger.held(f"fund:{org}") == 6_000 and len(set(keys)) == 2
    read = db.session.query(audit.AuditEntry).filter_by(capability="slip.read", subject=f"slip:{number}").count()
    assert read >= 2


@pytest.mark.parametrize("field, fields", [
    ("photo", {"photo": ""}), ("yuan", {"yuan": "-1"}), ("yuan", {"yuan": ""}), ("reference", {"reference": ""}),
    ("paid_on", {"paid_on": "x"}), ("paid_on", {"paid_on": "2999-01-01"}), ("target", {"target": "fund:999"}),
    ("phone", {"phone": "12"}), ("mail", {"mail": "x"})])
def test_what_is_missing_is_said_at_its_field(browser, charity, clerk, field, fields):
    target = f"fund:{charity.id}"
    browser.sign_in(clerk)
    db.session.remove()
    answer = record(browser, **{"target": target, **fields})
    assert answer.status_code == 422 and f'href="#{field}"' in answer.text and db.session.query(Slip).count() == 0


def test_the_same_number_again_is_refused_with_where_it_stands(browser, charity, clerk):
    target = f"fund:{charity.id}"
    browser.sign_in(clerk)
    db.session.remove()
    record(browser, target=target)
    answer = record(browser, target=target)
    assert answer.status_code == 422 and str(db.session.query(Slip).one().id) in Page(answer.text).text


def test_a_wish_is_chosen_by_its_title(city, browser, charity, clerk, manager):
    need = city.need(kind="money", category="aid", wanted=20_000, item="助听器", charity=charity).id
    browser.sign_in(clerk)
    db.session.remove()
    assert f'value="need:{need}"' in browser.get("/charity/gifts/new").text
    record(browser, target=f"need:{need}")
    assert db.session.query(Slip).one().need_id == need


def test_a_refusal_needs_its_reason(city, browser, clerk, manager):
    number = city.slip(clerk).id
    browser.sign_in(manager)
    db.session.remove()
    browser.send(f"/charity/gifts/slips/{number}/refuse", at=f"/charity/gifts/slips/{number}", reason=" ")
    assert db.session.get_one(Slip, number).state == "recorded"
    db.session.remove()
    browser.send(f"/charity/gifts/slips/{number}/refuse", at=f"/charity/gifts/slips/{number}", reason="没有到账")
    assert db.session.get_one(Slip, number).state == "refused"


def test_another_charity_sees_none_of_it(city, browser, clerk):
    number = city.slip(clerk).id
    browser.sign_in(city.person("charity", organisation_id=city.organisation().id))
    db.session.remove()
    for path in (f"/charity/gifts/slips/{number}", f"/charity/gifts/slips/{number}/photo"):
        assert browser.get(path).status_code == 404
    assert "TX" not in browser.get("/charity/gifts").text


def test_cash_goes_back_by_hand_and_two_people_say_so(city, app, charity, clerk, manager):
    slip = city.slip(clerk, way="cash")
    gifts.confirm_slip(slip, by=manager)
    city.settle()
    gift = db.session.query(Gift).one().id
    first, second = app.test_client().sign_in(clerk), app.test_client().sign_in(manager)
    db.session.remove()
    answer = first.send(f"/charity/gifts/gift/{gift}/back", at="/charity/gifts?show=received")
    assert answer.request.path == "/charity/gifts"
    city.settle()
    refund = db.session.query(Refund).one().id
    db.session.remove()
    first.send(f"/charity/gifts/refunds/{refund}/record", at="/charity/gifts?show=back", paid_on=clock.today().isoformat())
    assert "/confirm" not in first.get("/charity/gifts?show=back").text
    db.session.remove()
    second.send(f"/charity/gifts/refunds/{refund}/confirm", at="/charity/gifts?show=back")
    city.settle()
    assert db.session.get_one(Gift, gift).state == "refunded" and not ledger.verify().wrong


def test_money_that_waits_and_disputes_are_shown_with_their_days(city, browser, charity, clerk, hold):
    need = city.need(kind="money", category="aid", wanted=20_000, item="助听器", charity=charity)
    late = pledges.reserve(need, 8_000, by=Guest()).pledge
    with hold(clock.now() + timedelta(minutes=40)):
        pledges.lapse()
        city.settle()
    disputed = city.promise(need, 20_000)
    city.pay(late)
    city.dispute(disputed)
    browser.sign_in(clerk)
    number = need.id
    db.session.remove()
    assert "¥80" in browser.page("/charity/gifts?show=late&lang=en").text
    text = browser.page("/charity/gifts?show=disputes").text
    assert "¥200" in text and "did not pay" in text
    answer = browser.send(f"/charity/needs/{number}/purchase", at="/charity/")
    assert "bank asks back" in Page(answer.text).text


VIEWS = ("slips", "late", "back", "disputes", "received")


def test_each_list_takes_the_same_statements_however_long_it_is(city, browser, charity, clerk, manager, hold):
    org, people = charity.id, (clerk.id, manager.id)
    browser.sign_in(clerk)

    def grow():
        first, second = (db.session.get_one(User, number) for number in people)
        home = db.session.get_one(Organisation, org)
        need = city.need(kind="money", category="aid", wanted=20_000, item="助听器", charity=home)
        city.slip(first, need_id=need.id)
        slip = city.slip(first)
        gifts.confirm_slip(slip, by=second)
        city.settle()
        gifts.refund(db.session.get_one(Gift, int(slip.purpose.removeprefix("gift:"))), by=first)
        late = pledges.reserve(need, 8_000, by=Guest()).pledge
        with hold(clock.now() + timedelta(minutes=40)):
            pledges.lapse()
            city.settle()
        city.dispute(city.promise(need, 20_000))
        city.pay(late)
        db.session.remove()
        return [browser.page(f"/charity/gifts?show={view}") and browser.statements for view in VIEWS]

    before = grow()
    grow()
    assert grow() == before
