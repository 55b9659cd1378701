"""Fen, places, identity numbers, pairs of characters."""
import pytest

from marketplace.core import fen, grams, identity_number, places


@pytest.mark.parametrize("typed, amount", [
    ("80", 8000), ("80.5", 8050), ("¥1,234.50", 123450), (" ￥0.01 ", 1), ("1e2", 10000)])
def test_yuan_as_typed(typed, amount):
    assert fen.from_yuan(typed) == amount


@pytest.mark.parametrize("typed", ["", "abc", "1.234", "NaN", "Infinity", "-", "8 0", "1e400000"])
def test_what_is_no_amount(typed):
    with pytest.raises(ValueError):
        fen.from_yuan(typed)


@pytest.mark.parametrize("total, weights, shares", [
    (100, [1, 1, 1], [34, 33, 33]), (5, [3, 0, 2], [3, 0, 2]), (0, [1, 2], [0, 0])])
def test_shares_add_up(total, weights, shares):
    assert fen.split(total, weights) == shares


def test_the_divisions_of_the_city():
    assert len(places.children("3714")) == 12
    assert sum(len(places.children(c)) for c in places.children("3714")) == 135
    assert places.name("371402") == "德城区" and places.full_name("371402001", "en").endswith("Decheng")
    villages = [v for c in places.children("3714") for t in places.children(c) for v in places.children(t)]
    assert len(villages) > 5000


def test_an_area_is_a_prefix_and_none_holds_nothing():
    low, high = places.span("371402")
    assert low <= "371402001001" < high and not low <= "371403001" < high
    low, high = places.span("")
    assert not low <= "371402" < high


def test_identity_numbers():
    assert identity_number.valid("11010519491231002X") and not identity_number.valid("110105194912310021")


def test_pairs_find_parts():
    text = grams.fold("一床　厚ＡＢ棉被")
    assert text == "一床 厚ab棉被" and grams.pairs("棉被") == [grams.pairs(text)[-1]]
    assert grams.terms("  ") == [] and len(grams.terms("a b c d e f g h i j")) == 8
