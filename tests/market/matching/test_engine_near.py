"""What is shown at the lines where a plan loses holds for the whole kind."""
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.matching_city import City
from marketplace.market.matching.engine import Line, Need, Rules, match
from tests.market.matching import oracle

TOWN = oracle.TOWNS[0]


def test_a_line_that_whole_needs_cannot_fill_is_a_loss_that_every_plan_has():
    needs = [Need(number, "quilt", 2, TOWN) for number in (1, 2, 3)]
    kind = match(needs, [Line(1, "quilt", 3, TOWN)], Rules(exact_pairs=0)).kinds["quilt"]
    assert kind.value[2] * 3 == kind.bound[2] * 2 and kind.proven
    assert not match(needs, [Line(1, "quilt", 3, TOWN)], Rules(exact_pairs=0, near_turns=0)).proven


def test_what_is_claimed_in_small_kinds_of_a_city_is_what_the_oracle_finds():
    rules, shown = Rules(exact_pairs=0), 0
    for seed in range(10):
        needs, lines = City(900, 200, seed).rows()
        for item, kind in match(needs, lines, rules).kinds.items():
            if kind.proven and kind.value < kind.bound:
                some = [need for need in needs if need.item == item], [line for line in lines if line.item == item]
                assert kind.value == oracle.best(*some, rules)
                shown += 1
    assert shown >= 5


@settings(max_examples=150, deadline=None)
@given(oracle.markets(splittable=False), st.sampled_from((0, 1, 6)), st.sampled_from((0, 1, 10)))
def test_a_proof_holds_whatever_the_plan_it_begins_with(rows, rounds, turns):
    rules = Rules(exact_pairs=0, rounds=rounds, checks=rounds, near_turns=turns, near_lines=20)
    (kind,) = match(*rows, rules).kinds.values()
    best = oracle.best(*rows, rules)
    assert kind.value <= best <= kind.bound
    assert not kind.proven or kind.value == best
    again = match(*(list(reversed(some)) for some in rows), rules)
    assert again.proven == kind.proven and again.kinds["quilt"].value == kind.value


def test_what_is_found_there_is_carried_out():
    needs, lines = City(4_000, 800).rows()
    plan, before = (match(needs, lines, Rules(exact_pairs=0, near_turns=turns)) for turns in (3, 0))
    kinds = [(kind, before.kinds[item]) for item, kind in plan.kinds.items()]
    assert all(kind.value >= old.value and kind.bound == old.bound for kind, old in kinds)
    assert sum(kind.value > old.value for kind, old in kinds) >= 2
    assert sum(kind.proven and not old.proven for kind, old in kinds) >= 2
