"""What changed is screened again, and nothing else; what stands afterwards is what a full run gives."""
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.assistance.policies import service
from marketplace.assistance.policies.models import NearCount, Screening, ScreeningCount, Verdict, WaitingChange
from marketplace.assistance.policies.service import rescreening, screening
from marketplace.core import outbox
from marketplace.extensions import db
from marketplace.network.registry import changes
from tests.assistance.policies.town import (
    DAY,
    MODELS,
    TOWNS,
    Registry,
    Statements,
    counted,
    everything,
    screen,
    standing,
)


class Life:
    """Something that happens in a registry; each returns the households whose rows are loaded for it."""

    def __init__(self, registry: Registry):
        self.registry, self.random = registry, registry.draw.random

    def home(self) -> str:
        return self.random.choice(list(self.registry.homes))

    def member(self) -> dict:
        return self.registry.people[self.random.choice(list(self.registry.people))]

    def somebody_is_born(self):
        home = self.home()
        number = max(int(name[1:]) for name in self.registry.people) + 1
        child = self.registry.draw.person(number, self.registry.homes[home], 0.9)
        self.registry.people[child["person_id"]] = child
        return [home]

    def somebody_moves_in_elsewhere(self):
        member, home = self.member(), self.home()
        member["household_id"] = home
        return [home]  # the household that was left is not in the files

    def a_household_moves(self):
        home = self.home()
        self.registry.settle(self.registry.homes[home], self.random.choice(TOWNS))
        return [home]

    def somebody_dies(self):
        member = self.member()
        member |= {"alive": False, "death_date": DAY - timedelta(30)}
        return [member["household_id"]]

    def money_comes_or_goes(self):
        home = self.home()
        self.registry.homes[home]["deposits"] = self.random.choice((0, 100, 5_000_000, 9_000_000_000))
        return [home]

    def a_category_is_lost(self):
        home = self.home()
        self.registry.homes[home] |= {"reg_category": None, "reg_category_since": None}
        return [home]

    def a_household_comes(self):
        return [self.registry.add()]

    def anything_else(self):
        home = self.home()
        self.registry.homes[home] = self.registry.draw._changed("household", self.registry.homes[home])
        for name in self.registry.members(home):
            self.registry.people[name] = self.registry.draw._changed("person", self.registry.people[name])
        return [home]

    def some(self, count: int) -> set[str]:
        """The households of `count` happenings, loaded one happening at a time or several."""
        happenings = [name for name in dir(Life) if "_" in name and not name.startswith("_")]
        return {home for _ in range(count) for home in getattr(self, self.random.choice(happenings))()}


@pytest.mark.parametrize("seed", range(6))
def test_after_any_changes_all_stands_as_after_a_full_run(city, seed):
    registry = Registry(city, f"life {seed}", 9)
    screen(city)
    life, worked = Life(registry), 0
    for count in (1, 4, 2):
        registry.load(*life.some(count))
        city.settle()
        worked = db.session.scalar(select(Screening.done).where(Screening.kind == "changes")) or worked
    before = {model: standing(model) for model in MODELS}
    rows = {model: set(db.session.scalars(select(model.id))) for model in MODELS}
    shown = db.session.scalars(select(Screening).order_by(Screening.id.desc())).first()
    assert shown.kind == "changes" and worked
    full = screen(city)
    assert {model: standing(model) for model in MODELS} == before
    assert {model: set(db.session.scalars(select(model.id))) for model in MODELS} == rows, "the full run wrote something"
    for model in (ScreeningCount, NearCount):
        assert counted(model, full.id) == counted(model, shown.id)


def test_untouched_households_are_not_touched(city):
    registry = Registry(city, "untouched", 10)
    screen(city)
    home = next(iter(registry.homes))
    number = registry.numbers()[0][home]
    others = {model: db.session.execute(select(*model.__table__.c).where(model.household_id != number)
                                        .order_by(model.id)).all() for model in MODELS}
    registry.homes[home]["deposits"] = 9_999_999_999
    registry.homes[home]["reg_category"] = "dibao"
    registry.load()   # all files, one changed household
    city.settle()
    run = db.session.scalars(select(Screening).where(Screening.kind == "changes")).one()
    assert (run.done, run.total, run.as_of) == (1, 1, DAY) and "dibao_household" in run.touched.split()
    assert {model: db.session.execute(select(*model.__table__.c).where(model.household_id != number)
                                      .order_by(model.id)).all() for model in MODELS} == others
    assert db.session.scalar(select(Verdict.opened_by).where(
        Verdict.household_id == number, Verdict.closed_by > run.id)) == run.id


