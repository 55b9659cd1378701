"""What stands between a need and a line: sizes, places and days, the donor's conditions, what may be split."""
from dataclasses import replace

import pytest

from marketplace.market.matching.engine import Line, Need, Rules, match
from tests.market.matching.oracle import given

TOWN, NEXT, FAR = "371402001", "371402002", "371422100"
NEED = Need(1, "coat", 1, TOWN, size="M", urgency=1, group=2, category="winter", charity=7)
LINE = Line(1, "coat", 1, NEXT)


@pytest.mark.parametrize(("need", "line", "served"), [
    ({}, {}, True),
    ({}, {"size": "M"}, True), ({}, {"size": "L"}, False), ({"size": ""}, {"size": "L"}, True),
    ({}, {"area": "371402"}, True), ({}, {"area": TOWN}, True), ({}, {"area": NEXT}, False), ({}, {"area": "371422"}, False),
    ({}, {"groups": 1 << 2}, True), ({}, {"groups": 0b11}, False),
    ({}, {"urgency": 1}, True), ({}, {"urgency": 2}, False),
    ({}, {"charity": 7}, True), ({}, {"charity": 8}, False),
    ({}, {"category": "winter"}, True), ({}, {"category": "food"}, False),
    ({"closes_in": 3}, {}, True), ({"closes_in": 2}, {}, False), ({"closes_in": 2}, {"place": TOWN}, True),
    ({}, {"ends_in": 3}, True), ({}, {"ends_in": 2}, False), ({}, {"ends_in": 6, "place": FAR}, False),
    ({}, {"ends_in": 7, "place": FAR}, True), ({}, {"ends_in": 3, "place": "371402"}, True),
    ({}, {"ends_in": 3, "place": "3714"}, False), ({}, {"place": "3714"}, True),
    ({"units": 2}, {}, False), ({"units": 2}, {"units": 3, "most": 1}, False), ({"units": 2}, {"units": 3, "most": 2}, True),
    ({"units": 2, "splittable": True}, {}, True), ({"units": 0}, {}, False)])
def test_a_line_serves_a_need_or_does_not(need, line, served):
    assert bool(given(match([replace(NEED, **need)], [replace(LINE, **line)]))) == served


def test_a_need_gets_all_from_one_line_unless_it_may_be_split():
    lines = [replace(LINE, id=number, units=2) for number in (1, 2)]
    assert given(match([replace(NEED, units=3)], lines)) == []
    assert sum(row[2] for row in given(match([replace(NEED, units=5, splittable=True)], lines))) == 4


def test_what_ends_soon_goes_first_and_near_before_far():
    lines = [replace(LINE, id=1, place=FAR), replace(LINE, id=2, place=FAR, ends_in=10), replace(LINE, id=3, place=TOWN)]
    assert given(match([NEED], lines[:2])) == [(1, 2, 1)]
    assert given(match([NEED], lines)) == [(1, 3, 1)]


def test_the_urgent_and_who_waited_longer_go_first():
    needs = [replace(NEED, id=1, waited=30), replace(NEED, id=2, waited=29), replace(NEED, id=3, urgency=2)]
    assert given(match(needs, [LINE])) == [(3, 1, 1)]
    assert given(match(needs[:2], [LINE])) == [(1, 1, 1)]


def test_what_does_not_travel_is_near_everywhere():
    plan = match([replace(NEED, item="money", closes_in=0)], [replace(LINE, item="money", place=FAR, ends_in=0)])
    assert [one.terms["closeness"] for one in plan.proposals] == [0]


def test_points_are_settings():
    far = match([NEED], [replace(LINE, place=FAR), replace(LINE, id=2)], Rules(closeness=(0, 0, 50)))
    assert given(far) == [(1, 1, 1)]
