"""Numbers of receipts, names and numbers as people type them."""
import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.core import credit_code, numbers
from marketplace.core.errors import Invalid
from marketplace.money.receipts import rules

NUMBERS = some.builds(lambda random: rules.new_number(2026, random.choice), some.randoms())


@given(NUMBERS)
def test_a_number_has_one_shape_and_is_read_back(number):
    assert len(number) == 22 and number.startswith("TW-2026-")
    for typed in (number, number.lower(), f" {number} ", *(number.replace("-", other) for other in ("", " ", "－", "–"))):
        assert rules.normal_number(typed) == number


@given(NUMBERS, some.data())
def test_every_wrong_character_and_every_swap_is_noticed(number, data):
    plain = number.replace("-", "")
    at = data.draw(some.integers(0, len(plain) - 1))
    other = data.draw(some.sampled_from(credit_code.ALPHABET))
    wrong = plain[:at] + other + plain[at + 1:]
    swapped = plain[:at] + plain[at:at + 2][::-1] + plain[at + 2:]
    for typed in (wrong, swapped):
        if typed != plain:
            assert rules.normal_number(typed) in ("", numbers.shown(plain)[:0])


def test_letters_that_numbers_do_not_have_are_read_as_what_they_look_like():
    number = numbers.shown((lambda first: first + credit_code.check_character(first))("TW2026" + "01250U12050"))
    assert rules.normal_number(number[:8] + number[8:].replace("0", "O").replace("1", "I").replace("2", "Z")
                               .replace("5", "S").replace("U", "V")) == number


@pytest.mark.parametrize("typed", ["", "-", "TW-2026", "x" * 400, "TW-2026-AAAA-AAAA-AAAA", "📦" * 18, "٣" * 18])
def test_what_is_no_number_is_none(typed):
    assert rules.normal_number(typed) == ""


@pytest.mark.parametrize("name, shown", [("张三", "张**"), ("欧阳娜娜", "欧**"), ("德州某某公司", "德**"), ("Smith", "S**"),
                                         ("", "")])
def test_strangers_see_the_first_character_of_a_name(name, shown):
    assert rules.masked(name) == shown


@pytest.mark.parametrize("typed", ["", "   ", "12345", "—", "名" * 61])
def test_a_payer_has_a_name(typed):
    with pytest.raises(Invalid) as no:
        rules.payer_name(typed)
    assert no.value.field == "payer"


def test_a_company_has_a_credit_code_that_checks():
    assert rules.payer_code("9111 0000 6000 3734 1l") == "91110000600037341L" and rules.payer_code("") == ""
    for wrong in ("91110000600037341K", "123", "9111000060003734IL"):
        with pytest.raises(Invalid):
            rules.payer_code(wrong)


def test_numbers_of_official_receipts_are_digits():
    assert rules.official_numbers("3706 0124", "００１２３４５６７８") == ("37060124", "0012345678")
    for code, number in (("3706", "0012345678"), ("37060124", "12"), ("3706012x", "0012345678"), ("", "")):
        with pytest.raises(Invalid):
            rules.official_numbers(code, number)
    assert rules.check_code(" a1B2c3 ") == "a1B2c3" and rules.check_code("") == ""
    with pytest.raises(Invalid):
        rules.check_code("12345")
