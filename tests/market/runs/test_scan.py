"""Scans from a phone: any order, any repetition, each counted once; what is missing then is decided by somebody else."""
import itertools
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.pledges.models import Pledge
from marketplace.market.runs import queries, service
from marketplace.market.runs.models import RunParcel, RunScan
from marketplace.market.stations import service as stations
from tests import campaigns, runs
from tests.city import TOWN


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def here(city):
    return runs.station(city)


def results(answers):
    return [answer.result for answer in answers]


def test_on_at_the_store_off_at_the_station_and_the_worker_takes_it_in(city, charity, here):
    parcels = [runs.bought(city, charity), runs.bought(city, charity)]
    run, driver = runs.run(city, charity, parcels)
    assert results(service.scan(run, runs.scans("on", *parcels), by=driver)) == ["accepted"] * 2
    assert run.state == "loading" and {d.state for d in parcels} == {"dispatched"}
    assert {d.way for d in parcels} == {"volunteer_run"}
    off = runs.scans("off", *parcels, stop_id=run.stops[0].id)
    assert results(service.scan(run, off, by=driver)) == ["accepted"] * 2
    assert results(service.scan(run, off, by=driver)) == ["accepted"] * 2 and db.session.query(RunScan).count() == 4
    assert run.state == "under_way" and {(d.state, d.unloaded_at is None) for d in parcels} == {("dispatched", False)}
    deliveries.arrive(parcels[0], city.person("social_worker", TOWN), "A-1", "household")
    service.finish(run, by=driver)
    assert runs.states(run) == ["off", "off"] and run.state == "done"
    assert [s.state for s in parcels[0].steps] == ["planned", "dispatched", "arrived"]


def test_a_station_that_trusts_drivers_has_it_at_once(city, charity, here):
    stations.change(here, runs.draft(trusts_drivers=True), by=city.person("social_worker", TOWN[:6]))
    parcel = runs.bought(city, charity)
    run, driver = runs.run(city, charity, [parcel])
    service.scan(run, runs.scans("on", parcel) + runs.scans("off", parcel), by=driver)
    city.settle()
    assert parcel.state == "arrived" and city.code()


def test_any_order_ends_alike(city, charity, here):
    ends = set()
    for number, order in enumerate(itertools.permutations(range(4))):
        if number % 6:
            continue
        parcels = [runs.bought(city, charity), runs.bought(city, charity)]
        run, driver = runs.run(city, charity, parcels)
        sent = runs.scans("on", *parcels) + runs.scans("off", *parcels)
        for index in order:
            service.scan(run, [sent[index]], by=driver)
        service.scan(run, sent, by=driver)
        ends.add((run.state, tuple(runs.states(run)), tuple(d.state for d in parcels), len(parcels[0].steps)))
    assert ends == {("under_way", ("off", "off"), ("dispatched", "dispatched"), 2)}


def test_each_scan_has_its_own_answer_and_none_is_lost_with_another(city, charity, here):
    there = runs.station(city, runs.NEIGHBOUR, latitude=37.5)
    mine, far, other = (runs.bought(city, charity, place) for place in (TOWN, runs.NEIGHBOUR, TOWN))
    strange = runs.bought(city, city.organisation())
    run, driver = runs.run(city, charity, [mine, far])
    stop = next(stop for stop in run.stops if stop.station_id == there.id)
    answers = service.scan(run, [
        *runs.scans("on", other, strange), service.Scan("k1", "on", "nothing"), *runs.scans("on", mine),
        service.Scan("k2", "on", f"{mine.ref[:4]}-{mine.ref[4:].lower()}"), *runs.scans("off", mine, stop_id=stop.id),
        service.Scan("k3", "closed", stop_id=999), *runs.scans("on", far)], by=driver)
    assert results(answers) == ["wrong_run", "unknown", "unknown", "accepted", "already", "wrong_stop", "unknown",
                                "accepted"]
    second, second_driver = runs.run(city, charity, [other])
    assert results(service.scan(second, [service.Scan("k1", "on", other.ref)], by=second_driver)) == ["refused"]
    for stranger in (city.person("volunteer"), second_driver, runs.keeper(city, city.organisation())):
        with pytest.raises(NotAllowed):
            service.scan(run, runs.scans("off", mine), by=stranger)
    again = service.Scan("k4", "off", mine.ref)
    assert results(service.scan(run, [again], by=runs.keeper(city, charity))) == ["accepted"]


def test_a_closed_station_sends_its_parcels_on_the_next_run(city, charity, here):
    parcel, later = runs.bought(city, charity), runs.bought(city, charity)
    run, driver = runs.run(city, charity, [parcel])
    following = runs.plan(runs.keeper(city, charity), [later], day=clock.today() + timedelta(days=2)).runs[0]
    service.scan(run, runs.scans("on", parcel), by=driver)
    service.depart(run, by=driver)
    closed = service.Scan("c", "closed", stop_id=run.stops[0].id)
    assert results(service.scan(run, [closed, closed], by=driver)) == ["accepted"] * 2
    service.finish(run, by=driver)
    assert runs.states(run) == ["back"] and runs.states(following) == ["waiting", "waiting"]
    service.assign(following, driver, by=runs.keeper(city, charity))
    service.scan(following, runs.scans("off", parcel), by=driver)
    assert runs.states(following) == ["waiting", "off"] and parcel.unloaded_at
    assert results(service.scan(run, [service.Scan("late", "off", parcel.ref)], by=driver)) == ["refused"]


def test_what_never_came_off_is_decided_by_somebody_who_did_not_drive(city, charity, here):
    lost, found, late, forgotten = parcels = [runs.bought(city, charity) for _ in range(4)]
    by = campaigns.clerk(city, charity, "manager")
    run = runs.plan(by, parcels).runs[0]
    service.assign(run, by, by=by)
    service.scan(run, runs.scans("on", lost, found, late), by=by)
    with pytest.raises(WrongState):
        service.finish(run, by=by)
    service.depart(run, by=by)
    service.finish(run, by=by)
    assert runs.states(run) == ["missing", "missing", "missing", "left"]
    boss = campaigns.clerk(city, charity, "manager")
    assert len(queries.missing(boss).rows) == 3 and not queries.missing(by).rows
    service.scan(run, runs.scans("off", late), by=by)
    first, second = (db.session.query(RunParcel).filter_by(delivery_id=d.id).one() for d in (lost, found))
    with pytest.raises(NotAllowed):
        service.settle(first, "lose", by=by)
    service.settle(first, "lose", by=boss)
    service.settle(second, "find", by=boss)
    with pytest.raises(WrongState):
        service.settle(first, "find", by=boss)
    assert runs.states(run) == ["lost", "found", "off", "left"] and lost.state == "lost"
    assert db.session.query(Pledge).filter_by(delivery_id=lost.id).one().state == "failed"
    assert {w.delivery.id for w in queries.waiting(boss)} == {found.id, forgotten.id}


def test_a_worker_who_takes_it_in_ends_the_search(city, charity, here):
    parcel = runs.bought(city, charity)
    run, driver = runs.run(city, charity, [parcel])
    service.scan(run, runs.scans("on", parcel), by=driver)
    service.depart(run, by=driver)
    service.finish(run, by=driver)
    deliveries.arrive(db.session.get_one(Delivery, parcel.id), city.person("social_worker", TOWN))
    city.settle()
    assert runs.states(run) == ["off"]
