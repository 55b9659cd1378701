"""Planning: what waits, who may, what a run is made of, and who drives it."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.runs import queries, service
from marketplace.market.runs.rules import MayNotDrive, NoDriver, NoneReachable
from marketplace.market.volunteering import guarding as volunteering
from marketplace.market.volunteering import service as recording
from tests import campaigns, runs, volunteers
from tests.city import TOWN


@pytest.fixture
def charity(city):
    runs.station(city)
    runs.station(city, runs.NEIGHBOUR, latitude=37.40, longitude=116.28)
    return city.organisation()


def run_parcel(run):
    return db.session.get_one(Delivery, run.parcels[0].delivery_id)


def test_what_the_charity_bought_goes_on_one_run_each_parcel_once(city, charity):
    parcels = [runs.bought(city, charity, place) for place in (TOWN, runs.NEIGHBOUR, TOWN)]
    sent = db.session.get_one(Delivery, city.promise(city.need(charity=charity)).delivery_id)
    by = runs.keeper(city, charity)
    assert [w.delivery.id for w in queries.waiting(by)] == [parcels[0].id, parcels[2].id, parcels[1].id]
    assert {w.delivery.id for w in queries.waiting(by, TOWN, everything=True)} == {parcels[0].id, parcels[2].id, sent.id}
    made = runs.plan(by, parcels)
    run = made.runs[0]
    views = queries.stops(run)
    assert len(made.runs) == 1 and not made.left_out and {len(v.parcels) for v in views} == {1, 2}
    assert run.planner == "ortools" and 0 < run.metres <= run.list_metres and all(v.stop.at >= 480 for v in views)
    assert not queries.waiting(by)
    with pytest.raises(Invalid):
        runs.plan(by, parcels[:1])
    service.cancel(run, by=by)
    assert runs.states(run) == ["left"] * 3 and len(queries.waiting(by)) == 3
    assert len(runs.plan(by, parcels, vehicles=2, capacity=2).runs) == 2


def test_a_plan_is_refused_with_its_reason(city, charity):
    parcels = [runs.bought(city, charity)]
    by = runs.keeper(city, charity)
    for wrong in ({"day": clock.today() - timedelta(days=1)}, {"vehicles": 0}, {"capacity": 0}):
        with pytest.raises(Invalid):
            runs.plan(by, parcels, **wrong)
    with pytest.raises(Invalid):
        runs.plan(by, [])
    with pytest.raises(NoneReachable):
        runs.plan(by, parcels, starts_at=18 * 60)
    with pytest.raises(NotAllowed):
        runs.plan(campaigns.clerk(city, charity), parcels)
    with pytest.raises(Invalid):
        runs.plan(runs.keeper(city, city.organisation()), parcels)


def test_a_volunteer_or_somebody_of_the_charity_drives(city, charity):
    run = runs.plan(runs.keeper(city, charity), [runs.bought(city, charity)]).runs[0]
    by, driver = runs.keeper(city, charity), runs.driver_of(city, charity)
    with pytest.raises(WrongState):
        service.load(run, by=by)
    for stranger in (city.person("donor"), campaigns.clerk(city, city.organisation())):
        with pytest.raises(NoDriver):
            service.assign(run, stranger, by=by)
    with pytest.raises(NoDriver):
        service.volunteer("13155550000")
    assert service.volunteer(driver.phone.reveal()) == driver
    unfit = [city.person("volunteer"), runs.driver_of(city, city.organisation())]
    unfit.append(volunteers.user(volunteers.volunteer(city, charity)))
    for helper in unfit:
        with pytest.raises(MayNotDrive):
            service.assign(run, helper, by=by)
    service.assign(run, driver, by=by)
    assert (run.way, [one.run.id for one in queries.driven(driver)]) == ("volunteer_run", [run.id])
    with pytest.raises(NotAllowed):
        service.load(run, by=city.person("volunteer"))
    found = volunteering.approved(driver.id, charity.id)
    recording.pause(found, by=volunteers.lead(city, charity))
    with pytest.raises(MayNotDrive):
        service.load(run, by=driver)
    assert [one.result for one in service.scan(run, runs.scans("on", run_parcel(run)), by=driver)] == ["refused"]
    recording.resume(found, by=volunteers.lead(city, charity))
    service.load(run, by=driver)
    assert run.state == "loading" and queries.listed(by).rows[0].parcels == 1
