"""Reading a catalogue: what is not right is refused as a whole, each fault with its line."""
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from marketplace.catalogue import build, soundness, tree
from marketplace.catalogue.build import LEVELS, Faults
from marketplace.catalogue.model import Catalogue, Check, Criterion, Department, Fault, Faulty, Policy, Rule, Table, Value
from marketplace.catalogue.parse import Keys, Named, Names, Scope, Wrong
from marketplace.catalogue.parse import parse as parse_expression
from marketplace.catalogue.soundness import Spoken
from marketplace.catalogue.source import Map, Unreadable, read

__all__ = ["Fault", "Faulty", "built_in", "parse"]

DATA = Path(__file__).parents[1] / "data"
KINDS = ("cash_monthly", "cash_once", "in_kind", "fee_waiver", "service")
BASES = ("per_month", "per_year", "per_event", "none")
SEVERITIES = ("high", "medium", "low")


@cache
def built_in() -> Catalogue:
    """The catalogue that the package carries, with what it says of records."""
    return parse((DATA / "policies.yaml").read_text(encoding="utf-8"))


@cache
def _records() -> dict[str, str]:
    path = DATA / "records.yaml"
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) if path.exists() else {}


def parse(text: str) -> Catalogue:
    """The catalogue that a text says. Raises Faulty with everything that is wrong with it."""
    try:
        source = read(text)
    except Unreadable as error:
        raise Faulty([Fault(error.line, error.text)]) from None
    faults = Faults()
    if not _has_parts(source, faults):
        raise Faulty(faults.found)
    found = _Reading(source, faults).catalogue(text)
    if faults.found:
        raise Faulty(faults.found)
    return found


def expression(catalogue: Catalogue, text: str, level: str, kind: str) -> tree.Node:
    """An expression in the words of a catalogue. Raises Wrong."""
    return parse_expression(text, names_in(catalogue), tree.Shop(), Scope(level), kind)


def names_in(found: Catalogue) -> Names:
    """All that an expression in the words of a catalogue may speak of."""
    facts = {f"{level[0]}.{c.name}": Named(c.kind, level, c.values, c.nullable)
             for level in LEVELS for c in found.columns[level]}
    derived = {ref: Named(v.kind, v.level, v.values if v.kind == "str" else None) for ref, v in found.derived.items()}
    return Names(facts, derived, {p.id: p.level for p in found.policies}, _keys(found.tables))


def _keys(tables: Mapping[str, Table]) -> dict[str, Keys]:
    return {name: Keys(table.domains, table.default is not None, table.positive) for name, table in tables.items()}


def _has_parts(source: Map, faults: Faults) -> bool:
    parts = {"meta": Map, "sources": Map, "departments": list, "schema": Map, "parameters": Map, "derived": list,
             "policies": list, "warnings": list, "dq": list}
    for name, kind in parts.items():
        faults.take(source, name, kind)
    return not faults.found


