"""A load says which facts of which households it changed, and decides their eligibility."""
import csv
import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from marketplace.core.outbox import Job
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.network.registry import changes, redeciding
from marketplace.network.registry import service as registry
from marketplace.network.registry.models import NEVER, Household, HouseholdRecord
from tests.assistance.policies.town import DAY, Registry, Statements

SAMPLE = Path(__file__).parents[2] / "data" / "catalogue" / "sample"


@pytest.fixture
def homes(city):
    found = Registry(city, "changes", 6)
    db.session.query(Job).delete()
    db.session.commit()
    return found


def told() -> list[tuple[list[int], list[str]]]:
    """What was announced since, block by block."""
    bodies = db.session.scalars(select(Job.body).where(Job.reaction.endswith("rescreen_changed")).order_by(Job.id))
    return [(found["household_ids"], found["facts"]) for found in map(json.loads, bodies)]


def test_a_changed_fact_is_named(homes):
    first, second = list(homes.homes)[:2]
    homes.homes[first]["deposits"] = 123_456
    member = homes.people[homes.members(second)[0]]
    member["wage_month"] = (member["wage_month"] or 0) + 1
    homes.load()
    numbers = homes.numbers()[0]
    assert told() == [(sorted((numbers[first], numbers[second])), ["household.deposits", "person.wage_month"])]


def test_nothing_changed_is_not_told(homes):
    homes.load()
    assert told() == []


def test_who_moves_changes_both_households(homes):
    left, entered = list(homes.homes)[:2]
    homes.people[homes.members(left)[0]]["household_id"] = entered
    homes.load(entered)
    numbers = homes.numbers()[0]
    (those, facts), = told()
    assert those == sorted((numbers[left], numbers[entered])) and "person.household_id" in facts


def test_a_new_household_and_a_new_member_are_told(homes):
    added = homes.add(2)
    homes.load(added)
    assert told() == [([homes.numbers()[0][added]], ["person.household_id"])]


def test_many_are_told_in_blocks(homes, monkeypatch):
    monkeypatch.setattr(changes, "BLOCK", 4)
    for home in homes.homes.values():
        home["deposits"] = (home["deposits"] or 0) + 1
    homes.load()
    assert [len(those) for those, _facts in told()] == [4, 2]


def test_a_household_that_its_only_member_on_record_left_is_eligible_no_more(city):
    homes = Registry(city, "orphan", 2)
    left, entered = list(homes.homes)
    for home in (left, entered):
        homes.homes[home] |= {"reg_category": None, "poverty_monitor": None, "deposits": 9_000_000_000, "hukou_local": False}
        for name in homes.members(home):
            homes.people[name] |= {"reg_person": None, "alive": True, "death_date": None, "member_status": "coresident",
                                   "birth_date": date(2014, 1, 1)}
    orphan = homes.members(left)[0]
    homes.people[orphan]["reg_person"] = "orphan"
    homes.load()
    assert until(homes, left) > NEVER == until(homes, entered)
    homes.people[orphan]["household_id"] = entered
    homes.load(entered)
    assert until(homes, entered) > NEVER == until(homes, left)


def until(homes, name):
    return db.session.scalar(select(Household.eligible_until).where(Household.id == homes.numbers()[0][name]))


def test_eligible_is_who_is_in_one_of_the_four_tiers_or_on_record(city):
    """Over the catalogue's sample: its own expected tiers against what the registry decided."""
    files = []
    for level in ("household", "person"):
        files.append(city.folder / f"{level}.csv")
        files[-1].write_bytes(gzip.decompress((SAMPLE / "current" / f"{level}.csv.gz").read_bytes()))
    registry.import_files(*files, None, DAY, by=0)
    found = dict(db.session.execute(select(HouseholdRecord.reference, Household.eligible_until)
                                    .join(Household, Household.id == HouseholdRecord.household_id)).all())
    homes, people = expected("household"), expected("person")
    on_record = {row["household_id"] for row in rows(files[0]) if row["reg_category"] or row["poverty_monitor"]}
    alive, listed = set(), set()
    for row in rows(files[1]):
        if people[row["person_id"]]["counted"] == "1":
            alive.add(row["household_id"])
            listed |= {row["household_id"]} if row["reg_person"] else set()
    eligible = {name for name, row in homes.items() if row["cat"] != "0" or (name in alive and name in on_record | listed)}
    assert {name for name, day in found.items() if day > NEVER} == eligible
    assert 50 < len(eligible) < len(found) - 50


def rows(path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def expected(level) -> dict[str, dict]:
    with gzip.open(SAMPLE / "expected" / f"derived_{level}.csv.gz", "rt", encoding="utf-8") as file:
        return {row[f"{level}_id"]: row for row in csv.DictReader(file)}


def test_deciding_again_by_the_same_catalogue_changes_nothing(city, monkeypatch):
    monkeypatch.setattr(redeciding, "BLOCK", 4)
    homes = Registry(city, "same", 10)
    city.settle()
    before = dict(db.session.execute(select(Household.id, Household.eligible_until)).all())
    with transaction():
        redeciding.begin()
    city.settle()
    assert dict(db.session.execute(select(Household.id, Household.eligible_until)).all()) == before and homes


def test_the_statements_of_deciding_do_not_grow_with_the_households(city):
    homes, spent = Registry(city, "decided", 4), []
    for more in (0, 12):
        for _ in range(more):
            homes.add(2)
        homes.load()
        city.settle()
        with Statements() as statements:
            redeciding.decide_block(0)
        spent.append(statements.number)
    assert spent[0] == spent[1]
