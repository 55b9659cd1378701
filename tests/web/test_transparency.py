"""Where the money goes: a gift can be followed from the card to the quilt by anybody, and nobody finds the family."""
import csv
import io
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import followed, problems
from marketplace.market.deliveries import service as deliveries
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import PledgeContact
from marketplace.market.transparency import city as sums
from marketplace.market.transparency import trails
from marketplace.market.wishes.models import Consent
from marketplace.money.ledger import service as ledger
from marketplace.money.payments.provider import Moved
from marketplace.money.reconciliation import service as reconciliation
from marketplace.network.registry.models import Household
from tests.city import TOWN


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def given(city, charity):
    """A wish for money: paid, bought, delivered and confirmed."""
    wish = city.wish(city.home(), kind="money", category="aid", wanted=20_000, item="助听器", charity=charity)
    city.promise(wish.needs[0], 20_000)
    delivery = deliveries.purchase(wish.needs[0], by=city.person("charity", organisation_id=charity.id))
    worker = city.person("social_worker", TOWN)
    deliveries.dispatch(delivery, "charity_run", by=city.person("charity", organisation_id=charity.id))
    deliveries.arrive(delivery, by=worker)
    city.settle()
    problems.absent(delivery, clock.today() + timedelta(days=1), "不在家", by=worker)
    deliveries.hand_over(delivery, city.code(), by=worker)
    deliveries.confirm(delivery, by=city.beneficiary(db.session.get_one(Household, wish.household_id)))
    city.settle()
    return wish


def test_one_gift_can_be_followed_from_the_card_to_the_door(given, browser):
    page = browser.page(f"/transparency/wishes/{given.ref}?lang=en").text
    order = ["Checked by a worker", "Given", "Spent by the charity", "Handed over", "The household has confirmed"]
    assert [page.index(step) for step in order] == sorted(page.index(step) for step in order)
    assert "+¥200" in page and "-¥200" in page and "Came true" in page


def test_times_end_where_a_door_begins_and_that_nobody_was_at_home_is_told_to_nobody_else(given, browser):
    steps = trails.trail(given.ref).steps
    assert [(s.kind, s.at is not None) for s in steps] == [
        ("published", True), ("payment", True), ("purchase", True), ("planned", True), ("dispatched", True),
        ("arrived", False), ("handed_over", False), ("confirmed", False)]
    moments = re.findall(r'<time datetime="([^"]+)"', browser.get(f"/transparency/wishes/{given.ref}").text)
    assert [len(moment) > len("2026-07-01") for moment in moments] == [s.at is not None for s in steps]
    contact = db.session.scalars(select(PledgeContact)).one()
    gift = followed.gift(contact.secret.reveal())
    assert "absent" not in {step.state for step in gift.steps} and "confirmed" in {step.state for step in gift.steps}


def test_nothing_on_the_trail_says_whose_wish_it_is(given, browser):
    page = browser.get(f"/transparency/wishes/{given.ref}").text
    for word in (given.title, given.alias, given.story, "德城", "岁", given.age_band, "棉被"):
        assert word not in page.split("<main")[1], word


def test_a_wish_that_is_not_public_now_has_no_trail(city, browser, charity):
    home = city.home()
    wish = city.wish(home, kind="money", category="aid", wanted=20_000, charity=charity)
    city.promise(wish.needs[0], 8_000)
    assert browser.get(f"/transparency/wishes/{wish.ref}").status_code == 200
    city.lose(home)
    assert browser.get(f"/transparency/wishes/{wish.ref}").status_code == 410
    assert wish.ref not in browser.get("/transparency/data/entries.csv").text
    assert browser.get("/transparency/wishes/never").status_code == 410


def test_a_consent_that_is_withdrawn_takes_the_trail_along(given, browser):
    with transaction() as session:
        session.get_one(Consent, given.consent_id).withdrawn_at = clock.now()
    assert browser.get(f"/transparency/wishes/{given.ref}").status_code == 410
    assert given.ref not in browser.get("/transparency/").text


def test_the_sums_of_the_page_are_those_of_the_files(city, charity, given, browser, till):
    back = city.promise(city.need(kind="money", category="aid", wanted=20_000, charity=charity), 9_000)
    till.charges[city.payment(back).intent_id] = 9_000
    till.lines.append(Moved("txn_b", "charge", "ch_b", city.payment(back).intent_id, 9_000, 261, clock.now()))
    pledges.refund(back, by=city.person("charity", organisation_id=charity.id))
    city.settle()
    reconciliation.ask(city.person("administrator"))
    city.settle()
    money = sums.money()
    assert money.all.received == 29_000 and money.all.spent == 20_000 and money.all.given_back == 9_000
    assert money.all.fees == 261 and money.adds_up and money.all.left == -261
    rows = list(csv.DictReader(io.StringIO(browser.get("/transparency/data/entries.csv").text)))
    assert json.loads(browser.get("/transparency/data/entries.json").text) == [
        {**row, "booking": int(row["booking"]), "amount_fen": int(row["amount_fen"])} for row in rows]
    assert sum(int(row["amount_fen"]) for row in rows) == 0
    came = sum(int(r["amount_fen"]) for r in rows if r["cause"] == "payment" and r["side"] == "where")
    went = -sum(int(r["amount_fen"]) for r in rows if r["cause"] == "purchase" and r["side"] == "where")
    assert (came, went) == (money.all.received, money.all.spent)
    assert {row["of"] for row in rows if row["account"] == "bank"} == {charity.credit_code}
    page = browser.page("/transparency/?lang=en").text
    assert "Came in ¥290" in page and "It adds up" in page


def test_an_empty_city_adds_up_too(city, browser):
    assert sums.money().adds_up and "The first gift is still to come" in browser.page("/transparency/?lang=en").text
    assert browser.get("/transparency/data/entries.json").json == []
    assert browser.get("/transparency/data/x.csv").status_code == 404


def test_the_page_says_when_it_does_not_add_up(city, browser):
    with transaction() as session:
        ledger.move("fund:1", "cash:1", 500, "payment:1")
        session.execute(text("UPDATE account SET balance_fen = balance_fen + 1 WHERE name = 'cash:1'"))
    assert "do not add up" in browser.page("/transparency/?lang=en").text


def test_wishes_that_came_true_are_listed_by_what_they_were(given, browser):
    assert given.ref in browser.get("/transparency/?category=aid").text
    assert given.ref not in browser.get("/transparency/?category=bedding").text
    row, = trails.fulfilled().rows
    assert row.ref == given.ref and row.confirmed_at
    assert given.ref in browser.get("/transparency/data/wishes.csv").text


def test_as_many_questions_for_many_as_for_few(city, given, browser):
    def asked(path: str) -> int:
        assert browser.get(path).status_code == 200
        return browser.statements
    few = asked("/transparency/"), asked(f"/transparency/wishes/{given.ref}")
    for _more in range(3):
        city.promise(city.need(kind="money", category="aid", wanted=20_000), 500)
    assert (asked("/transparency/"), asked(f"/transparency/wishes/{given.ref}")) == few
