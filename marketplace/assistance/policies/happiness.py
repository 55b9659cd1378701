"""The happiness list: what a household and each of its members receive, may claim, and have only just missed.

Built from an explanation alone, so that the same facts, day and catalogue give the same list.
"""
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from marketplace.assistance.policies.words import Words
from marketplace.catalogue.explain import Explanation, Leaf, Near, Result
from marketplace.catalogue.model import Criterion, Policy

RECEIVING, CLAIMABLE, AFTER_VERIFICATION, JUST_MISSED = STATUSES = (
    "receiving", "claimable", "after_verification", "just_missed")
HASH_DIGITS = 12
ADULT = 18
SINCE = re.compile(r"months\((?:nz\()?[hp]\.(\w+)")  # a measure of months that have passed since a fact's day


@dataclass(frozen=True)
class Missing:
    """The one number that stands between a person and a policy; `from_day` when waiting alone mends it.

    `most`: whether the threshold is a limit that the number may not pass, not one that it has to reach.
    """

    criterion: Criterion
    measure: str
    value: int
    threshold: int
    most: bool
    from_day: date | None


@dataclass(frozen=True)
class Line:
    """A policy on the list. `amount_fen` is by the rules, for the policy's period; 0 when they give none.

    `unmet`: of a policy on record as received, the criteria that the facts no longer meet. `private`: for the person alone.
    """

    policy: Policy
    status: str
    amount_fen: int
    unmet: tuple[Criterion, ...]
    private: bool
    missing: Missing | None


@dataclass(frozen=True)
class Section:
    """What is for the household as a whole (`person_id` None) or for one member."""

    person_id: str | None
    lines: tuple[Line, ...]

    def of(self, status: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.status == status)


@dataclass(frozen=True)
class HappinessList:
    """The whole list, and from what it can be built again: day, version of the catalogue, first digits of its hash.

    `unsigned` adults have not signed the authorisation that a check needs.
    """

    as_of: date
    version: str
    hash: str
    sections: tuple[Section, ...]
    policies: int
    unsigned: int

    @property
    def counts(self) -> Counter[str]:
        """How many lines of each status."""
        return Counter(line.status for section in self.sections for line in section.lines)

    @property
    def rest(self) -> int:
        """How many policies stand nowhere on the list."""
        return self.policies - len({line.policy.id for section in self.sections for line in section.lines})

    def seen_by(self, persons: Collection[str]) -> "HappinessList":
        """As the household sees it: lines that are for one person alone stay only where `persons` names that person."""
        return self._with(lambda section: section.person_id in persons)

    def of(self, person_id: str) -> "HappinessList":
        """The list of one member, with the lines that are for this person alone."""
        return replace(self, sections=tuple(s for s in self.sections if s.person_id == person_id))

    def _with(self, may_see: Callable[[Section], bool]) -> "HappinessList":
        return replace(self, sections=tuple(
            section if may_see(section) else replace(section, lines=tuple(x for x in section.lines if not x.private))
            for section in self.sections))


def build(explanation: Explanation, household: Mapping, members: Sequence[Mapping], words: Words) -> HappinessList:
    """The list of one household; members in the order given, without those who died or live elsewhere and have no claim."""
    facts = {str(member["person_id"]): member for member in members}
    lines: dict[str | None, list[Line]] = {None: [], **{person: [] for person in facts}}
    for result in explanation.results:
        line = _line(result, {**household, **facts.get(result.person_id or "", {})}, words)
        if line is not None:
            lines[result.person_id].append(line)
    values = explanation.values
    sections = tuple(
        Section(person, tuple(sorted(found, key=lambda line: (STATUSES.index(line.status), line.policy.seq))))
        for person, found in lines.items() if person is None or _belongs(values, person, found))
    unsigned = sum(bool(values["p.counted", person]) and values["p.age", person] >= ADULT and not member["authorised"]
                   for person, member in facts.items())
    policies = {result.policy.id for result in explanation.results}
    return HappinessList(explanation.as_of, explanation.version, explanation.hash[:HASH_DIGITS], sections,
                         len(policies), unsigned)


def _belongs(values: Mapping[Any, Any], person: str, lines: list[Line]) -> bool:
    return bool(values["p.living", person]) and (bool(values["p.counted", person]) or bool(lines))


def _line(result: Result, facts: Mapping, words: Words) -> Line | None:
    status = _status(result, words)
    if status is None:
        return None
    missing = _missing(result.near, facts) if status == JUST_MISSED and result.near else None
    private = result.person_id is not None and words.private(result.policy.id)
    unmet = tuple(a.criterion for a in result.criteria if not a.met) if status == RECEIVING else ()
    return Line(result.policy, status, result.amount_fen, unmet, private, missing)


def _status(result: Result, words: Words) -> str | None:
    """Where a policy stands on the list; None when it fits neither now nor nearly."""
    if result.received:
        return RECEIVING
    if not result.mask:
        return AFTER_VERIFICATION if result.provisional else CLAIMABLE
    near = result.near
    too_late = near is not None and words.passes(near.leaf.measure) and near.leaf.value > near.leaf.threshold
    return JUST_MISSED if near is not None and not too_late else None


def _missing(near: Near, facts: Mapping) -> Missing:
    leaf = near.leaf
    return Missing(near.criterion, leaf.measure, leaf.value, leaf.threshold, leaf.op in ("<", "<="), _from_day(leaf, facts))


def _from_day(leaf: Leaf, facts: Mapping) -> date | None:
    """The day on which time alone will have mended a number that is too small."""
    if leaf.value >= leaf.threshold:
        return None
    since = SINCE.match(leaf.measure)
    aging = leaf.measure == "p.age"
    start = facts.get("birth_date") if aging else facts.get(since.group(1)) if since else None
    return start and after_months(start, leaf.threshold * (12 if aging else 1))


def after_months(start: date, months: int) -> date:
    """The first day on which that many months are complete: of a day that a month has not, the first of the next."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day)
    except ValueError:
        return date(year, month + 2, 1)  # December has all days
