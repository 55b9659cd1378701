"""A happiness list in sentences of one language: what a page shows, a sheet prints, a voice reads, a message says."""
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.assistance.policies.happiness import (
    AFTER_VERIFICATION,
    CLAIMABLE,
    JUST_MISSED,
    STATUSES,
    HappinessList,
    Line,
    Missing,
)
from marketplace.assistance.policies.words import Voice
from marketplace.catalogue.model import Policy


@dataclass(frozen=True)
class Entry:
    """One policy: its name, what it gives ("" where that is not the question), what to know of it, on what it rests."""

    name: str
    gives: str
    said: tuple[str, ...]
    law: str
    private: str


@dataclass(frozen=True)
class Part:
    """The entries for the household (`person_id` None), or for one member; under the name."""

    person_id: str | None
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Group:
    """All of one status, under its name and what that means."""

    status: str
    title: str
    about: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def count(self) -> int:
        return sum(len(part.entries) for part in self.parts)


@dataclass(frozen=True)
class Letter:
    """The whole list as texts. `source` is from what it can be calculated again; `page` numbers a page of so many."""

    language: str
    as_of: date
    title: str
    household: str
    opening: tuple[str, ...]
    groups: tuple[Group, ...]
    closing: tuple[str, ...]
    source: str
    page: str
    signature: str

    def aloud(self) -> Iterator[str]:
        """The letter as it is read to somebody: sentence by sentence, without the legal sources."""
        yield from self.opening
        for group in self.groups:
            yield group.title
            yield from group.about
            for part in group.parts:
                yield part.title
                for entry in part.entries:
                    yield f"{entry.name}: {entry.gives}" if entry.gives else entry.name
                    yield from entry.said
        yield from self.closing


def compose(found: HappinessList, voice: Voice, household: str, recorded: date, names: Mapping[str, str]) -> Letter:
    """The letter of a list over a record of the day `recorded`. Members without a name are counted from 1."""
    groups = tuple(_group(status, found, voice, names) for status in STATUSES if found.counts[status])
    to_claim = found.counts[CLAIMABLE] + found.counts[AFTER_VERIFICATION]
    day = voice.day(found.as_of)
    return Letter(
        language=voice.language, as_of=found.as_of, title=voice.say("title"),
        household=voice.say("household_number", number=household),
        opening=(voice.say("what"), voice.say("as_of", day=day, recorded=voice.day(recorded))), groups=groups,
        closing=_closing(found, voice, bool(to_claim)),
        source=voice.say("version", day=day, version=found.version, hash=found.hash),
        page=voice.say("page", page="{page}", pages="{pages}"), signature=voice.say("signature"))


def _closing(found: HappinessList, voice: Voice, something: bool) -> tuple[str, ...]:
    ways = [voice.say("home"), voice.say("proof")] if something else [voice.say("nothing")]
    rest = [voice.say("rest", count=found.rest)] if found.rest else []
    return (*ways, *rest, voice.say("object"), voice.say("decision"), voice.say("own"))


def _group(status: str, found: HappinessList, voice: Voice, names: Mapping[str, str]) -> Group:
    about = [voice.say(f"about_{status}")]
    if status == AFTER_VERIFICATION and found.unsigned:
        about.append(voice.say("unsigned_one" if found.unsigned == 1 else "unsigned", count=found.unsigned))
    parts = tuple(Part(section.person_id, whose(section.person_id, found, voice, names),
                       tuple(_entry(line, voice) for line in section.of(status)))
                  for section in found.sections if section.of(status))
    return Group(status, voice.say(status), tuple(about), parts)


def whose(person_id: str | None, found: HappinessList, voice: Voice, names: Mapping[str, str]) -> str:
    """Whom something is for: everybody, or a member by name or by place."""
    if person_id is None:
        return voice.say("household")
    place = [section.person_id for section in found.sections if section.person_id].index(person_id) + 1
    return names.get(person_id) or voice.say("nameless", n=place)


def _entry(line: Line, voice: Voice) -> Entry:
    policy = line.policy
    gives = "" if line.status == JUST_MISSED or line.unmet else voice.gives(policy, line.amount_fen)
    said = [voice.say("by", department=voice.department(policy))]
    if line.unmet:
        unmet = [voice.criterion(policy, criterion) for criterion in line.unmet]
        said += [voice.say("review"), voice.say("unmet", criteria=voice.say("and").join(unmet))]
    if line.status in (CLAIMABLE, AFTER_VERIFICATION):
        said += [voice.say("how", where=voice.where(policy)), voice.say("bring", bring=voice.bring(policy))]
    if line.missing:
        said += _missing(policy, line.missing, voice)
    return Entry(voice.name(policy), gives, tuple(said), voice.say("law", law=voice.law(policy)),
                 voice.say("private") if line.private else "")


def _missing(policy: Policy, missing: Missing, voice: Voice) -> list[str]:
    """Which condition, by how much, and what would change it."""
    distance = voice.distance(missing.measure, missing.value, missing.threshold, missing.most)
    gap = voice.say("now", sentence=distance, value=voice.amount(missing.measure, missing.value),
                    threshold=voice.amount(missing.measure, missing.threshold))
    then = voice.say("from_day", day=voice.day(missing.from_day)) if missing.from_day else voice.say(
        "then", then=voice.then(policy, missing.criterion))
    return [voice.say("missing", criterion=voice.criterion(policy, missing.criterion)), voice.say("gap", gap=gap), then]
