"""Whom policies find: the silent until somebody was in touch, the missed, the over-covered, the near misses; never beyond
the reader's area."""
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import event, func, select

from marketplace.assistance.policies import benefits, service
from marketplace.assistance.policies.models import Outreach, Verdict
from marketplace.assistance.policies.queries import contacts, lists, needs, scope, silent
from marketplace.assistance.policies.queries.scope import Wanted
from marketplace.core import clock
from marketplace.core.audit import AuditEntry
from marketplace.core.errors import Invalid, NotAllowed
from marketplace.extensions import db
from marketplace.market.wishes import service as wishes
from marketplace.network.registry.models import Household
from tests import screened
from tests.city import OTHER_TOWN, TOWN, VILLAGE

ALL = Wanted()


def numbers(page) -> list[int]:
    return [row.household_id for row in page.rows]


def quiet(user) -> list[int]:
    return numbers(silent.listed(user, scope.seen(), ALL))


@pytest.fixture
def worker(city):
    return city.person("social_worker", TOWN)


def test_the_silent_come_with_the_most_at_stake_first_then_the_longest_known(city, worker):
    little, much, same = screened.near(city), screened.silent(city), screened.silent(city)
    recorded = city.home()
    seen = screened.screen(city)
    found = silent.listed(worker, seen, ALL).rows
    assert [row.household_id for row in found] == [much.id, same.id, little.id] and recorded.id not in quiet(worker)
    first = found[0]
    assert (first.stake_fen, first.claims, first.since) == (1_888_240, 4, clock.today())
    assert [policy.id for policy in first.policies] == [
        "tekun_support", "medical_premium_subsidy", "winter_heating_aid", "electricity_free_quota"]
    assert silent.counted(worker, seen) == 3


def test_a_policy_or_a_kind_narrows_the_silent_to_those_who_could_claim_it(city, worker):
    old, young = screened.silent(city), screened.near(city)
    seen = screened.screen(city)

    def found(**wanted):
        return sorted(numbers(silent.listed(worker, seen, Wanted(**wanted))))

    assert found(policy="tekun_support") == [old.id] and found(policy="marginal_household") == [young.id]
    assert found(kind="cash_once") == found() == [old.id, young.id]
    assert found(policy="tekun_support", kind="fee_waiver") == [] and found(area=OTHER_TOWN) == []


@pytest.mark.parametrize("came_of_it", service.outreach.BY_WORKERS)
def test_whoever_was_spoken_to_leaves_the_list_at_once(city, worker, came_of_it):
    home = screened.silent(city)
    screened.screen(city)
    assert quiet(worker) == [home.id]
    service.record(home, came_of_it, by=worker)
    assert quiet(worker) == [] and silent.counted(worker, scope.seen()) == 0


def test_where_nobody_was_found_the_household_is_back_after_thirty_days(city, worker, hold):
    home, other = screened.silent(city), screened.silent(city)
    screened.screen(city)
    service.record(home, "not_found", by=worker)
    service.record(other, "visited", by=worker)
    for days, expected in ((29, []), (31, [home.id])):
        with hold(clock.now() + timedelta(days=days)):
            assert quiet(worker) == expected


def test_a_wish_is_a_contact_whoever_wrote_it(city, worker):
    home, other = city.home(category=""), screened.silent(city)
    city.reload(home, "dibao")
    screened.screen(city)
    wishes.write(city.people(other)[0], city.draft(on_behalf="不会写字"), by=worker)
    assert other.id not in quiet(worker)
    found = contacts.of_household(worker, other)
    assert [(one.contact.kind, one.by) for one in found] == [("wished", worker.display_name)]
    with pytest.raises(NotAllowed):
        service.take_back([found[0].contact.id], by=worker)


def test_a_message_with_the_list_is_a_contact(city, worker):
    home = screened.silent(city)
    screened.screen(city)
    benefits.tell(home, "zh", by=worker)
    assert quiet(worker) == [] and contacts.of_household(worker, home)[0].contact.kind == "list_given"


