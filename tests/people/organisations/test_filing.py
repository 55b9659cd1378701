"""A filing number says who filed, and when; a wrong one is told what is wrong with it."""
from datetime import date

import pytest

from marketplace.core import credit_code
from marketplace.core.errors import Invalid
from marketplace.people.organisations import filing

CODE = "53371400MJD000011U"
DAY = date(2026, 7, 1)


@pytest.mark.parametrize("typed", [f"{CODE}A26001", f" {CODE.lower()} a 26001 ", f"{CODE[:8]}-{CODE[8:]}-A26001",
                                   "".join(chr(ord(c) + 0xFEE0) for c in f"{CODE}A26001")])
def test_it_is_kept_in_one_form_however_it_is_typed(typed):
    assert filing.check(typed, CODE, DAY) == f"{CODE}A26001"


@pytest.mark.parametrize("typed, rule", [
    ("", "empty"), ("  ", "empty"), ("A26001", "filing_form"), (f"{CODE}B26001", "filing_form"),
    (f"{CODE}A26", "filing_form"), (f"{CODE}A26000", "filing_form"), (f"{CODE}A26000001", "filing_form"),
    (f"{CODE[:-1]}IA26001", "filing_form"), (f"{CODE[:-1]}1A26001", "filing_code"),
    ("53371402MJD00002XGA26001", "filing_of_another"), (f"{CODE}A15001", "filing_year"), (f"{CODE}A27001", "filing_year")])
def test_what_is_wrong_is_told(typed, rule):
    with pytest.raises(Invalid) as no:
        filing.check(typed, CODE, DAY)
    assert (no.value.field, no.value.rule) == ("filing_number", rule)


def test_a_year_that_has_begun_is_a_year():
    assert filing.check(f"{CODE}A16001", CODE, DAY).endswith("A16001")
    assert filing.check(f"{CODE}A27123", CODE, date(2027, 1, 1)).endswith("A27123")


@pytest.mark.parametrize("code", ["914403001922038216", "91440300708461136T"])
def test_codes_of_the_world_are_right(code):
    """Those of two companies, as printed on their papers."""
    assert credit_code.valid(code)
    for place in range(17):
        for other in credit_code.ALPHABET:
            if other != code[place]:
                assert not credit_code.valid(code[:place] + other + code[place + 1:])


@pytest.mark.parametrize("code", ["", "9144030019220382", "91440300192203821I", "91440300192203821６", "914403001922038217",
                                  "914403001922038216 "])
def test_what_is_no_credit_code(code):
    assert not credit_code.valid(code)
