"""The whole city screened as a job: block by block, resumed, stopped without a trace, and equal to the files' screening."""
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import func, select

from marketplace.assistance.policies import packing, rules, service
from marketplace.assistance.policies.models import (
    OPEN,
    Entitlement,
    NearCount,
    NearMiss,
    OverCovered,
    Screening,
    ScreeningCount,
    Verdict,
)
from marketplace.assistance.policies.queries import runs as progress
from marketplace.assistance.policies.queries import scope
from marketplace.assistance.policies.service import screening
from marketplace.catalogue import near
from marketplace.catalogue.screening import screen_tables
from marketplace.core import clock, outbox
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from tests.assistance.policies.town import BUILT_IN, DAY, MODELS, Registry, Statements, counted, screen, standing
from tests.catalogue.engine import PARTS, Engine
from tests.catalogue.oracle import TEXT


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(screening, "BLOCK", 5)


def tables(registry):
    return Engine(TEXT, DAY).tables(*registry.rows())


def from_files(registry) -> dict[tuple[int, int, str], tuple[int, int, bool]]:
    """Mask, amount and provisional by household, person and policy, as screening the files gives them."""
    homes, people = registry.numbers()
    found, catalogue = {}, BUILT_IN()
    for table, level in zip(screen_tables(catalogue, DAY, *tables(registry)), ("household", "person")):
        for row in table.to_pylist():
            home = homes[row["household_id"] if level == "household" else registry.people[row["person_id"]]["household_id"]]
            person = people[row["person_id"]] if level == "person" else 0
            for policy in catalogue.of_level(level):
                found[home, person, policy.id] = tuple(row[f"{policy.id}.{part}"] for part in PARTS)
    return found


def test_results_are_those_of_screening_the_files(city, small_blocks):
    registry = Registry(city, "files", 17)
    run = screen(city)
    expected, catalogue = from_files(registry), BUILT_IN()
    masks = {}
    for home, packed in db.session.execute(select(Verdict.household_id, Verdict.masks).where(Verdict.closed_by == OPEN)):
        masks |= {(home, person, policy): mask for (person, policy), mask in packing.unpack(catalogue, packed).items()}
    assert masks == {key: mask for key, (mask, _amount, _provisional) in expected.items()}
    rows = db.session.scalars(select(Entitlement)).all()
    assert {(r.household_id, r.person_id, r.policy): (0, r.amount_fen, r.provisional) for r in rows} == {
        key: value for key, value in expected.items() if value[0] == 0}
    assert all(r.yearly_fen == r.amount_fen * rules.IN_A_YEAR[catalogue.policy[r.policy].basis] for r in rows)
    assert len(rows) > 20 and (run.done, run.total) == (17, 17)


def test_near_misses_are_those_of_the_files(city, small_blocks):
    registry = Registry(city, "near", 40)
    screen(city)
    homes, people = registry.numbers()
    expected = set()
    for row in near.near_rows(BUILT_IN(), DAY, *tables(registry)).to_pylist():
        person = people[row["id"]] if row["level"] == "person" else 0
        home = homes[registry.people[row["id"]]["household_id"] if person else row["id"]]
        expected.add((home, person, row["policy"], row["criterion"], row["measure"], row["gap"], row["per_mille"]))
    assert len(expected) > 3
    assert {(r.household_id, r.person_id, r.policy, r.criterion, r.measure, r.gap, r.per_mille)
            for r in db.session.scalars(select(NearMiss))} == expected


def test_over_covered_is_who_is_on_record_and_fails_a_criterion(city):
    registry = Registry(city, "over", 6)
    home = registry.add(1)
    registry.homes[home] |= {"reg_category": "dibao", "deposits": 9_000_000_000}
    registry.load(home)
    screen(city)
    number = registry.numbers()[0][home]
    row = db.session.scalars(select(OverCovered).where(
        OverCovered.household_id == number, OverCovered.policy == "dibao_household")).one()
    failed = [c.id for c in rules.unmet(BUILT_IN().policy["dibao_household"], row.mask)]
    assert row.mask == from_files(registry)[number, 0, "dibao_household"][0] and failed


