"""Signing in: right codes once, wrong ones counted, known and unknown answered alike."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.rules import TooManyTries, WrongCode, WrongPassword

PHONE = "138 0000 1111"


def test_a_code_works_once(city):
    accounts.send_code(PHONE)
    code = city.code()
    accounts.use_code(PHONE, code)
    with pytest.raises(WrongCode):
        accounts.use_code(PHONE, code)


def test_a_code_is_for_its_own_phone(city):
    accounts.send_code(PHONE)
    accounts.send_code("13800002222")
    with pytest.raises(WrongCode):
        accounts.use_code(PHONE, city.code())


def test_a_code_is_too_old_after_five_minutes(city, hold):
    accounts.send_code(PHONE)
    with hold(clock.now() + timedelta(minutes=5, seconds=1)), pytest.raises(WrongCode):
        accounts.use_code(PHONE, city.code())


def test_after_five_wrong_tries_the_right_one_is_wrong_too(city):
    accounts.send_code(PHONE)
    code = city.code()
    for _ in range(5):
        with pytest.raises(WrongCode):
            accounts.use_code(PHONE, "000000" if code != "000000" else "111111")
    with pytest.raises(WrongCode):
        accounts.use_code(PHONE, code)


def test_a_phone_gets_only_so_many_codes(city):
    for _ in range(5):
        accounts.send_code(PHONE)
    with pytest.raises(TooManyTries):
        accounts.send_code(PHONE)


@pytest.mark.parametrize("typed", ["", "12", "not a phone", "1" * 30])
def test_what_is_no_phone_is_said_so(city, typed):
    with pytest.raises(Invalid):
        accounts.send_code(typed)


def test_passwords_and_guessing(city):
    accounts.create("administrator", username="root", password="a long password here")
    assert accounts.sign_in_by_password("root", "a long password here", "10.0.0.1").role == "administrator"
    for _ in range(10):
        with pytest.raises(WrongPassword):
            accounts.sign_in_by_password("root", "wrong", "10.0.0.1")
    with pytest.raises(TooManyTries):
        accounts.sign_in_by_password("root", "a long password here", "10.0.0.1")


def test_unknown_and_wrong_are_the_same_answer(city):
    for name in ("nobody", "root"):
        with pytest.raises(WrongPassword):
            accounts.sign_in_by_password(name, "x", "10.0.0.2")


def test_a_volunteer_comes_in_as_one_and_a_new_phone_as_a_donor(city):
    volunteer = accounts.create("volunteer", phone=PHONE)
    assert accounts.of_phone(PHONE, "donor", "volunteer").id == volunteer.id
    assert accounts.of_phone("13800009999", "donor", "volunteer").role == "donor"


def test_a_closed_account_stays_out(city):
    from marketplace.core.transaction import transaction
    user = accounts.create("donor", phone=PHONE)
    with transaction():
        user.active = False
    with pytest.raises(WrongCode):
        accounts.of_phone(PHONE, "donor")
