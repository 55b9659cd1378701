import csv
from datetime import date
from hashlib import sha256
from itertools import chain

import numpy as np
import pyarrow.parquet as parquet
import pytest

from marketplace.catalogue.catalogue import built_in
from marketplace.catalogue.screening import screen_files
from marketplace.core import identity_number, places
from marketplace.network.city.generate import generate
from marketplace.network.registry.contract import batches, check
from marketplace.people.accounts.rules import normal_phone

DAY = date(2026, 6, 30)
DIGESTS = ["46c5425db429c357", "f422190b6e64a76f", "d5e7801a4134cd42", "3fd73642b9d0ffe4"]


def rows(path):
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    out = tmp_path_factory.mktemp("small")
    made = generate(5_000, 7, out, DAY, changes=60)
    return out, made


def test_it_keeps_the_input_contract_in_both_snapshots(small):
    out, made = small
    for folder in (out, out / "next"):
        assert not check(folder / "household.csv", folder / "person.csv", folder / "identity.csv")
    assert made.persons == 5_000 == len(rows(out / "person.csv")) == len(rows(out / "identity.csv"))


def test_the_same_seed_is_the_same_city_and_another_is_not(small, tmp_path):
    out, _made = small
    generate(5_000, 7, tmp_path / "again", DAY, changes=60)
    generate(5_000, 8, tmp_path / "other", DAY)
    for name in ("household.csv", "person.csv", "identity.csv", "next/household.csv"):
        assert (out / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    assert (out / "person.csv").read_bytes() != (tmp_path / "other" / "person.csv").read_bytes()


def test_the_city_of_a_seed_is_the_same_on_every_machine(tmp_path):
    generate(300, 11, tmp_path, DAY, changes=9)
    digests = [sha256((tmp_path / name).read_bytes()).hexdigest()[:16]
               for name in ("household.csv", "person.csv", "identity.csv", "next/person.csv")]
    assert digests == DIGESTS, "seeded cities changed: tell those who keep results by seed, then write the new digests here"


def test_exactly_so_many_households_differ(small):
    out, _made = small
    before, after = ({r["household_id"]: r for r in rows(f / "household.csv")} for f in (out, out / "next"))
    differ = {h for h in before if before[h] != after[h]}
    people = [({r["person_id"]: r for r in rows(f / "person.csv")}) for f in (out, out / "next")]
    differ |= {people[0][p]["household_id"] for p in people[0] if people[0][p] != people[1][p]}
    assert len(differ) == 60


def test_it_looks_like_a_city(small):
    out, _made = small
    homes, people = rows(out / "household.csv"), rows(out / "person.csv")
    assert all(places.known(h["village_code"]) and h["village_code"].startswith(h["town_code"]) for h in homes)
    assert 2 < len(people) / len(homes) < 3.2
    assert 0.03 < sum(bool(h["reg_category"]) for h in homes) / len(homes) < 0.12
    assert all(identity_number.valid(p["resident_id"]) for p in people)
    assert len({p["resident_id"] for p in people}) == len(people)
    assert all(p["resident_id"][6:14] == p["birth_date"].replace("-", "") for p in people)
    heads = [p for p in people if p["relation"] == "head"]
    assert len(heads) == len(homes)
    years = [DAY.year - int(p["birth_date"][:4]) for p in people]
    assert 0.12 < sum(y < 18 for y in years) / len(years) < 0.25 and 0.2 < sum(y >= 60 for y in years) / len(years) < 0.34


def test_most_on_record_are_entitled_and_some_who_are_entitled_are_silent(small, tmp_path):
    out, _made = small
    screen_files(built_in(), DAY, out / "household.csv", out / "person.csv", tmp_path)
    found = parquet.read_table(tmp_path / "household.parquet")
    entitled = found["dibao_household.mask"].to_numpy() == 0
    sure = entitled & ~found["dibao_household.provisional"].to_numpy()
    record = np.array([h["reg_category"] for h in rows(out / "household.csv")])
    assert 0.85 < entitled[record == "dibao"].mean() < 1
    assert 0 < (sure & (record == "")).mean() < 0.03


def test_money_is_spread_as_money_is(small):
    out, _made = small
    wages = np.array([int(p["wage_month"]) for p in rows(out / "person.csv") if p["employment"] == "employed"])
    savings = np.array([int(h["deposits"]) for h in rows(out / "household.csv") if h["deposits"]])
    for money, least in ((wages, 1.02), (savings, 1.3)):
        assert money.mean() > least * np.median(money) and money.max() > 3 * np.median(money)


def test_records_follow_the_facts(small):
    out, _made = small
    homes, people = {h["household_id"]: h for h in rows(out / "household.csv")}, rows(out / "person.csv")
    recorded = [p for p in people if homes[p["household_id"]]["reg_category"] or p["reg_person"]]
    assert 0.055 < len(recorded) / len(people) < 0.095
    for person in people:
        gone = [person[parent] in ("deceased", "unknown") for parent in ("father_status", "mother_status")]
        assert person["reg_person"] != "orphan" or all(gone)
        assert bool(person["disability_type"]) == bool(person["disability_grade"]) == bool(person["disability_cert_date"])
        assert (person["alive"] == "1") == (not person["death_date"])

    def disabled(who):
        return sum(bool(p["disability_type"]) for p in who) / len(who)

    assert disabled(recorded) > 2 * disabled(people)


def test_between_snapshots_all_kinds_of_things_happen(tmp_path):
    generate(5_000, 7, tmp_path, DAY, changes=600)
    before, after = ({r["household_id"]: r for r in rows(f / "household.csv")} for f in (tmp_path, tmp_path / "next"))
    moves = {(before[h]["reg_category"], after[h]["reg_category"]) for h in before}
    assert {("", "dibao"), ("dibao", ""), ("dibao", "marginal"), ("marginal", "dibao")} <= moves
    assert any(before[h]["village_code"] != after[h]["village_code"] for h in before)
    died = [p for p in rows(tmp_path / "next" / "person.csv") if p["death_date"] == DAY.isoformat()]
    assert died and all(p["alive"] == "0" for p in died)


def test_a_city_keeps_to_its_areas(tmp_path):
    generate(500, 3, tmp_path, DAY, areas=("371402001", "371425"))
    towns = {h["town_code"] for h in rows(tmp_path / "household.csv")}
    assert all(t == "371402001" or t.startswith("371425") for t in towns) and len(towns) > 3


def test_nobody_can_be_reached_by_an_invented_phone(small):
    out, _made = small
    phones = [r["phone"] for r in rows(out / "identity.csv") if r["phone"]]
    assert len(set(phones)) == len(phones) > 2_500 and all(p.startswith("100") and len(p) == 11 for p in phones)
    assert normal_phone(phones[0])


def test_parquet_holds_the_same(small, tmp_path):
    out, _made = small
    generate(5_000, 7, tmp_path, DAY, kind="parquet")
    for level in ("household", "person", "identity"):
        one, other = (list(chain.from_iterable(batches(f, level)))
                      for f in (tmp_path / f"{level}.parquet", out / f"{level}.csv"))
        assert one == other
    assert parquet.read_schema(tmp_path / "person.parquet").field("birth_date").type == "date32[day]"


@pytest.mark.parametrize("population", [1, 2, 3, 7])
def test_small_populations_are_exact(tmp_path, population):
    assert generate(population, 1, tmp_path, DAY).persons == population == len(rows(tmp_path / "person.csv"))