def test_counts_are_the_recount_of_the_rows(city, small_blocks):
    Registry(city, "counts", 23)
    run = screen(city)
    towns = dict(db.session.execute(select(Verdict.household_id, Verdict.town_code)).all())
    assert counted(ScreeningCount, run.id) == recount(towns)
    close = {}
    for r in db.session.scalars(select(NearMiss).where(NearMiss.closed_by == OPEN)):
        row = close.setdefault((towns[r.household_id], r.policy, r.criterion), [0, 0, 0])
        row[0] += 1
        row[1] += r.per_mille <= 100
        row[2] += r.per_mille <= 50
    assert counted(NearCount, run.id) == {key: tuple(row) for key, row in close.items()}


def recount(towns) -> dict[tuple, tuple]:
    found: dict[tuple, list[int]] = {}
    for r in db.session.scalars(select(Entitlement).where(Entitlement.closed_by == OPEN)):
        row = found.setdefault((towns[r.household_id], r.policy), [0] * 6)
        row[0] += 1
        row[1] += r.received is True
        row[2] += r.received is False
        row[4] += r.yearly_fen
        row[5] += r.yearly_fen * (r.received is False)
    for r in db.session.scalars(select(OverCovered).where(OverCovered.closed_by == OPEN)):
        found.setdefault((towns[r.household_id], r.policy), [0] * 6)[3] += 1
    return {key: tuple(row) for key, row in found.items()}


def test_what_a_household_could_claim_is_at_stake(city):
    Registry(city, "stake", 12)
    screen(city)
    for verdict in db.session.scalars(select(Verdict)):
        open_ = db.session.scalars(select(Entitlement).where(
            Entitlement.household_id == verdict.household_id, Entitlement.received.is_not(True))).all()
        assert (verdict.stake_fen, verdict.claims) == (sum(r.yearly_fen for r in open_), len(open_))


@pytest.mark.parametrize("role, area, allowed", [
    ("administrator", "3714", True), ("supervisor", "3714", True), ("supervisor", "371402", False),
    ("social_worker", "3714", False), ("verifier", "3714", False), ("operator", "3714", False), ("donor", "", False)])
def test_who_starts_and_stops_a_run(city, role, area, allowed):
    by = city.person(role, area)
    running = service.start(city.person("administrator"), DAY)
    if allowed:
        service.stop(running, by)
        city.settle()
        assert service.start(by, DAY).asked_by == by.id
        return
    with pytest.raises(NotAllowed):
        service.stop(running, by)
    with pytest.raises(NotAllowed):
        service.start(by, DAY)


def test_one_run_at_a_time_on_a_day_that_has_come(city):
    boss = city.person("administrator")
    for day in (BUILT_IN().first_day - timedelta(1), BUILT_IN().last_day + timedelta(1), clock.today() + timedelta(1)):
        with pytest.raises(Invalid):
            service.start(boss, day)
    run = service.start(boss)
    assert run.as_of == clock.today() and run.catalogue == BUILT_IN().hash
    with pytest.raises(rules.AlreadyRunning) as no:
        service.start(boss)
    assert no.value.screening_id == run.id


def test_progress_moves_block_by_block_and_nobody_sees_half_a_run(city, small_blocks):
    Registry(city, "progress", 12)
    boss = city.person("administrator")
    run = service.start(boss, DAY)
    seen = []
    while outbox.drain(1):
        if at_work := progress.at_work(boss):
            seen.append(at_work[0].per_cent)
            assert progress.shown(boss) is None and not at_work[0].stalled
    assert 0 < seen[-1] < 100 and sorted(seen) == seen and len(set(seen)) > 2
    assert progress.shown(boss).id == run.id and progress.at_work(boss) == []


