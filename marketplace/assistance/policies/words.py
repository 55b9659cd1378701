"""The catalogue in plain words. What a new catalogue has and `policy_words.yaml` has not is said in the catalogue's own."""
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date

from marketplace.catalogue import catalogue as catalogues
from marketplace.catalogue import leaves
from marketplace.catalogue.model import Catalogue, Criterion, Policy

DATA = Path(__file__).parents[2] / "data"
LANGUAGES = ("zh", "en")
KINDS = {"cash_monthly": "cash", "cash_once": "cash", "fee_waiver": "fee_waiver", "in_kind": "in_kind",
         "service": "service"}
SCALE = {"yuan": 100, "area": 100}
TIMES = ("year", "month", "day")
REMARKS = re.compile(r"\s*\([^()]*\b[SVPKD]\d*\)|\s+[A-Za-z].*$")  # how the catalogue's makers say where a number is from


@dataclass(frozen=True)
class Words:
    """All texts, by what they are about."""

    policies: Mapping[str, Mapping[str, Any]]
    departments: Mapping[str, Mapping[str, str]]
    criteria: Mapping[str, Mapping[str, Any]]
    measures: Mapping[str, Mapping[str, Any]]
    facts: Mapping[str, Mapping[str, str]]
    units: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, Mapping[str, str]]

    def criterion(self, policy: str, criterion: str) -> Mapping[str, Any] | None:
        return self.criteria.get(f"{policy}.{criterion}") or self.criteria.get(criterion)

    def measure(self, measure: str) -> Mapping[str, Any] | None:
        return self.measures.get(plain(measure))

    def private(self, policy: str) -> bool:
        """Whether the person concerned alone may learn that the policy fits."""
        return bool(self.policies.get(policy, {}).get("private"))

    def passes(self, measure: str) -> bool:
        """Whether a measure is time: what is too late stays so."""
        found = self.measure(measure)
        return found is not None and found["unit"] in TIMES


@cache
def built_in() -> Words:
    """The words that the package carries."""
    text = (DATA / "policy_words.yaml").read_text(encoding="utf-8")
    return Words(**yaml.load(text, Loader=yaml.CSafeLoader))


def plain(measure: str) -> str:
    """A measure without what stands for unknown, and a parameter without its keys: the name under which words are kept."""
    bare = re.sub(r"nz\(([^(),]+), (?:[^()]|\([^()]*\))*?\)", r"\1", measure)
    bare = re.sub(r"^isnull\((.*)\)$", r"\1", bare)
    return re.sub(r"^param\('(\w+)'.*$", r"param.\1", bare)


def unsaid(catalogue: Catalogue, words: Words) -> Iterator[str]:
    """What of a catalogue has no words of its own: policies, departments, criteria, measures and facts."""
    for policy in catalogue.policies:
        if not {"law", "bring"} <= set(words.policies.get(policy.id, {})):
            yield f"policy {policy.id}"
        for criterion in policy.criteria:
            if words.criterion(policy.id, criterion.id) is None:
                yield f"criterion {policy.id}.{criterion.id}"
            yield from _unsaid_leaves(catalogue, words, criterion)
    yield from (f"department {one}" for one in catalogue.departments if one not in words.departments)


def _unsaid_leaves(catalogue: Catalogue, words: Words, criterion: Criterion) -> Iterator[str]:
    for leaf in leaves.opened(catalogue, criterion).leaves():
        if leaf.comparison:
            if words.measure(leaf.comparison.measure) is None:
                yield f"measure {leaf.comparison.measure}"
        elif fact(leaf.node) and fact(leaf.node) not in words.facts:
            yield f"fact {fact(leaf.node)}"


def fact(node: Any) -> str:
    """What a truth is about: its text up to an operator. Nothing for what is another policy's result."""
    name = plain(re.split(r" (?:==|!=|<=|>=|<|>|in) (?![^(]*\))", str(node))[0])
    return "" if name.startswith("e.") else name


