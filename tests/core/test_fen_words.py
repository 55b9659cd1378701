"""Amounts in capitals, as receipts and cheques want them; read back by somebody who does not know the library."""
import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.core import fen

DIGITS = dict(zip("零壹贰叁肆伍陆柒捌玖", range(10)))
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize("amount, words", [
    (12000, "人民币壹佰贰拾元整"), (1, "人民币壹分"), (10, "人民币壹角"), (105, "人民币壹元零伍分"), (100, "人民币壹元整"),
    (1_000_000, "人民币壹万元整"), (168_032, "人民币壹仟陆佰捌拾元叁角贰分"), (1_640_902, "人民币壹万陆仟肆佰零玖元零贰分"),
    (10_010_000, "人民币壹拾万零壹佰元整"), (10**11, "人民币壹拾亿元整"), (1_050_000_050, "人民币壹仟零伍拾万元伍角")])
def test_amounts_in_words(amount, words):
    assert fen.words(amount) == words


@given(some.integers(1, 10**13))
def test_the_words_say_the_amount(amount):
    words = fen.words(amount)
    assert read(words.removeprefix("人民币")) == amount
    assert "零零" not in words and not re.search("零[元整拾佰仟万亿]", words)


def read(words: str) -> int:
    """Fen of an amount in capitals."""
    yuan, _yuan, rest = words.partition("元") if "元" in words else ("", "", words)
    jiao = re.search("(.)角", rest)
    small = re.search("(.)分", rest)
    return section(yuan) * 100 + (DIGITS[jiao[1]] * 10 if jiao else 0) + (DIGITS[small[1]] if small else 0)


def section(words: str) -> int:
    for mark, worth in (("亿", 10**8), ("万", 10**4)):
        if mark in words:
            before, _mark, after = words.rpartition(mark)
            return section(before) * worth + section(after)
    total, digit = 0, 0
    for character in words:
        if character in UNITS:
            total, digit = total + digit * UNITS[character], 0
        else:
            digit = DIGITS[character]
    return total + digit
