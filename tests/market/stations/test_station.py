"""Stations: who keeps them, what their hours mean, and which parcels they get."""
from datetime import date

import pytest

from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.stations import public, queries, service
from marketplace.market.stations.rules import StationThere, read_days, read_spans, said
from tests import runs
from tests.city import OTHER_TOWN, TOWN


def test_hours_are_read_as_people_type_them():
    assert read_spans("8:30-12:00，13:30 – 17:30") == ((510, 720), (810, 1050)) and read_spans(" ") == ()
    assert said(((510, 720), (810, 1050))) == "08:30–12:00, 13:30–17:30"
    for wrong in ("9", "12:00-9:00", "09:00-12:00, 11:00-13:00", "09:00-25:00", "9:00-12:00,12:00-13:00"):
        with pytest.raises(Invalid):
            read_spans(wrong)
    with pytest.raises(Invalid):
        read_days("2026-10-01 tomorrow")


def test_a_county_keeps_its_stations_and_a_town_does_not(city):
    town, county = city.person("social_worker", TOWN), city.person("social_worker", TOWN[:6])
    with pytest.raises(NotAllowed):
        service.write(runs.draft(), by=town)
    with pytest.raises(NotAllowed):
        service.write(runs.draft(OTHER_TOWN), by=county)
    for wrong in (runs.draft(latitude=31.2), runs.draft(name=" "), runs.draft(week=((),) * 7), runs.draft("371402001001")):
        with pytest.raises(Invalid):
            service.write(wrong, by=county)
    station = service.write(runs.draft(closed_on=(date(2026, 10, 1),)), by=county)
    assert station.spans_on(date(2026, 10, 1)) == () and station.spans_on(date(2026, 10, 2)) == runs.OPEN
    with pytest.raises(StationThere):
        service.write(runs.draft(), by=county)
    service.change(station, runs.draft(name="新湖街道新址", trusts_drivers=True), by=county)
    assert (station.name, station.trusts_drivers) == ("新湖街道新址", True)
    assert queries.one(town, "station.shelf", station.id) == station
    assert [row[0].id for row in public.listed("371402").rows] == [station.id]
    service.close(station, by=county)
    with pytest.raises(WrongState):
        service.close(station, by=county)
    assert not public.listed().rows and station.spans_on(date(2026, 10, 2)) == ()


def test_a_parcel_goes_to_its_town_and_to_the_county_where_the_town_has_no_station(city):
    county = runs.station(city, TOWN[:6], name="德城区救助中心")
    pledge = city.promise(city.need())
    delivery = db.session.get_one(Delivery, pledge.delivery_id)
    assert delivery.station_id == county.id and len(delivery.ref) == 8
    town = runs.station(city)
    city.settle()
    assert db.session.get_one(Delivery, delivery.id).station_id == town.id
    service.close(town, by=city.person("social_worker", TOWN[:6]))
    city.settle()
    assert db.session.get_one(Delivery, delivery.id).station_id == county.id


def test_a_worker_says_where_it_lies_and_how_it_gets_home(city):
    runs.station(city)
    worker = city.person("social_worker", TOWN)
    pledge = city.promise(city.need())
    delivery = db.session.get_one(Delivery, pledge.delivery_id)
    for wrong in ({"last_leg": "mail"}, {"shelf": "x" * 21}):
        with pytest.raises(Invalid):
            deliveries.arrive(delivery, worker, **wrong)
    with pytest.raises(WrongState):
        deliveries.shelve(delivery, "A-1", "worker", by=worker)
    deliveries.arrive(delivery, worker, shelf=" A-3 ", last_leg="worker")
    assert (delivery.state, delivery.shelf, delivery.last_leg) == ("arrived", "A-3", "worker")
    deliveries.shelve(delivery, "B-1", "household", by=worker)
    assert (delivery.shelf, delivery.last_leg) == ("B-1", "household")


def test_nobody_sends_a_gift_past_the_station(city):
    giver = city.person("donor")
    pledge = city.promise(city.need(), by=giver)
    delivery = db.session.get_one(Delivery, pledge.delivery_id)
    for way in ("door", "charity_run", "visit", "", "pick_up"):
        with pytest.raises(Invalid):
            deliveries.dispatch(delivery, way, by=giver)
    deliveries.dispatch(delivery, "drop_off", by=giver)
    assert delivery.way == "drop_off"