def test_the_files_again_change_nothing(city):
    registry = Registry(city, "again", 4)
    first = screen(city)
    registry.load()
    city.settle()
    assert db.session.scalars(select(Screening.id)).all() == [first.id]


def test_a_fact_that_no_policy_reads_changes_nothing(city):
    registry = Registry(city, "unread", 4)
    first = screen(city)
    number = registry.numbers()[0][next(iter(registry.homes))]
    assert service.rescreen((number,), ("household.village_code",)) == 0
    assert db.session.scalars(select(Screening.id)).all() == [first.id]
    assert service.rescreen((number,), ("household.deposits",)) == 1


def test_before_the_first_run_there_is_nothing_to_do(city):
    Registry(city, "first", 3)
    city.settle()
    assert db.session.scalar(select(func.count()).select_from(Screening)) == 0 and not standing(Verdict)


def test_changes_during_a_full_run_are_done_after_it(city, monkeypatch):
    monkeypatch.setattr(screening, "BLOCK", 4)
    registry = Registry(city, "during", 10)
    screen(city)
    run = service.start(city.person("administrator"), DAY)
    outbox.drain(1)
    homes = list(registry.homes)
    for home in (homes[0], homes[-1]):   # one that the run has passed, one that it has not
        registry.homes[home]["deposits"] = 0 if registry.homes[home]["deposits"] else 9_999_999_999
    added = registry.add()
    registry.load(homes[0], homes[-1], added)
    while db.session.get_one(Screening, run.id, populate_existing=True).state != "done":
        outbox.drain(1)
        if waits := db.session.scalars(select(WaitingChange.household_id)).all():
            assert {registry.numbers()[0][name] for name in (homes[0], homes[-1], added)} == set(waits)
    city.settle()
    assert not db.session.scalars(select(WaitingChange.household_id)).all()
    before = {model: standing(model) for model in MODELS}
    screen(city)
    assert {model: standing(model) for model in MODELS} == before


def test_what_changed_before_a_full_run_began_is_not_screened_twice(city):
    Registry(city, "covered", 4)
    run = screen(city)   # the import's news reach the screening while the run already waits
    assert db.session.scalars(select(Screening.id)).all() == [run.id]


def test_a_job_delivered_twice_counts_once(city):
    registry = Registry(city, "delivered", 6)
    screen(city)
    home = next(iter(registry.homes))
    registry.homes[home]["deposits"] = 9_999_999_999
    registry.load(home)
    city.settle()
    run = db.session.scalars(select(Screening).order_by(Screening.id.desc())).first()
    before = counted(ScreeningCount, run.id), {model: standing(model) for model in MODELS}
    service.rescreen((registry.numbers()[0][home],), (changes.LIVES,))
    assert (counted(ScreeningCount, run.id), {model: standing(model) for model in MODELS}) == before


def test_back_to_what_was_leaves_nothing_of_the_way(city):
    registry = Registry(city, "back", 5)
    first = screen(city)
    before = {model: standing(model, first.id) for model in MODELS}
    home = next(iter(registry.homes))
    was = dict(registry.homes[home])
    for row in (was | {"deposits": 9_999_999_999, "reg_category": "tekun"}, was):
        registry.homes[home] = row
        registry.load(home)
        city.settle()
    assert {model: standing(model) for model in MODELS} == before
    assert not db.session.scalar(select(func.count()).select_from(Verdict).where(Verdict.opened_by > first.id))


def test_the_statements_do_not_grow_with_the_households(city):
    registry = Registry(city, "rescreened", 16)
    screen(city)
    numbers, spent = sorted(everything().households.tolist()), []
    for some in (numbers[:1], numbers[:2], numbers):
        with Statements() as statements:
            service.rescreen(some, (changes.LIVES,))
        spent.append(statements.number)
    assert spent[2] <= spent[1] <= spent[0] and registry


def test_waiting_households_come_in_blocks(city, monkeypatch):
    monkeypatch.setattr(rescreening, "AT_ONCE", 2)
    registry = Registry(city, "blocks", 5)
    screen(city)
    numbers = sorted(registry.numbers()[0].values())
    run = service.start(city.person("administrator"), DAY)
    screening._begin(run.id)
    assert service.rescreen(numbers, (changes.LIVES,)) == service.rescreen(numbers[:1], (changes.LIVES,)) == 0
    city.settle()
    jobs = db.session.scalars(select(outbox.Job.body).where(outbox.Job.reaction.endswith("rescreen_waiting")))
    assert [json.loads(body)["household_ids"] for body in jobs] == [numbers[:2], numbers[2:4], numbers[4:]]
