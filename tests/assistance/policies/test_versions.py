"""A changed catalogue: proposed, previewed, and put in force by somebody else."""
import csv
import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from marketplace.assistance.policies import service
from marketplace.assistance.policies.models import Entitlement, PreviewCount, Screening, Verdict
from marketplace.assistance.policies.rules import AlreadyRunning, KnownAlready, PreviewMissing, PreviewStale
from marketplace.assistance.policies.service import previews, screening
from marketplace.catalogue.model import Faulty
from marketplace.core import clock, outbox
from marketplace.core.errors import NotAllowed, WrongState
from marketplace.core.outbox import Job
from marketplace.extensions import db
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Wish
from marketplace.network.registry import rulebook
from marketplace.network.registry import service as registry
from marketplace.network.registry.events import EligibilityLost
from marketplace.network.registry.models import NEVER, Household, HouseholdRecord
from marketplace.network.registry.rulebook import CatalogueVersion
from tests.assistance.policies.drafts import FAULTY, NO_THIRD, NOBODY, OTHER_COLUMNS, RICHER, WIDER
from tests.assistance.policies.town import DAY, MODELS, Registry, counted, screen, standing
from tests.catalogue.oracle import TEXT

NOON = datetime(2024, 6, 30, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_the_day(city):
    with clock.at(NOON):
        yield


@pytest.fixture
def people(city):
    return [city.person("administrator") for _ in range(3)]


def previewed(city, text, by):
    version = service.propose(text, "notice of the day", by=by)
    run = service.preview(version, by)
    with clock.at(clock.now() + timedelta(seconds=1)):
        city.settle()
    return db.session.get_one(CatalogueVersion, version.id), db.session.get_one(Screening, run.id)


def in_force() -> str:
    return rulebook.current().text


def test_a_text_with_faults_is_refused_with_their_lines(city, people):
    for text, line in ((FAULTY, FAULTY[:FAULTY.index("dibaoo")].count("\n") + 1),
                       (OTHER_COLUMNS, OTHER_COLUMNS[:OTHER_COLUMNS.index("values: [A, B, C, D, E]")].count("\n") + 1)):
        with pytest.raises(Faulty) as no:
            service.propose(text, "", by=people[0])
        assert line in [fault.line for fault in no.value.faults]
    assert db.session.scalars(select(CatalogueVersion)).all() == []


def test_the_text_in_force_and_a_draft_are_known_already(city, people):
    with pytest.raises(KnownAlready) as no:
        service.propose(TEXT, "", by=people[0])
    assert no.value.state == "published"
    version = service.propose(WIDER, " why ", by=people[0])
    assert (version.state, version.note, version.proposed_by) == ("draft", "why", people[0].id)
    with pytest.raises(KnownAlready) as no:
        service.propose(WIDER, "", by=people[1])
    assert no.value.state == "draft"
    service.withdraw(version, people[1])
    again = service.propose(WIDER, "", by=people[1])
    assert (again.id, again.state, again.proposed_by) == (version.id, "draft", people[1].id)


@pytest.mark.parametrize("role, area, allowed", [
    ("supervisor", "3714", True), ("supervisor", "371402", False), ("social_worker", "3714", False), ("charity", "", False)])
def test_who_proposes_previews_and_publishes(city, people, role, area, allowed):
    by = city.person(role, area)
    version, _run = previewed(city, WIDER, people[0])
    tries = [lambda: service.preview(version, by), lambda: service.propose(RICHER, "", by=by),
             lambda: service.withdraw(version, by)]
    for one in tries:
        if allowed:
            one()
            city.settle()
            continue
        with pytest.raises(NotAllowed):
            one()
    if not allowed:
        with pytest.raises(NotAllowed):
            service.publish(version, by)


@pytest.mark.parametrize("text", [RICHER, WIDER, NOBODY])
def test_a_preview_counts_what_two_full_screenings_differ_by(city, people, monkeypatch, text):
    monkeypatch.setattr(screening, "BLOCK", 7)
    Registry(city, "previewed", 24)
    screen(city)
    before, kept = entitled(), {model: standing(model) for model in MODELS}
    version, preview = previewed(city, text, people[0])
    assert (preview.done, preview.total) == (24, 24)
    assert {model: standing(model) for model in MODELS} == kept, "a preview touches no result"
    found = {key: numbers for key, numbers in counted(PreviewCount, preview.id).items() if any(numbers)}
    service.publish(version, people[1])
    city.settle()
    assert found == difference(before, entitled())
    assert any(numbers[2:6] != (0, 0, 0, 0) for numbers in found.values())


def entitled() -> dict[tuple, tuple[str, int]]:
    towns = dict(db.session.execute(select(Verdict.household_id, Verdict.town_code)).all())
    return {(household, person, policy): (towns[household], year)
            for household, person, policy, _amount, year, *_rest in
            [tuple(row) for row in db.session.execute(select(
                Entitlement.household_id, Entitlement.person_id, Entitlement.policy, Entitlement.amount_fen,
                Entitlement.yearly_fen).where(Entitlement.closed_by > 10**9))]}


def difference(before, after) -> dict[tuple[str, str], tuple[int, ...]]:
    """before, after, gainers, losers, more, less, before_fen, after_fen by town and policy."""
    found: dict[tuple[str, str], list[int]] = {}
    for key in before.keys() | after.keys():
        (town, old), (place, new) = before.get(key, ("", None)), after.get(key, ("", None))
        row = found.setdefault((town or place, key[2]), [0] * 8)
        had, has = old is not None, new is not None
        for at, value in enumerate((had, has, has and not had, had and not has, had and has and new > old,
                                    had and has and new < old, old or 0, new or 0)):
            row[at] += value
    return {key: tuple(row) for key, row in found.items() if any(row)}


def test_a_policy_that_comes_goes_or_changes_its_level_is_gained_and_lost_by_all():
    town = np.array([0, 0, 1])
    homes = previews.Side("household", np.array([True, False, True]), np.array([5, 0, 7]), np.arange(3))
    members = previews.Side("person", np.array([True, True]), np.array([2, 3]), np.array([2, 2]))

    def numbers(one, other):
        return [np.stack(part, axis=1).tolist() for part in previews._numbers(one, other, town, 2)]

    gone = [[1, 0, 0, 1, 0, 0, 5, 0], [1, 0, 0, 1, 0, 0, 7, 0]]
    come = [[0, 0, 0, 0, 0, 0, 0, 0], [0, 2, 2, 0, 0, 0, 0, 5]]
    assert numbers(homes, None) == [gone] and numbers(None, members) == [come]
    assert numbers(homes, members) == [gone, come]


def test_it_is_published_by_another_person(city, people):
    version, run = previewed(city, WIDER, people[0])
    assert (version.state, version.previewed_by, run.as_of) == ("previewed", people[0].id, DAY)
    with pytest.raises(NotAllowed):
        service.publish(version, people[0])
    again = service.preview(version, people[1])
    city.settle()
    version = db.session.get_one(CatalogueVersion, version.id)
    assert version.previewed_by == people[1].id == db.session.get_one(Screening, again.id).asked_by
    with pytest.raises(NotAllowed):
        service.publish(version, people[1])
    full = service.publish(version, people[2])
    assert in_force() == WIDER and (full.kind, full.state, full.catalogue) == ("full", "queued", version.hash)
    first = db.session.scalars(select(CatalogueVersion).where(CatalogueVersion.id != version.id)).one()
    assert first.state == "retired" and version.published_by == people[2].id


def test_without_a_preview_against_what_is_in_force_nothing_is_published(city, people):
    version = service.propose(WIDER, "", by=people[0])
    with pytest.raises(WrongState):
        service.publish(version, people[1])
    other, _run = previewed(city, RICHER, people[0])
    version, _run = previewed_again(city, version, people[0])
    service.publish(other, people[1])
    city.settle()
    with pytest.raises(PreviewMissing):
        service.publish(version, people[1])
    assert in_force() == RICHER


def previewed_again(city, version, by):
    run = service.preview(version, by)
    city.settle()
    return db.session.get_one(CatalogueVersion, version.id), db.session.get_one(Screening, run.id)


def test_a_preview_of_what_the_registry_was_is_stale(city, people):
    registry = Registry(city, "stale", 2)
    with clock.at(NOON + timedelta(minutes=1)):
        version, _run = previewed(city, WIDER, people[0])
    with clock.at(NOON + timedelta(minutes=2)):
        registry.load()
    with clock.at(NOON + timedelta(minutes=3)), pytest.raises(PreviewStale):
        service.publish(version, people[1])
    with clock.at(NOON + timedelta(minutes=4)):
        version, _run = previewed_again(city, version, people[0])
        service.publish(version, people[1])
    assert in_force() == WIDER


def test_a_run_at_work_keeps_others_waiting(city, people):
    version, _run = previewed(city, WIDER, people[0])
    service.preview(version, people[0])
    with pytest.raises(AlreadyRunning):
        service.preview(version, people[0])
    city.settle()
    service.start(people[0], DAY)
    with pytest.raises(AlreadyRunning):
        service.publish(db.session.get_one(CatalogueVersion, version.id), people[1])
    assert in_force() == TEXT


def test_a_withdrawn_draft_is_not_published_even_when_its_preview_ends_later(city, people):
    version = service.propose(WIDER, "", by=people[0])
    service.preview(version, people[0])
    service.withdraw(version, people[1])
    city.settle()
    with pytest.raises(WrongState):
        service.publish(db.session.get_one(CatalogueVersion, version.id), people[2])


def test_a_stopped_preview_counts_nothing(city, people, monkeypatch):
    monkeypatch.setattr(screening, "BLOCK", 2)
    Registry(city, "stopped", 5)
    city.settle()
    version = service.propose(WIDER, "", by=people[0])
    run = service.preview(version, people[0])
    service.work(run.id, 0)
    assert counted(PreviewCount, run.id)
    service.stop(run, people[1])
    city.settle()
    assert db.session.get_one(Screening, run.id).state == "stopped" and not counted(PreviewCount, run.id)
    assert db.session.get_one(CatalogueVersion, version.id).state == "draft"


def marginal(city) -> Household:
    """A household on no record, whose computed tier is the third."""
    home = city.home()
    files = []
    for level, told in (("household", {"reg_category": "", "reg_category_since": "", "deposits": "4000000"}),
                        ("person", {"supporters_capable": "1"})):
        with (city.folder / f"{level}.csv").open(encoding="utf-8", newline="") as text:
            files.append(city.file(level, [row | told for row in csv.DictReader(text)], {}))
    registry.import_files(*files, None, DAY, by=0)
    city.settle()
    assert db.session.get_one(HouseholdRecord, home.id, populate_existing=True).basis == "tier3"
    return home


def test_eligibility_is_decided_again_and_wishes_go_and_come_back(city, people):
    home, stays = marginal(city), city.home()
    wish, until = city.wish(home), {one.id: one.eligible_until for one in (home, stays)}
    city.settle()
    assert seen(wish)
    with clock.at(NOON + timedelta(hours=1)):
        version, _run = previewed(city, NO_THIRD, people[0])
        service.publish(version, people[1])
        city.settle()
    assert not seen(wish) and eligible_until(home) == NEVER and eligible_until(stays) == until[stays.id]
    assert told(EligibilityLost(home.id)) and not told(EligibilityLost(stays.id))
    assert db.session.get_one(HouseholdRecord, home.id).basis == ""
    with clock.at(NOON + timedelta(days=2)):
        version, _run = previewed(city, TEXT, people[1])
        service.publish(version, people[0])
        city.settle()
    assert seen(wish)
    assert eligible_until(home) == DAY + timedelta(days=365), "a new catalogue makes no record fresher"
    assert eligible_until(stays) == until[stays.id]


def seen(wish) -> bool:
    return wish.id in set(db.session.scalars(public.visible(Wish.id)))


def eligible_until(home):
    return db.session.scalar(select(Household.eligible_until).where(Household.id == home.id))


def told(event) -> bool:
    names = [one.name for one in outbox._reactions[type(event)]]
    return bool(names) and bool(db.session.scalars(select(Job).where(
        Job.reaction.in_(names), Job.body == outbox.body(event))).all())


def test_of_two_who_publish_at_once_one_does(city, people, app):
    versions = [previewed(city, text, people[0])[0].id for text in (WIDER, RICHER)]
    users, outcome, start = [people[1].id, people[2].id], [], threading.Barrier(2)
    db.session.rollback()

    def publish(version_id, user_id):
        with app.app_context():
            from marketplace.people.accounts.models import User
            version, by = db.session.get_one(CatalogueVersion, version_id), db.session.get_one(User, user_id)
            start.wait()
            try:
                service.publish(version, by)
                outcome.append("published")
            except (WrongState, PreviewMissing, AlreadyRunning) as no:
                outcome.append(type(no).__name__)
            db.session.remove()

    threads = [threading.Thread(target=publish, args=pair) for pair in zip(versions, users)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcome)[-1] == "published" and outcome.count("published") == 1 and len(outcome) == 2
    assert len(db.session.scalars(select(CatalogueVersion).where(CatalogueVersion.state == "published")).all()) == 1
