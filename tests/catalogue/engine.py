"""The engine behind the oracle's questions: lists of facts go in as Arrow tables, answers come out as the oracle's."""
from datetime import date
from functools import lru_cache

import pyarrow as pa

from marketplace.catalogue import catalogue as catalogues
from marketplace.catalogue import screening, warning
from tests.catalogue.oracle import LETTER, load

ARROW = {"int": pa.int64(), "str": pa.string(), "bool": pa.bool_(), "date": pa.date32()}
PARTS = ("mask", "amount", "provisional")

parse = lru_cache(catalogues.parse)


class Engine:
    """Answers as `oracle.Oracle` does."""

    def __init__(self, text: str, as_of: date):
        self.as_of, self.schema, self.catalogue = as_of, load(text)["schema"], parse(text)

    def tables(self, households: list[dict], persons: list[dict]) -> tuple[pa.Table, pa.Table]:
        both = {"household": households, "person": persons}
        return tuple(pa.Table.from_pylist(rows, pa.schema([(c["name"], ARROW[c["type"]]) for c in self.schema[level]]))
                     for level, rows in both.items())

    def screen(self, households, persons):
        found = screening.screen_tables(self.catalogue, self.as_of, *self.tables(households, persons))
        return {key: {name.removesuffix(".mask"): tuple(row[f"{name.removesuffix('.mask')}.{part}"] for part in PARTS)
                      for name in row if name.endswith(".mask")}
                for key, row in self._by_key(found, households, persons)}

    def derived(self, households, persons):
        found = screening.derived_tables(self.catalogue, self.as_of, *self.tables(households, persons))
        return {key: {name: value for name, value in row.items() if name != "household_id" and name != "person_id"}
                for key, row in self._by_key(found, households, persons)}

    def quality(self, households, persons):
        found = screening.quality_rows(self.catalogue, self.as_of, *self.tables(households, persons))
        return {(row["check"], LETTER[row["level"]], row["id"]) for row in found.to_pylist()}

    def warn(self, old_households, old_persons, as_of_prev, households, persons):
        before, now = self.tables(old_households, old_persons), self.tables(households, persons)
        found = warning.warning_rows(self.catalogue, before, as_of_prev, now, self.as_of)
        return {(row["rule"], LETTER[row["level"]], row["id"]): row["severity"] for row in found.to_pylist()}

    def _by_key(self, found: tuple[pa.Table, pa.Table], *asked: list[dict]):
        """The rows of both levels with the oracle's keys; they stand in the order of the input."""
        for table, rows, name in zip(found, asked, ("household_id", "person_id")):
            assert table[name].to_pylist() == [row[name] for row in rows]
            yield from (((name[0], row[name]), row) for row in table.to_pylist())
