"""What stands on a list, for every household of the sample."""
from datetime import date

import pytest

from marketplace.assistance.policies import happiness, letter, words
from marketplace.assistance.policies.happiness import AFTER_VERIFICATION, JUST_MISSED, RECEIVING
from marketplace.catalogue import catalogue
from marketplace.catalogue.explain import explain
from tests.assistance.policies import sample

CATALOGUE = catalogue.built_in()
SOME = sorted(sample.households())[:200]


def lines(reference: str):
    return [(section.person_id, line) for section in sample.made(reference)[1].sections for line in section.lines]


def test_whoever_qualifies_finds_it_with_its_amount_and_nobody_else_does():
    for reference in SOME:
        due = {(row["person_id"], row["policy_id"], int(row["amount_fen"]), row["provisional"] == "1")
               for row in sample.expected()[reference]}
        received = {(person or "", line.policy.id) for person, line in lines(reference) if line.status == RECEIVING}
        found = {(person or "", line.policy.id, line.amount_fen, line.status == AFTER_VERIFICATION)
                 for person, line in lines(reference) if line.status not in (RECEIVING, JUST_MISSED)}
        assert found == {one for one in due if one[:2] not in received}, reference
        for person, policy, amount, _provisional in due:
            for whom, line in lines(reference):
                assert ((whom or "", line.policy.id) != (person, policy)) or line.amount_fen == amount


def test_what_is_on_record_is_said_to_be_received_with_what_no_longer_fits():
    seen = set()
    for reference in SOME:
        results = {(r.person_id, r.policy.id): r for r in sample.made(reference)[0].results}
        for person, line in lines(reference):
            result = results[person, line.policy.id]
            assert (line.status == RECEIVING) == bool(result.received)
            assert len(line.unmet) == (bin(result.mask).count("1") if line.status == RECEIVING else 0)
            seen.add((line.status, bool(line.unmet)))
    assert seen == {(RECEIVING, False), (RECEIVING, True), ("claimable", False), (AFTER_VERIFICATION, False),
                    (JUST_MISSED, False)}


def test_a_day_that_is_named_is_the_first_on_which_the_criterion_is_met():
    named = 0
    for reference in SOME:
        home, members = sample.households()[reference]
        for person, line in lines(reference):
            if line.missing and line.missing.from_day:
                named += 1
                before = line.missing.from_day.fromordinal(line.missing.from_day.toordinal() - 1)
                assert [met(home, members, person, line, day) for day in (before, line.missing.from_day)] == [False, True]
    assert named


def met(home, members, person, line, day: date) -> bool:
    answers = explain(CATALOGUE, day, home, members).results
    result = next(r for r in answers if (r.policy.id, r.person_id) == (line.policy.id, person))
    return next(a.met for a in result.criteria if a.criterion == line.missing.criterion)


def test_just_missed_says_which_criterion_by_how_much_and_what_would_change_it():
    for language, marks in (("zh", ("差在哪里：", "差多少：")), ("en", ("What is missing: ", "By how much: "))):
        voice, seen = words.Voice(CATALOGUE, language), 0
        for reference in SOME:
            made = letter.compose(sample.made(reference)[1], voice, "1", sample.AS_OF, {})
            for group in made.groups:
                for entry in (e for part in group.parts for e in part.entries if group.status == JUST_MISSED):
                    seen += 1
                    assert entry.said[1].startswith(marks[0]) and entry.said[2].startswith(marks[1])
                    assert any(c.isdigit() for c in entry.said[2]) and len(entry.said) == 4 and not entry.gives
        assert seen > 20


def test_too_old_is_not_just_missed():
    home, members = sample.households()[SOME[0]]
    for age in (15, 19):
        child = {**members[0], "birth_date": sample.AS_OF.replace(year=sample.AS_OF.year - age)}
        found = happiness.build(explain(CATALOGUE, sample.AS_OF, home, [child]), home, [child], words.built_in())
        assert not [line for section in found.sections for line in section.lines
                    if line.missing and line.missing.measure == "p.age" and line.missing.value > line.missing.threshold]


@pytest.fixture
def with_private():
    """A list on which something is for one member alone."""
    for reference in sorted(sample.households()):
        found = sample.made(reference)[1]
        hidden = [(s.person_id, line) for s in found.sections for line in s.lines if line.private]
        if hidden and len([s for s in found.sections if s.person_id]) > 1:
            return found, hidden[0][0]
    raise LookupError("nothing private in the sample")


def test_what_is_for_one_member_alone_is_seen_by_that_member_alone(with_private):
    found, person = with_private
    other = next(s.person_id for s in found.sections if s.person_id not in (None, person))

    def private(one):
        return {s.person_id for s in one.sections for line in s.lines if line.private}
    assert person in private(found) and person in private(found.seen_by((person,)))
    assert person not in private(found.seen_by((other,))) and not private(found.seen_by(()))
    alone = found.of(person)
    assert [s.person_id for s in alone.sections] == [person] and private(alone) == {person}


@pytest.mark.parametrize("start, months, day", [
    (date(1966, 2, 28), 720, date(2026, 2, 28)), (date(1964, 2, 29), 732, date(2025, 3, 1)),
    (date(2024, 1, 31), 1, date(2024, 3, 1)), (date(2024, 12, 31), 2, date(2025, 3, 1)),
    (date(2024, 11, 30), 1, date(2024, 12, 30))])
def test_months_are_complete_as_the_catalogue_counts_them(start, months, day):
    assert happiness.after_months(start, months) == day
