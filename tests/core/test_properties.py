"""What holds for every value, tried on many."""
from hypothesis import given, settings
from hypothesis import strategies as some

from marketplace.core import fen, grams, identity_number
from marketplace.market.wishes.rules import check_anonymous


@given(some.integers(0, 10**12), some.lists(some.integers(0, 10**6), min_size=1, max_size=30).filter(any))
def test_shares_add_up_and_none_is_off_by_more_than_a_fen(total, weights):
    shares = fen.split(total, weights)
    assert sum(shares) == total
    assert all(abs(share - total * weight / sum(weights)) <= 1 for share, weight in zip(shares, weights))


@given(some.integers(-10**12, 10**12))
def test_an_amount_survives_its_writing(amount):
    sign = "-" if amount < 0 else ""
    assert fen.from_yuan(f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02}") == amount


@given(some.text(max_size=40), some.integers(0, 40), some.integers(2, 8))
def test_the_pairs_of_a_part_are_a_run_of_the_pairs_of_the_whole(text, start, length):
    whole = grams.fold(text)
    part = whole[start : start + length]
    if len(part) >= 2:
        cut, all_ = grams.pairs(part), grams.pairs(whole)
        assert any(all_[i : i + len(cut)] == cut for i in range(len(all_)))


@given(some.from_regex(r"[1-9][0-9]{16}", fullmatch=True))
def test_exactly_one_check_character_fits(first):
    assert sum(identity_number.valid(first + last) for last in "0123456789X") == 1


@settings(max_examples=50)
@given(some.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), some.sampled_from(["电话{}", "{}", "打 {} 找我", "（{}）"]))
def test_a_phone_is_found_in_any_text(phone, around):
    import pytest

    from marketplace.core.errors import Invalid
    with pytest.raises(Invalid):
        check_anonymous("story", around.format(phone), [])