def test_what_was_noted_for_several_is_taken_back_by_whoever_noted_it(city, worker):
    homes = [screened.silent(city) for _n in range(3)]
    screened.screen(city)
    noted = [one.id for one in service.record_all(homes, "visited", by=worker)]
    group, = contacts.lately(worker)
    assert (group.kind, len(group.contacts)) == ("visited", 3) and quiet(worker) == []
    colleague = city.person("social_worker", TOWN)
    assert not contacts.lately(colleague) and not contacts.own(colleague, noted)
    with pytest.raises(NotAllowed):
        service.take_back(noted, by=colleague)
    assert service.take_back(noted, by=worker) == 3 and quiet(worker) == [home.id for home in homes]
    assert service.take_back(noted, by=worker) == 0
    said = db.session.scalars(select(AuditEntry.capability).where(
        AuditEntry.subject == f"household:{homes[0].id}").order_by(AuditEntry.id)).all()
    assert said == ["outreach.record", "contact.take_back"]


def test_all_are_noted_or_none(city, worker):
    mine, foreign = screened.silent(city), screened.silent(city, OTHER_TOWN + "001")
    for homes, kind, no in (([mine, foreign], "visited", NotAllowed), ([mine], "wished", Invalid)):
        with pytest.raises(no):
            service.record_all(homes, kind, by=worker)
    assert db.session.scalar(select(func.count()).select_from(Outreach)) == 0
    assert [home.id for home in contacts.homes(worker, [mine.id, foreign.id])] == [mine.id]


def test_nobody_notes_a_contact_with_the_own_household(city):
    home = screened.silent(city)
    own = city.person("social_worker", TOWN, household_id=home.id)
    with pytest.raises(NotAllowed):
        service.record(home, "visited", by=own)
    assert not contacts.homes(own, [home.id])


def test_the_missed_and_the_over_covered_with_what_is_not_met(city, worker):
    missed, over = screened.silent(city), city.home(ages=(40, 39), deposits=screened.OVER)
    seen = screened.screen(city)
    row, = (row for row in lists.missed(worker, seen, ALL).rows if row.yearly_fen)
    assert (row.household_id, row.policy.id, row.member, row.provisional) == (missed.id, "tekun_support", True, True)
    row, = lists.over(worker, seen, ALL).rows
    assert (row.household_id, row.policy.id) == (over.id, "dibao_household")
    assert [criterion.id for criterion in row.criteria] == ["assets"]
    assert lists.counted(worker, seen, ALL, "over") == 1


def test_near_misses_by_distance_the_nearest_first(city, worker):
    far, close = screened.near(city, income="115000"), screened.near(city, income="100000")
    seen = screened.screen(city)
    rows = lists.near(worker, seen, ALL).rows
    assert [(row.household_id, row.per_mille, row.gap) for row in rows] == [(close.id, 10, 1001), (far.id, 161, 16001)]
    assert numbers(lists.near(worker, seen, ALL, within=50)) == [close.id]
    assert [lists.counted(worker, seen, ALL, "near", within) for within in lists.WITHIN] == [1, 1, 2]


def test_a_list_goes_on_where_the_page_before_ended(city, worker):
    homes = {screened.silent(city).id for _n in range(5)} | {screened.near(city).id for _n in range(2)}
    seen = screened.screen(city)
    for read in (silent.listed, lists.missed, lists.near):
        after, found = "", []
        while True:
            page = read(worker, seen, ALL, after=after, size=2)
            found += numbers(page)
            if not (after := page.after or ""):
                break
        assert found == numbers(read(worker, seen, ALL)) and set(found) <= homes, read


def test_a_policy_for_one_member_alone_has_no_name_on_a_list(city, worker, monkeypatch):
    home = screened.silent(city)
    seen = screened.screen(city)
    monkeypatch.setattr(lists, "nameable", lambda catalogue: [p for p in catalogue.policies if p.id != "tekun_support"])
    monkeypatch.setattr(lists, "private", lambda policy, person: bool(person) and policy == "tekun_support")
    row, = silent.listed(worker, seen, ALL).rows
    assert row.unnamed == 1 and "tekun_support" not in {policy.id for policy in row.policies}
    assert [one.policy for one in lists.missed(worker, seen, ALL).rows] == [None]
    for read in (silent.listed, lists.missed):
        assert numbers(read(worker, seen, Wanted(policy="tekun_support"))) == []
    assert home.id


