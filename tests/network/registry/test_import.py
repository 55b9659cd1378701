"""Loading the registry: all or nothing, and eligibility follows."""
import csv
from datetime import date, timedelta

import pytest

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.network.registry import queries
from marketplace.network.registry import service as registry
from marketplace.network.registry.models import NEVER, Household, HouseholdRecord, Person
from marketplace.network.registry.service import InputBreached, NotInRegistry
from tests.city import HOUSEHOLD, PERSON, TOWN


def test_a_household_on_record_is_eligible_for_a_year(city):
    assert city.home().eligible_until == clock.today() + timedelta(days=365)


@pytest.mark.parametrize("category, eligible", [("dibao", True), ("tekun", True), ("", False)])
def test_the_record_decides(city, category, eligible):
    assert (city.home(category=category).eligible_until > NEVER) is eligible


@pytest.mark.parametrize("home, member, basis", [
    ({"reg_category": "dibao"}, {}, "record"), ({"poverty_monitor": "marginal_risk"}, {}, "monitored"),
    ({}, {"reg_person": "orphan"}, "member"), ({}, {}, ""),
    ({"reg_category": "dibao"}, {"alive": "0"}, ""),
    ({"reg_category": "dibao"}, {"death_date": "2026-01-01"}, ""),
    ({"reg_category": "dibao"}, {"member_status": "left"}, ""),
    ({"reg_category": "dibao"}, {"member_status": "student_away"}, "record"),
    ({}, {"reg_person": "orphan", "alive": "0"}, ""),
    ({"reg_category": "dibao"}, {"birth_date": "2027-01-01"}, ""),
    ({"deposits": "0"}, {}, "tier1"), ({"deposits": "0"}, {"supporters_capable": "1"}, "tier2"),
    ({"deposits": "4000000"}, {"supporters_capable": "1"}, "tier3"),
    ({"deposits": "0", "hukou_local": "0"}, {}, ""), ({"deposits": "0"}, {"alive": "0"}, ""),
])
def test_on_record_or_in_one_of_the_four_tiers(city, home, member, basis):
    place = {"household_id": "H1", "county_code": TOWN[:6], "town_code": TOWN, "village_code": f"{TOWN}001"}
    person = {"person_id": "P1", "household_id": "H1", "birth_date": "1959-03-01"}
    files = (city.file("household", [place | {"deposits": "90000000"} | home], HOUSEHOLD),
             city.file("person", [person | member], PERSON))
    registry.import_files(*files, None, date(2026, 6, 1), by=0)
    record = db.session.scalars(db.select(HouseholdRecord)).one()
    until = db.session.get_one(Household, record.household_id).eligible_until
    assert (record.basis, until) == (basis, clock.today() + timedelta(days=365) if basis else NEVER)


def test_losing_and_regaining(city):
    home = city.home()
    city.lose(home)
    db.session.refresh(home)
    assert home.eligible_until == NEVER
    city.reload(home, "dibao")
    db.session.refresh(home)
    assert home.eligible_until > clock.today()


def breaks(city, level, column, value):
    home = city.home()
    path = city.folder / f"{level}.csv"
    with path.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    rows[0][column] = value
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return home


@pytest.mark.parametrize("level, column, value", [
    ("household", "reg_category", "rich"), ("household", "deposits", "-1"), ("household", "deposits", "1.5"),
    ("household", "residence_type", ""), ("household", "reg_category_since", "2026-02-30"),
    ("person", "birth_date", "yesterday"), ("person", "alive", "2"),
    ("person", "household_id", "H999999"), ("person", "sex", "X"), ("identity", "person_id", "P9999990"),
])
def test_any_breach_changes_nothing_and_is_named(city, level, column, value):
    home = breaks(city, level, column, value)
    before = home.eligible_until
    files = [city.folder / f"{name}.csv" for name in ("household", "person", "identity")]
    with pytest.raises(InputBreached) as no:
        registry.import_files(*files, as_of=clock.today(), by=0)
    named = {(b.file.rsplit("/")[-1].removesuffix(".csv"), b.row, b.column) for b in no.value.breaches}
    assert (level, 1, column) in named
    assert all(value not in b.reason for b in no.value.breaches if len(value) > 3)
    db.session.refresh(home)
    assert home.eligible_until == before


def test_the_sample_of_the_catalogue_loads_twice_without_doubles(city, sample):
    for _ in range(2):
        done = registry.import_files(sample / "household.csv", sample / "person.csv", None, date(2024, 6, 30), by=0)
    assert done.households == db.session.query(Household).count() > 400
    assert done.persons == db.session.query(Person).count() > 1000


def test_a_phone_leads_to_the_persons_own_household(city):
    first, second = city.home(), city.home()
    assert city.beneficiary(first).household_id == first.id
    assert city.beneficiary(second).household_id == second.id
    with pytest.raises(NotInRegistry):
        registry.beneficiary("13999999999")


def test_personal_values_are_sealed_in_the_database(city, app):
    from sqlalchemy import text
    home = city.home()
    person = city.people(home)[0]
    raw = str([tuple(row) for row in db.session.execute(text("SELECT * FROM person"))])
    for value in (person.name.reveal(), person.phone.reveal(), person.resident_id.reveal(), "某村"):
        assert value not in raw and value.encode().hex() not in raw
    assert person.name.reveal() not in f"{person.name} {person.name!r}"


def test_a_look_at_names_is_written_down(city):
    home, worker = city.home(), city.person("social_worker", TOWN)
    queries.members(worker, home, "desk")
    assert [(look.role, look.purpose) for look in queries.looks(home.id)] == [(worker.role, "desk")]


def test_eligibility_that_ran_out_is_announced_once(city, hold):
    home = city.home()
    with hold(clock.now() + timedelta(days=367)):
        assert registry.end_overdue() == 1 and registry.end_overdue() == 0
    db.session.refresh(home)
    assert home.eligible_until == NEVER
