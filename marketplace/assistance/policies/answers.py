"""Every answer behind a happiness list, as data and as lines of text, for those who check it."""
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from marketplace.assistance.policies import words
from marketplace.assistance.policies.benefits import Opened
from marketplace.assistance.policies.happiness import JUST_MISSED, Line
from marketplace.assistance.policies.words import LANGUAGES, Voice
from marketplace.catalogue.explain import Answer, Leaf, Result

MET, NOT_MET = "✓", "✗"
# at the end of the text of a truth: with what it compares
COMPARISON = re.compile(r".*? (?P<op>==|!=|<=|>=|<|>|not in|in) (?P<right>[^()]*|\[[^\]]*\])$")


class Answers:
    """The answers about one household, as data or as lines of text."""

    def __init__(self, opened: Opened):
        self.opened = opened
        self.voices = {language: Voice(opened.catalogue, language) for language in LANGUAGES}
        self.lines = {(section.person_id, line.policy.id): line
                      for section in opened.found.sections for line in section.lines}

        self.members = {member["person_id"]: member for member in opened.dossier.members}

    def both(self, said: str, *what: Any) -> dict[str, str]:
        """What both voices say."""
        return {language: getattr(voice, said)(*what) for language, voice in self.voices.items()}

    def data(self) -> dict[str, Any]:
        """All of it as JSON has it; days as ISO text, amounts in fen."""
        explanation = self.opened.explanation
        return {
            "household_id": self.opened.dossier.household["household_id"], "as_of": explanation.as_of.isoformat(),
            "recorded_on": self.opened.dossier.as_of.isoformat(),
            "catalogue": {"version": explanation.version, "hash": explanation.hash},
            "policies": [self._result(result) for result in explanation.results]}

    def _result(self, result: Result) -> dict[str, Any]:
        policy, line = result.policy, self.lines.get((result.person_id, result.policy.id))
        return {
            "policy": policy.id, "person_id": result.person_id, "status": line.status if line else None,
            "name": self.both("name", policy), "department": self.both("department", policy),
            "legal_source": policy.model, "law": self.both("law", policy), "eligible": not result.mask,
            "mask": result.mask, "amount_fen": result.amount_fen, "basis": policy.basis,
            "provisional": result.provisional, "received": result.received,
            "criteria": [self._answer(result, answer) for answer in result.criteria],
            "missing": self._missing(result, line)}

    def _answer(self, result: Result, answer: Answer) -> dict[str, Any]:
        return {"criterion": answer.criterion.id, "text": answer.criterion.text, "met": answer.met,
                "words": self.both("criterion", result.policy, answer.criterion),
                "comparisons": [self._leaf(leaf, result.person_id) for leaf in answer.leaves]}

    def _leaf(self, leaf: Leaf, person_id: str | None) -> dict[str, Any]:
        value, op, threshold = self._sides(leaf, person_id)
        called = words.fact(leaf.measure) or leaf.measure
        return {"text": leaf.text, "measure": leaf.measure, "words": self.both("measure", called), "op": op, "value": value,
                "threshold": threshold, "met": leaf.met, "gap": leaf.gap, "unknown": self._unknown(leaf, person_id)}

    def _unknown(self, leaf: Leaf, person_id: str | None) -> bool:
        """Whether the record does not have the fact, and the value is what the catalogue has stand in for it."""
        return bool(leaf.fact) and self._fact(leaf.fact, person_id) is None

    def _sides(self, leaf: Leaf, person_id: str | None) -> tuple[Any, str, Any]:
        """What was compared with what: of numbers as measured, of other facts as they stand in the record."""
        if leaf.op:
            return leaf.value, leaf.op, leaf.threshold
        known, comparison = self._fact(words.fact(leaf.text), person_id), COMPARISON.match(leaf.text)
        if known is None or comparison is None:
            return leaf.value, "", leaf.threshold
        return known, comparison["op"], comparison["right"]

    def _fact(self, name: str, person_id: str | None) -> Any:
        """A derived value or a column by its name in the catalogue; None where it is neither, or unknown."""
        values, known = self.opened.explanation.values, self.opened.dossier
        found = values.get(name, values.get((name, person_id or "")))
        if found is None:
            row = known.household if name.startswith("h.") else self.members.get(person_id or "", {})
            found = row.get(name[2:])
        return found.isoformat() if isinstance(found, date) else found

    def _missing(self, result: Result, line: Line | None) -> dict[str, Any] | None:
        near = result.near
        if near is None:
            return None
        most = near.leaf.op in ("<", "<=")
        waits = line.missing.from_day if line and line.missing else None
        return {"criterion": near.criterion.id, "measure": near.leaf.measure, "value": near.leaf.value,
                "threshold": near.leaf.threshold, "gap": near.gap, "per_mille": near.per_mille,
                "from_day": waits and waits.isoformat(),
                "words": self.both("distance", near.leaf.measure, near.leaf.value, near.leaf.threshold, most),
                "then": self.both("then", result.policy, near.criterion)}

    def text(self, language: str) -> Iterator[str]:
        """The list as the household's page says it, then each policy with its criteria."""
        letter = self.opened.letter(language)
        yield from (f"{letter.title} · {self.opened.dossier.household['household_id']}", letter.source, "")
        yield from letter.aloud()
        for result in self.opened.explanation.results:
            yield ""
            yield from self._told(result, language)

    def _told(self, result: Result, language: str) -> Iterator[str]:
        voice, policy = self.voices[language], result.policy
        line = self.lines.get((result.person_id, policy.id))
        status = f" · {voice.say(line.status)}" if line else ""
        whom = result.person_id or voice.say("household")
        yield f"{NOT_MET if result.mask else MET} {policy.id} {voice.name(policy)} · {whom}{status}"
        yield f"    {voice.say('law', law=voice.law(policy))}"
        for answer in result.criteria:
            yield f"    {MET if answer.met else NOT_MET} {answer.criterion.id}: {voice.criterion(policy, answer.criterion)}"
            for leaf in answer.leaves:
                yield f"        {MET if leaf.met else NOT_MET} {self._compared(voice, leaf, result.person_id)}"
        if line and line.status == JUST_MISSED and line.missing:
            missing = line.missing
            gap = voice.distance(missing.measure, missing.value, missing.threshold, missing.most)
            yield f"    {voice.say('gap', gap=gap)}"

    def _compared(self, voice: Voice, leaf: Leaf, person_id: str | None) -> str:
        """One comparison: what is compared, the value, and with what."""
        value, op, threshold = self._sides(leaf, person_id)
        if leaf.op:
            value = voice.say("unknown") if self._unknown(leaf, person_id) else voice.amount(leaf.measure, value)
            threshold = voice.amount(leaf.measure, threshold)
        label = voice.measure(words.fact(leaf.measure) or leaf.measure)
        return f"{label}: {value} {op} {threshold}" if op else f"{label} ({leaf.text})"