class _Reading:
    """One reading of one text."""

    def __init__(self, source: Map, faults: Faults):
        self.source, self.faults, self.shop = source, faults, tree.Shop()
        meta = source["meta"]
        self.first_day, self.last_day = (self._day(meta, key) for key in ("as_of_min", "as_of_max"))
        if self.first_day > self.last_day:
            faults.add(meta.at["as_of_max"], "as_of_max lies before as_of_min")
        self.columns = build.columns(source, faults)
        self.tables = build.tables(source, faults, self.first_day)
        self.derived_maps, self.policy_maps = faults.maps(source, "derived"), faults.maps(source, "policies")
        self.names = self._names()
        self.spoken: list[Spoken] = []

    def _day(self, meta: Map, key: str) -> date:
        if (found := build.day(meta.get(key))) is None:
            self.faults.add(meta.at.get(key, meta.line), f"{key} is not a day")
        return found or date.min

    def _names(self) -> Names:
        facts = {f"{level[0]}.{c.name}": Named(c.kind, level, c.values, c.nullable)
                 for level in LEVELS for c in self.columns[level]}
        derived: dict[str, Named] = {}
        for one in self.derived_maps:
            level, kind = self.faults.take(one, "level", str, LEVELS), self.faults.take(one, "type", str, build.KINDS)
            ref = f"{level[:1]}.{self.faults.word(one, 'name')}"
            if ref in derived or ref in facts:
                self.faults.add(one.line, f"{ref} stands twice")
            derived[ref] = Named(kind, level, self._declared(one, kind) or None if kind == "str" else None)
        policies = {one["id"]: one["level"] for one in self.policy_maps
                    if isinstance(one.get("id"), str) and one.get("level") in LEVELS}
        return Names(facts, derived, policies, _keys(self.tables))

    def _declared(self, one: Map, kind: str) -> tuple:
        """What a derived text or number says that it can be."""
        values = self.faults.plain(one, "values", int if kind == "int" else str)
        if ("values" in one) if kind in ("bool", "date") else (kind == "str" and not 0 < len(values) < 255):
            self.faults.add(one.line, "a derived str has values, fewer than 255; a bool and a date have none")
        return values

    def catalogue(self, text: str) -> Catalogue:
        """All of it that can be read; what cannot is told to the faults."""
        departments = {one["id"]: Department(one["id"], one["zh"], one["en"])
                       for one in self.faults.maps(self.source, "departments")
                       if all([self.faults.take(one, key, str) for key in ("id", "zh", "en")])}
        for key in ("departments", "policies", "warnings", "dq"):
            self.faults.unique(self.faults.maps(self.source, key), "id")
        derived = {value.ref: value for value in map(self._derived, self.derived_maps) if value}
        policies = tuple(p for p in (self._policy(one, tuple(departments)) for one in self.policy_maps) if p)
        warnings = tuple(map(self._rule, self.faults.maps(self.source, "warnings")))
        checks = tuple(c for c in map(self._check, self.faults.maps(self.source, "dq")) if c)
        found = Catalogue(
            text=text, hash=hashlib.sha256(text.encode()).hexdigest(), version=str(self.source["meta"].get("version", "")),
            first_day=self.first_day, last_day=self.last_day, departments=departments, columns=self.columns,
            tables=self.tables, derived=derived, policies=policies, warnings=warnings, checks=checks, order=(),
            recorded=self._recorded())
        return replace(found, order=soundness.check(found, self.spoken, self.faults))

    def _expression(self, one: Map, key: str, scope: Scope, kind: str, text: Any = ..., line: int = 0) -> tree.Node | None:
        if text is ... and key not in one:
            self.faults.add(one.line, f"{key} is missing")
            return None
        text = one[key] if text is ... else text
        line = line or one.at[key]
        try:
            node = parse_expression(text, self.names, self.shop, scope, kind)
        except Wrong as wrong:
            self.faults.add(line, f"{one.get('id') or one.get('name')}: {wrong}")
            return None
        self.spoken.append(Spoken(line, node))
        return node

    def _derived(self, one: Map) -> Value | None:
        name, level, kind = str(one.get("name")), one.get("level"), one.get("type")
        if level not in LEVELS or kind not in build.KINDS:
            return None
        node, zh = self._expression(one, "expr", Scope(level), kind), self.faults.take(one, "zh", str)
        if node is None:
            return None
        values = tuple(one["values"]) if isinstance(one.get("values"), list) else None
        if kind == "str" and set(node.values or ("",)) - set(self.names.derived[f"{level[0]}.{name}"].values or ()):
            self.faults.add(one.line, f"{name}: its values do not name all that it can be")
        return Value(f"{level[0]}.{name}", name, level, kind, values, zh, node, one.line)

    def _criteria(self, one: Map, scope: Scope) -> tuple[Criterion, ...]:
        maps = self.faults.maps(one, "criteria")
        self.faults.unique(maps, "id")
        if "criteria" in one and not 0 < len(maps) <= 62:
            self.faults.add(one.at["criteria"], "there are 1 to 62 criteria")
        found = []
        for each in maps:
            node, name = self._expression(each, "expr", scope, "bool"), self.faults.word(each, "id")
            zh = self.faults.take(each, "zh", str, default="") if scope.warning else self.faults.take(each, "zh", str)
            if node is not None:
                found.append(Criterion(name, zh, each["expr"], node, each.line))
        return tuple(found)

    def _policy(self, one: Map, departments: tuple[str, ...]) -> Policy | None:
        take, level = self.faults.take, self.faults.take(one, "level", str, LEVELS)
        benefit = take(one, "benefit", Map)
        made = {"id": self.faults.word(one, "id"), "seq": take(one, "seq", int), "zh": take(one, "zh", str),
                "en": take(one, "en", str), "department": take(one, "dept", str, departments), "level": level,
                "kind": take(benefit, "kind", str, KINDS), "basis": take(benefit, "basis", str, BASES),
                "needs_verification": take(one, "needs_verification", bool), "model": take(one, "model", str),
                "interactions": take(one, "interactions", str, default="")}
        if not level:
            return None
        amount, criteria = self._expression(one, "amount", Scope(level), "int"), self._criteria(one, Scope(level))
        if made["needs_verification"] and self.names.derived.get("h.verified") != Named("bool", "household"):
            self.faults.add(one.at["needs_verification"], "verification needs a truth of the household: h.verified")
        return Policy(**made, criteria=criteria, amount=amount, line=one.line) if amount is not None else None

    def _rule(self, one: Map) -> Rule:
        take, level = self.faults.take, self.faults.take(one, "level", str, LEVELS)
        scope = Scope(level or "household", warning=True)
        severity = self._severity(one, scope)
        rule = Rule(id=self.faults.word(one, "id"), zh=take(one, "zh", str), en=take(one, "en", str),
                    kind=take(one, "kind", str, ("hardship", "ineligibility")),
                    trigger=take(one, "trigger", str, ("change", "event", "state")), level=level,
                    needs_earlier=self._requires(one), due=self._due(one, severity), criteria=self._criteria(one, scope),
                    severity=severity, line=one.line)
        self._needs(rule, one)
        return rule

    def _severity(self, one: Map, scope: Scope) -> tuple[tuple[str, tree.Node], ...]:
        items, found = self.faults.take(one, "severity", list), []
        for item, line in zip(items, getattr(items, "at", [])):
            if not isinstance(item, list) or len(item) != 2 or item[0] not in SEVERITIES:
                self.faults.add(line, "a severity is a name (high, medium, low) and an expression")
            elif (node := self._expression(one, "severity", scope, "bool", item[1], line)) is not None:
                found.append((item[0], node))
        if "severity" in one and not (found and isinstance(found[-1][1], tree.Literal) and found[-1][1].value is True):
            self.faults.add(one.at["severity"], "the last severity is always true")
        return tuple(found)

    def _due(self, one: Map, severity: tuple[tuple[str, tree.Node], ...]) -> dict[str, int]:
        due = self.faults.take(one, "due_workdays", Map)
        for name in {name for name, _ in severity} | set(due):
            if name not in SEVERITIES:
                self.faults.add(due.named[name], f"{name!r} is no severity")
            elif self.faults.take(due, name, int) < 0:
                self.faults.add(due.at[name], f"{name} must not lie before the warning")
        return dict(due)

    def _requires(self, one: Map) -> tuple[str, ...]:
        self.faults.take(one, "requires_prev", list)
        return self.faults.plain(one, "requires_prev")

    def _needs(self, rule: Rule, one: Map) -> None:
        """A rule that looks at the earlier row must say that it needs it; a household has no earlier person."""
        nodes = [*(c.tree for c in rule.criteria), *(node for _, node in rule.severity)]
        used = {"household" if n.ref.startswith("hp.") else "person"
                for node in nodes for n in node.below() if isinstance(n, tree.Earlier)}
        allowed = set(LEVELS) if rule.level == "person" else {"household"}
        if "requires_prev" in one and not used <= set(rule.needs_earlier) <= allowed:
            least, most = ", ".join(sorted(used)) or "less", ", ".join(sorted(allowed))
            self.faults.add(one.at["requires_prev"], f"{rule.id}: requires_prev must name {least}, and at most {most}")

    def _check(self, one: Map) -> Check | None:
        level = self.faults.take(one, "level", str, LEVELS)
        name, zh = self.faults.word(one, "id"), self.faults.take(one, "zh", str)
        node = self._expression(one, "expr", Scope(level), "bool") if level else None
        return Check(name, level, zh, node, one.line) if node is not None else None

    def _recorded(self) -> dict[str, tree.Node]:
        """Records speak of policies that this catalogue has, and of its columns."""
        found = {}
        for policy, text in _records().items():
            if policy in self.names.policies:
                try:
                    found[policy] = parse_expression(text, self.names, self.shop, Scope(self.names.policies[policy]), "bool")
                except Wrong as wrong:
                    self.faults.add(1, f"the record of {policy}: {wrong}")
        return found