def test_a_run_that_cannot_go_on_is_shown_as_stalled(city, monkeypatch):
    Registry(city, "stalled", 2)
    city.settle()
    boss = city.person("administrator")
    service.start(boss, DAY)
    monkeypatch.setattr(screening, "Evaluation", None)
    for later in range(outbox.ATTEMPTS):
        with clock.at(clock.now() + timedelta(hours=later + 1)):
            outbox.drain()
    assert [one.stalled for one in progress.at_work(boss)] == [True]


def test_a_second_run_over_the_same_writes_nothing(city, small_blocks):
    Registry(city, "twice", 12)
    screen(city)
    before = {model: db.session.execute(select(*model.__table__.c).order_by(model.id)).all() for model in MODELS}
    second = screen(city)
    assert {model: db.session.execute(select(*model.__table__.c).order_by(model.id)).all() for model in MODELS} == before
    assert counted(ScreeningCount, second.id) == counted(ScreeningCount, second.follows)


def test_who_is_new_and_who_left_and_why(city):
    registry = Registry(city, "why", 4)
    home = registry.add(1)
    member = registry.members(home)[0]
    registry.homes[home] |= {"hukou_local": True, "deposits": 0, "securities": 0}
    registry.people[member] |= {"alive": True, "member_status": "coresident"}
    registry.load(home)
    first = screen(city)
    number = registry.numbers()[0][home]
    had = {r.policy: r for r in db.session.scalars(select(Entitlement).where(
        Entitlement.household_id == number, Entitlement.person_id == 0))}
    registry.people[member]["alive"] = False
    registry.load(home)
    second = screen(city)
    ended = db.session.scalars(select(Entitlement).where(
        Entitlement.household_id == number, Entitlement.closed_by != OPEN)).all()
    expected = from_files(registry)
    assert ended and all(first.id <= r.opened_by < r.closed_by <= second.id for r in ended)
    for r in ended:
        assert r.failed_before is None and r.fails_now == expected[number, r.person_id, r.policy][0]
    assert set(had) >= {r.policy for r in ended if r.person_id == 0}
    registry.people[member]["alive"] = True
    registry.load(home)
    screen(city)
    again = db.session.scalars(select(Entitlement).where(
        Entitlement.household_id == number, Entitlement.opened_by > second.id, Entitlement.closed_by == OPEN)).all()
    assert {(r.person_id, r.policy): r.failed_before for r in again} == {
        (r.person_id, r.policy): r.fails_now for r in ended}


def test_a_block_worked_twice_is_written_once(city, small_blocks, monkeypatch):
    Registry(city, "double", 12)
    city.settle()
    run = service.start(city.person("administrator"), DAY)
    look, nested = screening._looked_at, []

    def and_meanwhile(*args):
        found = look(*args)
        if not nested:
            nested.append(True)
            db.session.rollback()
            service.work(run.id, 0)   # another worker, to whom the same block was delivered
        return found

    monkeypatch.setattr(screening, "_looked_at", and_meanwhile)
    service.work(run.id, 0)
    service.work(run.id, 0)
    assert nested and db.session.get_one(Screening, run.id, populate_existing=True).done == 5
    city.settle()
    done = db.session.get_one(Screening, run.id)
    assert (done.state, done.done) == ("done", 12) == (done.state, done.total)
    assert counted(ScreeningCount, run.id) == recount(dict(db.session.execute(
        select(Verdict.household_id, Verdict.town_code)).all()))


