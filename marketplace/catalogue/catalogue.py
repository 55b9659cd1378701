"""Reading a catalogue: what is not right is refused as a whole, each fault with its line."""
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from marketplace.catalogue import build, order, tree
from marketplace.catalogue.build import LEVELS, Faults
from marketplace.catalogue.model import Catalogue, Check, Criterion, Department, Fault, Faulty, Policy, Rule, Value
from marketplace.catalogue.parse import Keys, Named, Names, Scope, Wrong
from marketplace.catalogue.parse import parse as parse_expression
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
    found = _Reading(source, faults).catalogue(text) if _has_parts(source, faults) else None
    if faults.found or found is None:
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
    return Names(facts, derived, {p.id: p.level for p in found.policies},
                 {name: Keys(t.domains, t.default is not None) for name, t in found.tables.items()})


def _has_parts(source: Map, faults: Faults) -> bool:
    parts = {"meta": Map, "departments": list, "schema": Map, "parameters": Map, "derived": list, "policies": list,
             "warnings": list, "dq": list}
    for name, kind in parts.items():
        faults.take(source, name, kind)
    return not faults.found


class _Reading:
    """One reading of one text."""

    def __init__(self, source: Map, faults: Faults):
        self.source, self.faults, self.shop = source, faults, tree.Shop()
        meta = source["meta"]
        self.first_day, self.last_day = (self._day(meta, key) for key in ("as_of_min", "as_of_max"))
        self.columns = build.columns(source, faults)
        self.tables = build.tables(source, faults, self.first_day)
        self.derived_maps, self.policy_maps = faults.maps(source, "derived"), faults.maps(source, "policies")
        self.names = self._names()

    def _day(self, meta: Map, key: str) -> date:
        if (found := build.day(meta.get(key))) is None:
            self.faults.add(meta.line, f"{key} is not a day")
        return found or date.min

    def _names(self) -> Names:
        facts = {f"{level[0]}.{c.name}": Named(c.kind, level, c.values, c.nullable)
                 for level in LEVELS for c in self.columns[level]}
        derived = {}
        for one in self.derived_maps:
            level, kind = self.faults.take(one, "level", str, LEVELS), self.faults.take(one, "type", str, build.KINDS)
            ref = f"{level[:1]}.{self.faults.take(one, 'name', str)}"
            if ref in derived or ref in facts:
                self.faults.add(one.line, f"{ref} stands twice")
            derived[ref] = Named(kind, level, tuple(one.get("values") or ()) or None if kind == "str" else None)
        policies = {one["id"]: one["level"] for one in self.policy_maps
                    if isinstance(one.get("id"), str) and one.get("level") in LEVELS}
        return Names(facts, derived, policies,
                     {name: Keys(t.domains, t.default is not None) for name, t in self.tables.items()})

    def catalogue(self, text: str) -> Catalogue | None:
        """All of it; None when something is missing."""
        departments = {one["id"]: Department(one["id"], one["zh"], one["en"])
                       for one in self.faults.maps(self.source, "departments")
                       if all(self.faults.take(one, key, str) for key in ("id", "zh", "en"))}
        self._unique()
        derived = {value.ref: value for value in map(self._derived, self.derived_maps) if value}
        policies = tuple(p for p in (self._policy(one, tuple(departments)) for one in self.policy_maps) if p)
        warnings = tuple(map(self._rule, self.faults.maps(self.source, "warnings")))
        checks = tuple(c for c in map(self._check, self.faults.maps(self.source, "dq")) if c)
        if self.faults.found:
            return None
        found = Catalogue(
            text=text, hash=hashlib.sha256(text.encode()).hexdigest(), version=str(self.source["meta"].get("version", "")),
            first_day=self.first_day, last_day=self.last_day, departments=departments, columns=self.columns,
            tables=self.tables, derived=derived, policies=policies, warnings=warnings, checks=checks, order=(),
            recorded=self._recorded())
        self._divisors(found)
        self._unused(found)
        return self._in_order(found)

    def _unique(self) -> None:
        for key in ("departments", "policies", "warnings", "dq"):
            self.faults.unique(self.faults.maps(self.source, key), "id")

    def _expression(self, one: Map, key: str, scope: Scope, kind: str, text: Any = ..., line: int = 0) -> tree.Node | None:
        text = one.get(key) if text is ... else text
        line = line or one.at.get(key, one.line)
        try:
            return parse_expression(text, self.names, self.shop, scope, kind)
        except Wrong as wrong:
            self.faults.add(line, f"{one.get('id') or one.get('name')}: {wrong}")
            return None

    def _derived(self, one: Map) -> Value | None:
        name, level, kind = str(one.get("name")), one.get("level"), one.get("type")
        if level not in LEVELS or kind not in build.KINDS:
            return None
        node = self._expression(one, "expr", Scope(level), kind)
        if node is None:
            return None
        values = tuple(one["values"]) if one.get("values") else None
        if kind == "str" and (not values or set(node.values or ("",)) - set(values)):
            self.faults.add(one.line, f"{name}: its values do not name all that it can be")
        return Value(f"{level[0]}.{name}", name, level, kind, values, self.faults.take(one, "zh", str), node, one.line)

    def _criteria(self, one: Map, scope: Scope) -> tuple[Criterion, ...]:
        maps = self.faults.maps(one, "criteria")
        self.faults.unique(maps, "id")
        if not 0 < len(maps) <= 62:
            self.faults.add(one.line, "a policy has 1 to 62 criteria")
        found = []
        for each in maps:
            node = self._expression(each, "expr", scope, "bool")
            if node is not None:
                zh = self.faults.take(each, "zh", str, default="") if scope.warning else self.faults.take(each, "zh", str)
                found.append(Criterion(self.faults.take(each, "id", str), zh, each["expr"], node, each.line))
        return tuple(found)

    def _policy(self, one: Map, departments: tuple[str, ...]) -> Policy | None:
        take, level = self.faults.take, self.faults.take(one, "level", str, LEVELS)
        benefit = take(one, "benefit", Map)
        if not benefit or not level:
            return None
        amount = self._expression(one, "amount", Scope(level), "int")
        made = {"id": take(one, "id", str), "seq": take(one, "seq", int), "zh": take(one, "zh", str),
                "en": take(one, "en", str), "department": take(one, "dept", str, departments), "level": level,
                "kind": take(benefit, "kind", str, KINDS), "basis": take(benefit, "basis", str, BASES),
                "needs_verification": take(one, "needs_verification", bool), "model": take(one, "model", str),
                "criteria": self._criteria(one, Scope(level)), "interactions": take(one, "interactions", str, default="")}
        return Policy(**made, amount=amount, line=one.line) if amount is not None else None

    def _rule(self, one: Map) -> Rule:
        take, level = self.faults.take, self.faults.take(one, "level", str, LEVELS)
        scope = Scope(level or "household", warning=True)
        due, severity = take(one, "due_workdays", Map), []
        items = take(one, "severity", list)
        for item, line in zip(items, getattr(items, "at", [])):
            if not isinstance(item, list) or len(item) != 2 or item[0] not in SEVERITIES:
                self.faults.add(line, "a severity is a name (high, medium, low) and an expression")
            elif (node := self._expression(one, "severity", scope, "bool", item[1], line)) is not None:
                severity.append((item[0], node))
        if not severity or not (isinstance(severity[-1][1], tree.Literal) and severity[-1][1].value is True):
            self.faults.add(one.line, "the last severity is always true")
        needs = tuple(take(one, "requires_prev", list))
        rule = Rule(id=take(one, "id", str), zh=take(one, "zh", str), en=take(one, "en", str),
                    kind=take(one, "kind", str, ("hardship", "ineligibility")),
                    trigger=take(one, "trigger", str, ("change", "event", "state")), level=level, needs_earlier=needs,
                    due=dict(due), criteria=self._criteria(one, scope), severity=tuple(severity), line=one.line)
        self._needs(rule)
        return rule

    def _needs(self, rule: Rule) -> None:
        """A rule that looks at the earlier row must say that it needs it."""
        nodes = [*(c.tree for c in rule.criteria), *(node for _, node in rule.severity)]
        used = {"household" if n.ref.startswith("hp.") else "person"
                for node in nodes for n in node.below() if isinstance(n, tree.Earlier)}
        if not used <= set(rule.needs_earlier) <= set(LEVELS):
            self.faults.add(rule.line, f"{rule.id}: requires_prev must name {', '.join(sorted(used)) or 'levels'}")

    def _check(self, one: Map) -> Check | None:
        level = self.faults.take(one, "level", str, LEVELS)
        node = self._expression(one, "expr", Scope(level), "bool") if level else None
        name, zh = self.faults.take(one, "id", str), self.faults.take(one, "zh", str)
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

    def _divisors(self, found: Catalogue) -> None:
        """A parameter that divides is positive."""
        for line, node in expressions(found):
            for part in node.below():
                if isinstance(part, tree.Arith) and part.op == "//" and isinstance(part.right, tree.Param):
                    table = found.tables[part.right.table]
                    values = [value for rows in table.rows.values() for _, value, _ in rows]
                    if min([*values, table.default or 1]) <= 0:
                        self.faults.add(line, f"{table.name} divides here, and is not always positive")

    def _unused(self, found: Catalogue) -> None:
        """Every fact, parameter and derived value is there for something."""
        nodes = {part for _, node in expressions(found) for part in node.below()}
        used = {str(n) for n in nodes if isinstance(n, tree.Column | tree.Derived)}
        used |= {n.ref[0] + n.ref[2:] for n in nodes if isinstance(n, tree.Earlier)}
        for level in LEVELS:
            for column in found.columns[level]:
                if column.role == "fact" and f"{level[0]}.{column.name}" not in used:
                    self.faults.add(column.line, f"{level[0]}.{column.name} is used by nothing")
        named = {n.table for n in nodes if isinstance(n, tree.Param)}
        for table in found.tables.values():
            if table.name not in named:
                self.faults.add(table.line, f"the parameter {table.name} is used by nothing")

    def _in_order(self, found: Catalogue) -> Catalogue | None:
        names, circle = order.sort(found)
        if circle:
            self.faults.add(circle[0][1], f"a circle: {' → '.join(name for name, _ in circle)}")
            return None
        return replace(found, order=names)


def expressions(found: Catalogue) -> Iterator[tuple[int, tree.Node]]:
    """Every expression with its line."""
    for value in found.derived.values():
        yield value.line, value.tree
    for policy in found.policies:
        yield from ((c.line, c.tree) for c in policy.criteria)
        yield policy.line, policy.amount
    for rule in found.warnings:
        yield from ((c.line, c.tree) for c in rule.criteria)
        yield from ((rule.line, node) for _, node in rule.severity)
    yield from ((check.line, check.tree) for check in found.checks)


def names_of(nodes: Iterable[tree.Node]) -> set[str]:
    """What expressions speak of: "h.x" and "p.x" for derived values, "e.x" for policies."""
    parts = [part for node in nodes for part in node.below()]
    return {p.ref for p in parts if isinstance(p, tree.Derived)} | {f"e.{p.policy}" for p in parts
                                                                     if isinstance(p, tree.Outcome)}
