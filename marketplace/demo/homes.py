"""The households of the demo city: generated, given the family of the sign-in page, and imported like any others."""
import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import select

from marketplace.core import clock, places
from marketplace.demo import accounts as people
from marketplace.extensions import db
from marketplace.network.city.files import Files
from marketplace.network.city.generate import generate
from marketplace.network.registry import service as registry
from marketplace.network.registry.loading import unpack
from marketplace.network.registry.models import HouseholdRecord, Person
from marketplace.network.registry.schema import columns

PERSONS_PER_HOUSEHOLD = 2.5
SEED = 4
NEIGHBOURS = 22  # eligible households in the demo worker's town, of which
AT_THE_VILLAGE = 6  # live in the demo village
ELDER = 66
WELL_OFF = {"reg_category": None, "reg_category_since": None, "poverty_monitor": None, "deposits": 90_000_000}


def settle(households: int) -> None:
    """Make about so many households and import them."""
    with TemporaryDirectory() as name:
        out, today = Path(name), clock.today()
        generate(round(households * PERSONS_PER_HOUSEHOLD), SEED, out, today, areas=_areas())
        _gather(out, today)
        registry.import_files(out / "household.csv", out / "person.csv", out / "identity.csv", today, by=0)


def take_off_record(person: Person) -> None:
    """The registry's next word on a household: it has come to money and is on no record; its wishes disappear."""
    record = db.session.scalars(select(HouseholdRecord).where(HouseholdRecord.household_id == person.household_id)).one()
    members = db.session.scalars(select(Person).where(Person.household_id == person.household_id))
    home = unpack(record.facts.reveal()) | WELL_OFF
    rows = {"household": [home], "person": [unpack(m.facts.reveal()) | {"reg_person": None} for m in members]}
    with TemporaryDirectory() as name:
        out = Path(name)
        with Files(out, "parquet") as files:
            files.add({level: {c.name: np.array([row.get(c.name) for row in found], dtype=object) for c in columns(level)}
                       for level, found in rows.items()})
        registry.import_files(out / "household.parquet", out / "person.parquet", None, clock.today(), by=0)


def _areas() -> list[str]:
    """In each county its first subdistrict and its first town, so that neighbours are many enough to hide among."""
    found = []
    for county in places.children(places.CITY):
        towns = places.children(county)
        found += [towns[0], next((town for town in towns if int(town[6:]) >= 100), towns[-1])]
    return found


def _gather(out: Path, today: date) -> None:
    """Let some poor households live in the demo worker's town, the first of them with the sign-in page's phone."""
    with (out / "person.csv").open(encoding="utf-8", newline="") as text:
        heads = {row["household_id"]: row for row in csv.DictReader(text) if row["relation"] == "head"}
    with (out / "household.csv").open(encoding="utf-8", newline="") as text:
        poor = [row["household_id"] for row in csv.DictReader(text) if row["reg_category"]][: 8 * NEIGHBOURS]
    family = next(h for h in poor if heads[h]["sex"] == "F" and today.year - int(heads[h]["birth_date"][:4]) > ELDER)
    villages = places.children(people.TOWN)
    gathered = [family, *[h for h in poor[::8] if h != family]]
    where = {h: people.VILLAGE if n < AT_THE_VILLAGE else villages[n % len(villages)] for n, h in enumerate(gathered)}

    def move(row: dict) -> None:
        if row["household_id"] in where:
            village = where[row["household_id"]]
            row.update(county_code=village[:6], town_code=village[:9], village_code=village)

    def name(row: dict) -> None:
        if row["person_id"] == heads[family]["person_id"]:
            row.update(name=people.FAMILY_NAME, phone=people.FAMILY)

    _rewrite(out / "household.csv", move)
    _rewrite(out / "identity.csv", name)


def _rewrite(path: Path, change: Callable[[dict], None]) -> None:
    with path.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        for row in rows:
            change(row)
            writer.writerow(row)