def test_a_run_goes_on_where_it_was_killed(city, small_blocks, monkeypatch):
    Registry(city, "killed", 12)
    city.settle()
    run = service.start(city.person("administrator"), DAY)
    outbox.drain(1)
    keep = screening.results.keep

    def dies(*args):
        keep(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(screening.results, "keep", dies)
    with pytest.raises(KeyboardInterrupt):
        outbox.drain(1)
    assert db.session.get_one(Screening, run.id, populate_existing=True).done == 5
    assert db.session.scalar(select(func.count()).select_from(Verdict)) == 5
    monkeypatch.setattr(screening.results, "keep", keep)
    with clock.at(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        city.settle()
    done = db.session.get_one(Screening, run.id)
    assert (done.state, done.done) == ("done", 12)


@pytest.mark.parametrize("blocks", [0, 1, 2, 3])
def test_a_stopped_run_leaves_no_trace(city, small_blocks, monkeypatch, blocks):
    registry = Registry(city, "stop", 12)
    first = screen(city)
    before = {model: db.session.execute(select(*model.__table__.c).order_by(model.id)).all() for model in MODELS}
    for home in registry.homes.values():
        home["deposits"] = 0 if home["deposits"] else 9_000_000_000
    registry.load()
    monkeypatch.setattr(screening, "CLEARED", 4)
    boss = city.person("supervisor")
    run = service.start(boss, DAY)
    while (now := db.session.get_one(Screening, run.id, populate_existing=True)).done < 5 * blocks and now.done < 12:
        outbox.drain(1)
    if blocks == 3:
        with pytest.raises(WrongState):
            service.stop(now, boss)
        return
    service.stop(now, boss)
    while db.session.get_one(Screening, run.id, populate_existing=True).state != "stopped":
        outbox.drain(1)
    assert {model: db.session.execute(select(*model.__table__.c).order_by(model.id)).all() for model in MODELS} == before
    assert not counted(ScreeningCount, run.id) and not counted(NearCount, run.id)
    assert scope.seen().run.id == first.id
    city.settle()  # the households that waited for its end
    assert {model: standing(model) for model in MODELS} != {model: standing(model, first.id) for model in MODELS}


def test_a_city_that_was_screened_is_screened_anew_once_a_day(city):
    Registry(city, "daily", 3)
    assert service.renew() is None
    screen(city)
    run = service.renew()
    assert (run.as_of, run.asked_by) == (clock.today(), 0)
    assert service.renew() is None
    city.settle()
    assert service.renew() is None
    with clock.at(clock.now() + timedelta(days=1)):
        tomorrow = service.renew()
        assert tomorrow.as_of == run.as_of + timedelta(days=1)
        service.stop(tomorrow, city.person("administrator"))
        city.settle()
        assert service.renew() is None, "who stopped the day's run meant it"


def test_the_nightly_task_screens_anew(city, app, monkeypatch):
    from marketplace import worker
    Registry(city, "night", 2)
    screen(city)
    monkeypatch.setattr(worker, "_app", app)
    worker.night()
    db.session.rollback()
    assert db.session.scalars(select(Screening).order_by(Screening.id.desc())).first().as_of == clock.today()


def test_the_statements_of_a_block_do_not_grow_with_its_households(city):
    registry, spent = Registry(city, "statements", 6), []
    for more in (0, 18):
        for _ in range(more):
            registry.add(2)
        registry.load()
        city.settle()
        run = service.start(city.person("administrator"), DAY)
        with Statements() as statements:
            service.work(run.id, 0)
        spent.append(statements.number)
        city.settle()
    assert spent[1] <= spent[0] + 8, spent  # a kind of move that the smaller run did not need


def test_jobs_and_audit_name_nobody(city, small_blocks):
    registry = Registry(city, "names", 8)
    screen(city)
    references = [*registry.homes, *registry.people]
    kept = [job.body for job in db.session.scalars(select(outbox.Job))]
    kept += [f"{e.subject} {e.reason}" for e in db.session.scalars(select(screening.audit.AuditEntry))]
    assert any("screening" in text for text in kept)
    assert not [text for text in kept for reference in references if f'"{reference}"' in text or f":{reference}" in text]


def test_masks_are_packed_and_unpacked(city):
    registry = Registry(city, "packing", 5)
    screen(city)
    for packed in db.session.scalars(select(Verdict.masks)):
        found = packing.unpack(BUILT_IN(), packed)
        assert {policy for person, policy in found if person == 0} == {p.id for p in BUILT_IN().of_level("household")}
    assert packing.pack(BUILT_IN(), {p.id: np.zeros(0, dtype=np.int64) for p in BUILT_IN().policies},
                        np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64)) == []
    assert registry
