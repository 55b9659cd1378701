"""A near miss is the truth: with the measure moved by the gap the criterion holds, with one less it does not."""
import ast
import os
from collections import Counter
from datetime import date
from random import SystemRandom

import pytest

from marketplace.catalogue import leaves, near
from marketplace.catalogue.catalogue import built_in
from marketplace.catalogue.explain import explain
from tests.catalogue.engine import Engine
from tests.catalogue.oracle import TEXT, Oracle, Row, rows_of, tree
from tests.catalogue.rows import Draw

FRESH = int(os.environ.get("ORACLE_SEED") or SystemRandom().randrange(10**9))
ROUNDS = [(1, date(2018, 1, 1)), (2, date(2021, 7, 1)), (3, date(2024, 2, 29)), (4, date(2026, 6, 30)),
          (FRESH, date(2024, 6, 30))]


class Moved(Oracle):
    """The oracle in a world where one measured number of some rows is another by so much."""

    def __init__(self, as_of: date, measure: str, by: int, rows: set[Row]):
        super().__init__(TEXT, as_of)
        self.measure, self.by, self.rows = ast.dump(tree(measure)), by, rows

    def value(self, node, row):
        found = super().value(node, row)
        return found + self.by if row in self.rows and ast.dump(node) == self.measure else found


def holds(miss: dict, city: tuple, as_of: date, by: int) -> bool:
    """Whether the criterion would hold with its measure moved."""
    row = rows_of(*city)[miss["level"] == "person"][miss["id"]]
    policy = built_in().policy[miss["policy"]]
    text = next(criterion.text for criterion in policy.criteria if criterion.id == miss["criterion"])
    moved = {row} if "p." in miss["measure"] else {row, row.home}
    return Moved(as_of, miss["measure"], by, moved).truth(text, row)


@pytest.mark.parametrize(("seed", "day"), ROUNDS)
def test_the_gap_is_just_enough(seed, day):
    city, catalogue = Draw(seed, day).city(25), built_in()
    found = near.near_rows(catalogue, day, *Engine(TEXT, day).tables(*city)).to_pylist()
    homes, people = rows_of(*city)
    masks = {key: {name: mask for name, (mask, *_) in row.items()} for key, row in Oracle(TEXT, day).screen(*city).items()}
    assert found and max(Counter((miss["id"], miss["policy"]) for miss in found).values()) == 1
    for miss in found:
        policy = catalogue.policy[miss["policy"]]
        bit = [criterion.id for criterion in policy.criteria].index(miss["criterion"])
        assert masks[miss["level"][0], miss["id"]][policy.id] == 1 << bit, (seed, miss)
        row = (homes if miss["level"] == "household" else people)[miss["id"]]
        assert Oracle(TEXT, day).value(tree(miss["measure"]), row) == miss["value"], (seed, miss)
        assert miss["gap"] > 0 and not holds(miss, city, day, 0), (seed, miss)
        ways = [sign for sign in (1, -1) if holds(miss, city, day, sign * miss["gap"])
                and not holds(miss, city, day, sign * (miss["gap"] - 1))]
        assert ways, (seed, miss)


def test_time_that_is_over_does_not_come_back():
    catalogue = built_in()
    recent = [criterion for criterion in catalogue.policy["disaster_living_relief"].criteria if criterion.id == "recent"]
    compared = [leaf.comparison for leaf in leaves.opened(catalogue, recent[0]).leaves() if leaf.comparison]
    assert [one.passing for one in compared if one.measure == "h.disaster_days"] == ["days"]


@pytest.mark.parametrize(("seed", "day"), ROUNDS[-2:])
def test_an_explanation_says_what_the_screening_says(seed, day):
    homes, people = Draw(seed, day).city(6)
    wanted = Engine(TEXT, day).screen(homes, people)
    values = Engine(TEXT, day).derived(homes, people)
    for home in homes:
        members = [one for one in people if one["household_id"] == home["household_id"]]
        told = explain(built_in(), day, home, members)
        assert len(told.results) == sum(1 if policy.level == "household" else len(members) for policy in built_in().policies)
        for result in told.results:
            key = ("p", result.person_id) if result.person_id else ("h", home["household_id"])
            found = (result.mask, result.amount_fen, result.provisional)
            assert found == wanted[key][result.policy.id], (seed, key, result.policy.id)
            assert result.mask == sum(1 << bit for bit, answer in enumerate(result.criteria) if not answer.met)
            assert (result.near is not None) <= (result.mask.bit_count() == 1)
        derived = {f"h.{name}": value for name, value in values["h", home["household_id"]].items()}
        for one in members:
            derived |= {(f"p.{name}", one["person_id"]): value for name, value in values["p", one["person_id"]].items()}
        assert told.values == derived