def test_nobody_outside_the_area_is_on_any_list_or_in_any_count_whatever_the_filter(city):
    places = (VILLAGE, TOWN + "002", OTHER_TOWN + "001")
    for place in places:
        screened.silent(city, place), screened.near(city, place), city.home(place, deposits=screened.OVER)
    seen = screened.screen(city)
    where = {number: place for number, place in db.session.execute(select(Household.id, Household.place_code))}
    filters = [Wanted(area, *more) for area, more in product(
        ("", OTHER_TOWN, TOWN, VILLAGE), (("", ""), ("dibao_household", ""), ("", "cash_monthly")))]
    for area in ("371402", TOWN, VILLAGE, ""):
        user = city.person("social_worker", area)
        for wanted in filters:
            for of, read in (("", silent.listed), ("missed", lists.missed), ("over", lists.over), ("near", lists.near)):
                found = numbers(read(user, seen, wanted))
                assert all(area and where[one].startswith(area) and where[one].startswith(wanted.area) for one in found)
                many = lists.counted(user, seen, wanted, of) if of else silent.counted(user, seen, wanted)
                assert many == len(found)
    everything = [lists.missed, lists.over, lists.near, silent.listed]
    for role in ("supervisor", "administrator", "charity", "beneficiary", "verifier", "operator"):
        assert not any(read(city.person(role), seen, ALL).rows for read in everything)


def test_needs_are_coarse_for_everybody_and_for_those_alone_who_may(city, worker):
    for _n in range(6):
        screened.near(city)
    for _n in range(4):
        screened.near(city, OTHER_TOWN + "001")
    seen = screened.screen(city)
    for role in ("charity", "supervisor", "administrator"):
        found = needs.by_place(city.person(role), seen, ALL, 200)
        assert found == {"371402": needs.Missing(5, 5), "371427": needs.Missing(None, None)}
    assert set(needs.by_place(worker, seen, ALL, 200)) == {TOWN}
    row, = needs.by_criterion(city.person("charity"), seen, ALL)
    assert (row.policy.id, row.criterion.id) == ("dibao_household", "income")
    assert (row.near, row.within_10, row.within_5) == (10, 5, None)
    with pytest.raises(NotAllowed):
        needs.by_place(city.person("verifier"), seen, ALL, 200)


def test_a_run_at_work_changes_no_list_before_it_is_whole(city, worker):
    home = screened.silent(city)
    seen = screened.screen(city)
    db.session.add(Verdict(household_id=city.home(category="").id, opened_by=seen.run.id + 1, town_code=TOWN, masks=b"",
                           stake_fen=10, claims=1, recorded=False))
    db.session.flush()
    assert quiet(worker) == [home.id] and silent.counted(worker, seen) == 1


def test_the_ranking_comes_out_of_an_index(city, worker, kind):
    screened.silent(city)
    seen = screened.screen(city)
    said: list[tuple] = []

    def listen(_connection, _cursor, statement, parameters, *_rest):
        said.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", listen)
    silent.listed(worker, seen, ALL)
    event.remove(db.engine, "before_cursor_execute", listen)
    statement, parameters = next(one for one in said if "stake_fen DESC" in one[0])
    explain = "EXPLAIN QUERY PLAN " if kind == "sqlite" else "EXPLAIN "
    connection = db.session.connection()
    if kind == "postgresql":  # so few rows are read, and sorted, faster than by any index
        for way in ("seqscan", "bitmapscan", "sort"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    plan = " ".join(str(row) for row in connection.exec_driver_sql(explain + statement, parameters))
    assert "ix_verdict_town_stake" in plan, plan