class Voice:
    """Speaks of a catalogue in one language, "zh" or "en"."""

    def __init__(self, catalogue: Catalogue, language: str, words: Words | None = None):
        self.catalogue, self.language, self.words = catalogue, language, words or built_in()

    def say(self, phrase: str, **facts: Any) -> str:
        """One of the phrases, filled in."""
        return self.words.phrases[phrase][self.language].format(**facts)

    def day(self, value: date) -> str:
        if self.language == "zh":
            return f"{value.year}年{value.month}月{value.day}日"
        return format_date(value, "d MMMM y", locale="en")

    def number(self, value: int, unit: str) -> str:
        """A count of a unit: of "yuan" in fen, of "area" in hundredths of a square metre."""
        scale = SCALE.get(unit, 1)
        whole, rest = divmod(abs(value), scale)
        text = f"{'-' if value < 0 else ''}{whole:,}" + (f".{rest:02}" if rest else "")
        forms = self.words.units[unit]
        form = forms.get("one") if self.language == "en" and text == "1" else None
        return (form or forms[self.language]).format(number=text)

    @cached_property
    def _names(self) -> dict[str, str]:
        named = {p.id: (self.words.policies.get(p.id, {}).get("name") or {"zh": p.zh, "en": p.en})[self.language]
                 for p in self.catalogue.policies}
        return {policy: re.sub(r"\(([^()]*)\)", r"（\1）", name) if self.language == "zh" else name
                for policy, name in named.items()}

    def name(self, policy: Policy) -> str:
        return self._names[policy.id]

    def department(self, policy: Policy) -> str:
        return getattr(self.catalogue.departments[policy.department], self.language).split("(")[0].strip()

    def _of(self, policy: Policy, what: str) -> str | None:
        text = self.words.policies.get(policy.id, {}).get(what)
        return text and text[self.language]

    def law(self, policy: Policy) -> str:
        """On what the policy rests."""
        known = catalogues.built_in().policy.get(policy.id)
        text = self._of(policy, "law") if known and known.model == policy.model else None
        return text or "; ".join(REMARKS.sub("", part).strip() for part in policy.model.split(";"))

    def where(self, policy: Policy) -> str:
        """Where one goes for it."""
        office = self.words.departments.get(policy.department)
        return self._of(policy, "where") or (office[self.language] if office else self.department(policy))

    def bring(self, policy: Policy) -> str:
        return self._of(policy, "bring") or self.say("card")

    def period(self, policy: Policy) -> str:
        return self.say(policy.basis)

    def gives(self, policy: Policy, fen: int) -> str:
        """What it comes to, for those who qualify."""
        given = self._of(policy, "gives")
        if given is None and not fen:
            return self._of(policy, "nothing") or self.say("nothing_on_top")
        form = given or self.words.phrases[KINDS[policy.kind]][self.language]
        return form.format(amount=self.number(fen, "yuan"), period=self.period(policy)).strip()

    def _criterion(self, policy: Policy, criterion: Criterion) -> Mapping[str, Any] | None:
        """The words for a criterion, as long as it still demands what they say."""
        known = catalogues.built_in().policy.get(policy.id)
        same = known and any(c.id == criterion.id and c.text == criterion.text for c in known.criteria)
        return self.words.criterion(policy.id, criterion.id) if same else None

    def criterion(self, policy: Policy, criterion: Criterion) -> str:
        found = self._criterion(policy, criterion)
        return found[self.language] if found else criterion.zh

    def then(self, policy: Policy, criterion: Criterion) -> str:
        """What would change that it is not met."""
        found = self._criterion(policy, criterion)
        return found["then"][self.language] if found else self.say("ask")

    def measure(self, measure: str) -> str:
        """What a number, or another fact, is called."""
        found = self.words.measure(measure)
        if found:
            return found["label"][self.language]
        known = self.words.facts.get(plain(measure))
        derived = self.catalogue.derived.get(measure)
        return known[self.language] if known else derived.zh if derived else measure

    def amount(self, measure: str, value: int) -> str:
        """A value of a measure with its unit."""
        found = self.words.measure(measure)
        return self.number(value, found["unit"] if found else "plain")

    def distance(self, measure: str, value: int, threshold: int, most: bool) -> str:
        """How far a number is from where it would have to be, as a sentence without its stop."""
        label = self.measure(measure)
        if value == threshold:
            return self.say("equal_most" if most else "equal_least", label=label)
        side = "over" if value > threshold else "short"
        form = (self.words.measure(measure) or {}).get(side) or self.words.phrases[side]
        return form[self.language].format(label=label, gap=self.amount(measure, abs(value - threshold)))
