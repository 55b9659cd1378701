"""A small invented registry that is screened: households at the edges of the rules, loaded as files are."""
from datetime import date

import pyarrow.parquet as pq
from sqlalchemy import event, select

from marketplace.assistance.policies import service
from marketplace.assistance.policies.models import OPEN, Entitlement, NearMiss, OverCovered, Screening, Verdict
from marketplace.catalogue import catalogue
from marketplace.extensions import db
from marketplace.network.registry import facts
from marketplace.network.registry import service as registry
from marketplace.network.registry.models import Household, HouseholdRecord, Person
from tests.catalogue.engine import Engine
from tests.catalogue.oracle import TEXT
from tests.catalogue.rows import Draw
from tests.city import City

DAY = date(2024, 6, 30)
TOWNS = ("371402001", "371402002", "371427100")
MODELS = (Verdict, Entitlement, OverCovered, NearMiss)


class Registry:
    """What the registry's files say, changed row by row and loaded again."""

    def __init__(self, city: City, seed: int | str = 1, count: int = 12):
        self.city, self.draw, self.loads = city, Draw(seed, DAY), 0
        self.homes: dict[str, dict] = {}
        self.people: dict[str, dict] = {}
        for _ in range(count):
            self.add()
        self.load()

    def add(self, size: int | None = None) -> str:
        """A household more; its reference."""
        number = len(self.homes) + 1
        home, people = self.draw.family(number, self.draw.random.choice((1, 1, 2, 2, 3, 4)) if size is None else size)
        self.homes[home["household_id"]] = self.settle(home, TOWNS[number % len(TOWNS)])
        self.people |= {one["person_id"]: one for one in people}
        return home["household_id"]

    def settle(self, home: dict, town: str) -> dict:
        home |= {"county_code": town[:6], "town_code": town, "village_code": f"{town}001"}
        return home

    def members(self, home: str) -> list[str]:
        return [number for number, one in self.people.items() if one["household_id"] == home]

    def load(self, *names: str, day: date = DAY) -> None:
        """Bring the rows of these households with all members, or of all, to the registry."""
        wanted = names or tuple(self.homes)
        rows = ([self.homes[name] for name in wanted],
                [one for one in self.people.values() if one["household_id"] in wanted])
        self.loads += 1
        files = []
        for level, table in zip(("household", "person"), Engine(TEXT, day).tables(*rows)):
            files.append(self.city.folder / f"{level}-{self.loads}.parquet")
            pq.write_table(table, files[-1])
        registry.import_files(*files, None, day, by=0)

    def rows(self) -> tuple[list[dict], list[dict]]:
        return list(self.homes.values()), list(self.people.values())

    def numbers(self) -> tuple[dict[str, int], dict[str, int]]:
        """The numbers here by reference: households, persons."""
        return (dict(db.session.execute(select(HouseholdRecord.reference, HouseholdRecord.household_id)).all()),
                dict(db.session.execute(select(Person.reference, Person.id)).all()))


def screen(city: City, as_of: date = DAY) -> Screening:
    """A full run, to its end."""
    run = service.start(city.person("administrator"), as_of)
    city.settle()
    assert db.session.get_one(Screening, run.id).state == "done"
    return db.session.get_one(Screening, run.id)


def standing(model, run: int = 0) -> set[tuple]:
    """What stands at a run (now without one): all columns but the row's number and the runs that opened and closed it,
    and, because they tell of the way and not of the result, without the criteria before and after."""
    names = [c.name for c in model.__table__.columns
             if c.name not in ("id", "opened_by", "closed_by", "failed_before", "fails_now")]
    then = (model.opened_by <= run) & (model.closed_by > run) if run else model.closed_by == OPEN
    return {tuple(row) for row in db.session.execute(select(*[getattr(model, name) for name in names]).where(then))}


def counted(model, run: int) -> dict[tuple, tuple]:
    """The numbers that a run keeps in one table of counts."""
    table = model.__table__
    keys = [c for c in table.primary_key if c.name != "screening_id"]
    rows = db.session.execute(select(*keys, *[c for c in table.c if not c.primary_key])
                              .where(table.c.screening_id == run)).all()
    return {tuple(row)[:len(keys)]: tuple(row)[len(keys):] for row in rows}


def everything() -> facts.Facts:
    return facts.load(list(db.session.scalars(select(Household.id))))


class Statements:
    """Counts what goes to the database inside `with`."""

    def __enter__(self) -> "Statements":
        self.number = 0
        event.listen(db.engine, "before_cursor_execute", self._one)
        return self

    def _one(self, *_args) -> None:
        self.number += 1

    def __exit__(self, *_error) -> None:
        event.remove(db.engine, "before_cursor_execute", self._one)


BUILT_IN = catalogue.built_in
