"""Invented expressions: every operator and function of the notation, over facts, derived values and parameters.

They are typed as the notation wants them, so that a catalogue that carries them as derived values is valid; what they say
means nothing. A dividend is held at or above zero, as the notation promises of every catalogue.
"""
from random import Random

from tests.catalogue.oracle import LETTER, load

LITERALS = {"int": ("0", "1", "-1", "2", "9", "17", "100", "36500", "9999999999"), "bool": ("true", "false"),
            "str": ("'A'", "''", "'none'", "'urban'", "'371499101'", "'371499199001011234'"),
            "date": ("date(2000,2,29)", "date(1900,1,1)", "date(9999,12,31)", "date(2024,6,30)", "date(1,1,1)")}
COMPARES = ("<", "<=", ">", ">=", "==", "!=")


def derived(name: str, level: str, kind: str, expression: str, values: str = "") -> str:
    """The line of a derived value."""
    declared = f"values: {values}, " if values else ""
    return f'  - {{name: {name}, level: {level}, type: {kind}, {declared}zh: 试, expr: "{expression}"}}\n'


def carrying(text: str, *lines: str) -> str:
    """A catalogue with more derived values."""
    return text.replace("\nderived:\n", "\nderived:\n" + "".join(lines), 1)


class Author:
    """A seeded hand that writes expressions in the words of a catalogue."""

    def __init__(self, seed: int | str, text: str, warning: bool = False):
        """With `warning` it speaks of the earlier snapshot too."""
        self.random, self.warning, catalogue = Random(f"expressions {seed}"), warning, load(text)
        self.tables = catalogue["parameters"]
        self.facts = {(level, kind): [column for column in catalogue["schema"][level] if column["type"] == kind]
                      for level in LETTER for kind in LITERALS}
        self.derived = {(level, kind): [one["name"] for one in catalogue["derived"]
                                        if (one["level"], one["type"]) == (level, kind)]
                        for level in LETTER for kind in LITERALS}
        self.policies = {level: [one["id"] for one in catalogue["policies"] if one["level"] == level] for level in LETTER}

    def write(self, kind: str, level: str, depth: int, inside: bool = False) -> str:
        """An expression of this kind for rows of this level; `inside` an aggregate it speaks of members."""
        pick = self.random.choice
        if depth <= 0 or self.random.random() < 0.1:
            return self.simple(kind, level, inside)
        form = pick(getattr(self, f"_{kind}s")())
        return form(lambda of, less=1: self.write(of, level, depth - less, inside), level, inside)

    def simple(self, kind: str, level: str, inside: bool) -> str:
        pick, home = self.random.choice, level
        if self.random.random() < 0.2:
            days = ("as_of", "as_of_prev") if self.warning else ("as_of",)
            return pick(days) if kind == "date" and self.random.random() < 0.5 else pick(LITERALS[kind])
        if self.warning and not inside and self.random.random() < 0.4:
            return self.before(kind, level)
        if (level == "person" or inside) and self.random.random() < 0.4:
            home = "household" if not inside else pick(("household", "person"))
        elif inside:
            home = "person"
        if self.random.random() < 0.35:
            if kind in ("bool", "int") and self.random.random() < 0.3:
                return f"{'e' if kind == 'bool' else 'a'}.{pick(self.policies[home])}"
            if self.derived[home, kind]:
                return f"{LETTER[home]}.{pick(self.derived[home, kind])}"
        return self.fact(pick(self.facts[home, kind]), LETTER[home])

    def before(self, kind: str, level: str) -> str:
        home = self.random.choice(("household", "person")) if level == "person" else level
        names = self.derived[home, kind] + [c["name"] for c in self.facts[home, kind] if "null_means" not in c]
        return f"{LETTER[home]}p.{self.random.choice(names)}" if names else self.random.choice(LITERALS[kind])

    def fact(self, column: dict, letter: str) -> str:
        name = f"{letter}.{column['name']}"
        if "null_means" not in column:
            return name
        instead = repr(self.random.choice(column["values"] + ["none"])) if "values" in column else \
            self.random.choice(LITERALS[column["type"]])
        return f"nz({name}, {instead})"

    def _bools(self) -> tuple:
        pick = self.random.choice
        return (
            lambda of, *_: f"({of('bool')} {pick(('and', 'or'))} {of('bool')} {pick(('and', 'or'))} {of('bool')})",
            lambda of, *_: f"(not {of('bool')})",
            lambda of, *_: f"({of('int')} {pick(COMPARES)} {of('int')})",
            lambda of, *_: f"({of('int')} {pick(COMPARES)} {of('int')})",
            lambda of, *_: f"({of('date')} {pick(COMPARES)} {of('date')})",
            lambda of, *_: f"({of('bool')} {pick(('==', '!='))} {of('bool')})",
            self._same_text, self._one_of, self._null, self._any,
            lambda of, *_: f"iff({of('bool')}, {of('bool')}, {of('bool')})", lambda of, *_: f"id_check({of('str', 2)})")

    def _ints(self) -> tuple:
        pick = self.random.choice
        return (
            lambda of, *_: f"({of('int')} {pick('+-')} {of('int')} {pick('+-')} {of('int')})",
            lambda of, *_: f"({of('int')} * {pick((2, 3, -1, 12))})", lambda of, *_: f"-{of('int', 2)}",
            lambda of, *_: f"(max(0, {of('int')}) // {pick((1, 7, 12, 1200))})",
            lambda of, *_: f"(max(0, {of('int')}) // max(1, {of('int')}))",
            lambda of, *_: f"{pick(('min', 'max'))}({of('int')}, {of('int')}, {of('int')})",
            lambda of, *_: f"iff({of('bool')}, {of('int')}, {of('int')})",
            lambda of, *_: f"{pick(('years', 'months', 'days'))}({of('date')}, {of('date')})",
            lambda of, *_: f"{pick(('years', 'months', 'days'))}({of('date')}, as_of)",
            lambda of, *_: f"ymd({of('date')})", lambda of, *_: f"id_birth({of('str', 2)})",
            lambda of, *_: f"ceil_yuan(max(0, {of('int')}))", self._param, self._sum)

    def _strs(self) -> tuple:
        return (lambda of, *_: f"iff({of('bool')}, {of('str')}, {of('str')})",
                lambda of, *_: f"prefix({of('str')}, {self.random.choice((0, 1, 2, 6, 30))})",
                lambda of, *_: f"id_sex({of('str', 2)})")

    def _dates(self) -> tuple:
        return (lambda of, *_: f"iff({of('bool')}, {of('date')}, {of('date')})",)

    def _same_text(self, of, *_) -> str:
        return f"(prefix({of('str')}, 9) {self.random.choice(('==', '!='))} {of('str')})"

    def _one_of(self, of, *_) -> str:
        sign = self.random.choice(("in", "not in"))
        if self.random.random() < 0.5:
            return f"({of('int')} {sign} [0, 1, 36500])"
        return f"(prefix({of('str')}, 5) {sign} ['A', 'urban', '', '37140'])"

    def _null(self, of, level, inside) -> str:
        home = self.random.choice(("person", "household")) if inside else level
        columns = [c for kind in LITERALS for c in self.facts[home, kind] if "null_means" in c]
        return f"isnull({LETTER[home]}.{self.random.choice(columns)['name']})"

    def _any(self, of, level, inside) -> str:
        if level == "person" or inside:
            return of("bool")
        return f"ANY({self.write('bool', level, 2, True)})"

    def _sum(self, of, level, inside) -> str:
        if level == "person" or inside:
            return of("int")
        how, among = self.random.choice(("SUM", "MAX", "COUNT")), self.write("bool", level, 2, True)
        return f"COUNT({among})" if how == "COUNT" else f"{how}({among}, {self.write('int', level, 2, True)})"

    def _param(self, of, *_) -> str:
        """A parameter whose keys are literals or, where a default answers for what is not named, any number."""
        name = self.random.choice(sorted(self.tables))
        table = self.tables[name]
        keys = [of("int") if "default" in table and isinstance(table["domain"][key][0], int) and self.random.random() < 0.7
                else repr(self.random.choice(table["domain"][key])) for key in table["keys"]]
        return f"param({', '.join([repr(name), *keys])})"
