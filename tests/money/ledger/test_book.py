"""The books: every booking adds up to zero, once per cause, and nothing that was written changes."""
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.money.ledger import service as ledger
from marketplace.money.ledger.rules import Overdrawn, Unbalanced


def test_a_gift_stands_on_two_accounts(city):
    assert ledger.move("wish:1", "provider", 8_000, "payment:1")
    assert (ledger.balance("provider"), ledger.held("wish:1")) == (8_000, 8_000)


def test_the_same_cause_is_booked_once(city):
    assert ledger.move("wish:1", "provider", 8_000, "payment:1")
    assert not ledger.move("wish:1", "provider", 8_000, "payment:1")
    assert ledger.balance("provider") == 8_000 and ledger.verify().bookings == 1


@pytest.mark.parametrize("moves", [{}, {"provider": 0}, {"provider": 5}, {"provider": 5, "wish:1": -4}])
def test_what_does_not_add_up_is_no_booking(city, moves):
    with pytest.raises(Unbalanced):
        ledger.book("x", moves)
    assert ledger.verify().bookings == 0


def test_an_account_of_no_known_kind_is_none(city):
    with pytest.raises(ValueError):
        ledger.move("pocket:1", "provider", 5, "x")


def test_the_database_itself_refuses_a_booking_that_does_not_add_up(city):
    ledger.move("wish:1", "provider", 8_000, "payment:1")
    with pytest.raises(DatabaseError), db.engine.begin() as connection:
        connection.execute(text("INSERT INTO entry (booking_id, account_id, amount_fen) SELECT id, "
                                "(SELECT MIN(id) FROM account), 1 FROM booking"))
    assert not ledger.verify().wrong


@pytest.mark.parametrize("attempt", [
    "UPDATE entry SET amount_fen = 2 * amount_fen", "DELETE FROM entry", "UPDATE booking SET cause = 'other'",
    "DELETE FROM booking"])
def test_the_database_itself_refuses_to_change_what_is_written(city, attempt):
    ledger.move("wish:1", "provider", 8_000, "payment:1")
    with pytest.raises(DatabaseError), db.engine.begin() as connection:
        connection.execute(text(attempt))
    assert not ledger.verify().wrong


def test_a_correction_is_a_booking_the_other_way_and_happens_once(city):
    ledger.move("wish:1", "provider", 8_000, "payment:1")
    assert ledger.reverse("payment:1", "mistake:1") and not ledger.reverse("payment:1", "mistake:1")
    assert (ledger.balance("provider"), ledger.held("wish:1"), ledger.verify().bookings) == (0, 0, 2)


def test_no_more_is_taken_from_a_purpose_than_it_holds(city):
    ledger.move("wish:1", "provider", 8_000, "payment:1")
    with pytest.raises(Overdrawn) as no:
        ledger.move("bank:1", "wish:1", 8_001, "purchase:1")
    assert no.value.held_fen == 8_000
    assert ledger.held("wish:1") == 8_000 and ledger.verify().bookings == 1


def test_a_changed_balance_is_found(city):
    ledger.move("wish:1", "provider", 8_000, "payment:1")
    with transaction() as session:
        session.execute(text("UPDATE account SET balance_fen = balance_fen + 1 WHERE name = 'provider'"))
    assert ledger.verify().wrong == ["provider", "sum of all accounts"]


def test_any_sequence_ends_balanced(city):
    """Random bookings of two to four accounts, repeated causes and reversals: kept balances stay those of the entries."""
    draw = random.Random(20261126)
    names, expected, booked = ["provider", "bank:1", "bank:2", "fund:1", "fund:2", "fees:1"], {}, []
    for number in range(300):
        chosen = draw.sample(names, draw.randint(2, 4))
        amounts = [draw.randint(-10**6, 10**6) or 1 for _ in chosen[1:]]
        if sum(amounts) == 0:
            continue
        moves = dict(zip(chosen, [-sum(amounts), *amounts]))
        cause = f"c{draw.randint(0, number)}"
        if ledger.book(cause, moves):
            booked.append(cause)
            for name, amount in moves.items():
                expected[name] = expected.get(name, 0) + amount
        if booked and draw.random() < 0.1:
            wrong = draw.choice(booked)
            before = {name: ledger.balance(name) for name in names}
            if ledger.reverse(wrong, f"undo:{wrong}"):
                expected = {n: expected.get(n, 0) + ledger.balance(n) - before[n] for n in names}
    assert {n: ledger.balance(n) for n in names} == {n: expected.get(n, 0) for n in names}
    assert not ledger.verify().wrong


def test_many_at_once_on_the_same_accounts_lose_nothing(city, app):
    def give(number: int) -> bool:
        with app.app_context():
            try:
                return ledger.move("wish:1", "provider", 100, f"payment:{number % 20}")
            finally:
                db.session.remove()
    with ThreadPoolExecutor(8) as pool:
        booked = list(pool.map(give, range(40)))
    assert sum(booked) == 20 and ledger.held("wish:1") == 2_000 and not ledger.verify().wrong
