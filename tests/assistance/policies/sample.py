"""Households of the catalogue's sample, with what is known of them."""
import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from marketplace.assistance.policies import happiness, words
from marketplace.assistance.policies.happiness import HappinessList
from marketplace.catalogue import catalogue
from marketplace.catalogue.explain import Explanation, explain

FOLDER = Path(__file__).parents[2] / "data" / "catalogue" / "sample"
AS_OF = date(2024, 6, 30)
READ = {"int": int, "bool": lambda text: text == "1", "date": date.fromisoformat, "str": str}


def _rows(level: str) -> Iterator[dict]:
    columns = {column.name: column for column in catalogue.built_in().columns[level]}
    with gzip.open(FOLDER / "current" / f"{level}.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield {name: READ[columns[name].kind](text) for name, text in row.items() if text and name in columns}


@cache
def households() -> dict[str, tuple[dict, list[dict]]]:
    """Every household with its members, by reference."""
    members = defaultdict(list)
    for person in _rows("person"):
        members[person["household_id"]].append(person)
    return {home["household_id"]: (home, members[home["household_id"]]) for home in _rows("household")}


@cache
def made(reference: str) -> tuple[Explanation, HappinessList]:
    """The answers and the list of one household."""
    home, members = households()[reference]
    explanation = explain(catalogue.built_in(), AS_OF, home, members)
    return explanation, happiness.build(explanation, home, members, words.built_in())


@cache
def expected() -> dict[str, list[dict]]:
    """The lists that the sample carries: household_id -> its lines."""
    lines = defaultdict(list)
    with gzip.open(FOLDER / "expected" / "happiness_list.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lines[row["household_id"]].append(row)
    return lines
