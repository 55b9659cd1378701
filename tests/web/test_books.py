"""The books on the desk of those who answer for the whole city; nobody else sees a fen of them."""
import pytest

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.money.ledger.models import Account
from marketplace.money.payments.provider import Moved
from marketplace.money.reconciliation import service as reconciliation
from marketplace.money.reconciliation.models import Difference
from tests.city import TOWN


@pytest.fixture
def gift(city):
    return city.promise(city.need(kind="money", category="aid", wanted=20_000), 8_000)


@pytest.fixture
def supervisor(city, app):
    browser = app.test_client()
    browser.sign_in(city.person("supervisor"))
    return browser


def test_the_accounts_of_a_kind_and_the_entries_of_one(city, gift, supervisor):
    page = supervisor.get("/books/?lang=en&kind=wish").text
    assert "Payment service" in page and page.count("¥80") >= 4
    account = db.session.query(Account).filter_by(name=f"wish:{gift.wish_id}").one()
    page = supervisor.get(f"/books/accounts/{account.id}?lang=en").text
    assert "Gift paid" in page and "-¥80" in page and "+¥80" in page


def test_the_books_are_proven_by_a_button(city, gift, supervisor):
    assert "1 bookings of 2 entries" in supervisor.send("/books/proof", at="/books/?lang=en").text


def test_a_difference_is_looked_into(city, app, gift, supervisor):
    app.extensions["till"].lines.append(Moved("txn_x", "charge", "ch_x", "pi_x", 5_000, 0, clock.now()))
    reconciliation.ask(city.person("administrator"))
    city.settle()
    page = supervisor.get("/books/provider?lang=en").text
    assert "txn_x" in page and "differs by" in page and "+¥50" in page
    number = db.session.query(Difference).filter_by(subject="txn_x").one().id
    address = f"/books/provider/{number}"
    supervisor.send(address, 422, note="")
    supervisor.send(address, 200, note="已转慈善会")
    assert "txn_x" not in supervisor.get("/books/provider").text
    assert "已转慈善会" in supervisor.get("/books/provider?state=resolved").text
    assert "2026" in supervisor.get("/books/provider.csv").text


def test_a_comparison_is_asked_for_by_a_button(city, gift, supervisor):
    supervisor.send("/books/provider/compare", at="/books/provider")
    city.settle()
    assert "Last compared" in supervisor.get("/books/provider?lang=en").text


def test_a_supervisor_of_a_town_sees_no_account_of_the_city(city, app, gift):
    browser = app.test_client()
    browser.sign_in(city.person("supervisor", TOWN))
    account = db.session.query(Account).first()
    assert "¥80" not in browser.get("/books/?kind=wish").text
    assert browser.get(f"/books/accounts/{account.id}").status_code == 404
    assert "¥" not in browser.get("/books/provider").text


def test_as_many_questions_for_many_as_for_few(city, app, supervisor):
    def asked(address: str) -> int:
        supervisor.get(address)
        return supervisor.statements
    city.promise(city.need(kind="money", category="aid", wanted=20_000), 8_000)
    reconciliation.ask(city.person("administrator"))
    city.settle()
    addresses = ("/books/?kind=wish", "/books/accounts/1", "/books/provider")
    few = [asked(address) for address in addresses]
    charity = city.organisation()
    for _more in range(4):
        city.promise(city.need(kind="money", category="aid", wanted=20_000, charity=charity), 5_000)
    city.settle()
    assert [asked(address) for address in addresses] == few
