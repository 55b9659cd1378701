"""Pages of stations and runs: what everybody sees, what a giver writes on a parcel, the shelves, the plan, the phone."""
import io
import re
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
import zxingcpp
from pypdf import PdfReader

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.deliveries import labels
from marketplace.market.deliveries.models import Delivery
from marketplace.market.pledges import service as pledges
from marketplace.market.runs import service
from marketplace.market.runs.models import Run, RunScan
from marketplace.people.accounts.models import Guest
from tests import runs
from tests.city import TOWN


@dataclass(frozen=True)
class Charity:
    """Its number, which lasts longer than a session."""

    id: int


@pytest.fixture
def charity(city):
    runs.station(city)
    runs.station(city, TOWN[:6], name="德城区救助服务中心", english="Decheng assistance centre")
    return Charity(city.organisation().id)


def only(model):
    """The one row of a table, as it is now."""
    db.session.rollback()
    return db.session.query(model).one()


def seen(model) -> int:
    db.session.rollback()
    return db.session.query(model).count()


def scanned(reader: PdfReader) -> set[str]:
    return {found.text for page in reader.pages for image in page.images
            for found in zxingcpp.read_barcodes(image.image.convert("L"))}


def test_everybody_finds_the_station_of_a_town_with_its_hours(city, charity, browser):
    page = browser.page("/stations")
    counted = browser.statements
    assert "新湖街道社会救助站" in page.text and "08:00–12:00" in page.text and "0534-0000001" in page.text
    runs.station(city, runs.NEIGHBOUR)
    browser.page("/stations")
    assert browser.statements == counted
    assert "德城区救助服务中心" in browser.page("/stations?town=371402003").text  # none of its own: its county's
    assert "Decheng assistance centre" in browser.page("/stations?area=371402&lang=en").text
    assert "12345" in browser.page("/stations?area=371427&town=371427100").text


def test_a_giver_writes_the_station_and_a_number_on_the_parcel_and_never_a_household(city, charity, browser):
    for _neighbour in range(5):  # so that the town may be told
        city.home()
    made = pledges.reserve(city.need(), 1, by=Guest())
    pledges.commit(made.pledge, Guest(pledges.digest(made.secret)), phone="13900000001")
    city.settle()
    ref = db.session.get_one(Delivery, db.session.get_one(type(made.pledge), made.pledge.id).delivery_id).ref
    text = browser.page(f"/gifts/{made.secret}").text
    assert labels.said(ref) in text and "便民服务中心一楼" in text and "王秀" not in text
    browser.send(f"/gifts/{made.secret}/dispatch", at=f"/gifts/{made.secret}", way="charity_run")
    assert only(Delivery).state == "planned"
    browser.send(f"/gifts/{made.secret}/dispatch", at=f"/gifts/{made.secret}", way="parcel", tracking="SF1")
    assert only(Delivery).state == "dispatched"


def test_a_county_opens_a_station_and_its_worker_takes_a_parcel_in_by_its_number(city, browser):
    browser.sign_in(city.person("social_worker", TOWN[:6]))
    fields = {"place_code": TOWN, "name": "新湖驿站", "address": "一楼", "phone": "0534-0000002", "latitude": "37.45",
              "longitude": "116.3", "monday": "8:30-12:00", "tuesday": "late"}
    assert browser.send("/desk/stations/new", **fields).status_code == 422
    assert browser.send("/desk/stations/new", **{**fields, "tuesday": "", "closed_on": "2027-01-01"}).status_code == 200
    station = only(runs.Station)
    assert station.week[0] == ((510, 720),) and station.week[1] == ()
    number = station.id
    assert browser.send(f"/desk/stations/{number}", **{**fields, "tuesday": "", "name": "新湖街道驿站"}).status_code == 200
    delivery = runs.bought(city, city.organisation())
    ref = delivery.ref
    city.settle()
    browser.sign_in(city.person("social_worker", TOWN))
    shelf = f"/desk/stations/{number}/shelf"
    assert browser.get("/desk/stations/new").status_code == 403
    browser.page(f"{shelf}?ref=nothing")
    browser.send(shelf, at=f"{shelf}?ref={ref[:4]}-{ref[4:].lower()}", ref=ref, shelf="A-3", last_leg="worker")
    kept = only(Delivery)
    assert (kept.state, kept.shelf, kept.last_leg, kept.station_id) == ("arrived", "A-3", "worker", number)
    assert "A-3" in browser.page(shelf).text
    statements = browser.statements
    for _more in range(2):
        other = runs.bought(city, city.organisation()).ref
        browser.send(shelf, at=f"{shelf}?ref={other}", ref=other)
    browser.page(shelf)
    assert browser.statements == statements


def test_a_storekeeper_plans_prints_and_gives_a_run_to_a_driver(city, charity, browser):
    parcels = [runs.bought(city, charity), runs.bought(city, charity)]
    refs, driver = {d.ref for d in parcels}, runs.driver_of(city, charity)
    number = driver.id
    fields = {"day": str(clock.today()), "starts": "08:00", "start": "station:1", "vehicles": "1", "capacity": "10"}
    stranger, phone, ids = city.person("volunteer").phone.reveal(), driver.phone.reveal(), [str(d.id) for d in parcels]
    browser.sign_in(runs.keeper(city, charity))
    assert all(labels.said(ref) in browser.page("/charity/runs/plan").text for ref in refs)
    assert browser.send("/charity/runs/plan", **fields).status_code == 422
    assert browser.send("/charity/runs/plan", **{**fields, "starts": "soon", "delivery": ids}).status_code == 422
    assert browser.send("/charity/runs/plan", **fields, delivery=ids).status_code == 200
    run = only(Run).id
    told = browser.send(f"/charity/runs/{run}/driver", at=f"/charity/runs/{run}", driver="0", phone=stranger).text
    assert "驾驶证" in told and not only(Run).driver_id
    browser.send(f"/charity/runs/{run}/driver", at=f"/charity/runs/{run}", driver="0", phone=phone)
    assert only(Run).driver_id == number
    for paper in ("sheet", "labels"):
        for language in ("zh", "en"):
            answer = browser.get(f"/charity/runs/{run}/{paper}.pdf?in={language}")
            reader = PdfReader(io.BytesIO(answer.data))
            assert scanned(reader) == refs and "便民服务中心一楼" in reader.pages[0].extract_text()
    browser.page("/charity/runs?lang=en")
    browser.page(f"/charity/runs/{run}?lang=en")


def test_a_phone_sends_what_it_kept_and_gets_an_answer_for_each(city, charity, browser):
    parcels = [runs.bought(city, charity), runs.bought(city, charity)]
    run, driver = runs.run(city, charity, parcels)
    number, refs, stop = run.id, [d.ref for d in parcels], run.stops[0].id
    browser.sign_in(driver)
    db.session.remove()
    assert "key" in browser.get(f"/runs/{number}").text and browser.get("/runs").status_code == 200
    facts = browser.get(f"/runs/{number}/facts").json
    assert facts["parcels"] == dict.fromkeys(refs, "waiting")
    kept = [{"key": f"k{n}", "kind": "on", "ref": ref, "stop": 0, "at": "2026-11-26T08:00:00.000Z"}
            for n, ref in enumerate(refs)] + [{"key": "k9", "kind": "on", "ref": "XXXX", "stop": 0}]

    def post(sent):
        return browser.post(f"/runs/{number}/scans", json=sent, headers={"X-CSRFToken": facts["token"]})

    answers = post({"scans": kept}).json
    assert [a["result"] for a in answers["answers"]] == ["accepted", "accepted", "unknown"] and answers["state"] == "loading"
    assert post({"scans": kept}).json["answers"] == answers["answers"] and seen(RunScan) == 3
    for wrong in ([], {"scans": [{"key": "", "kind": "on"}]}, {"scans": ["on"]}):
        assert post(wrong).status_code == 400
    senseless = [{"key": "a", "kind": "off", "at": "x"}, {"key": "b", "kind": "eat"},
                 {"key": "c", "kind": "off", "stop": "1"}, {"key": "d\0", "kind": "on", "ref": refs[0]},
                 {"key": "\ud800", "kind": "on", "ref": refs[0]},
                 {"key": "e", "kind": "on", "ref": "\ud800"}, kept[0]]
    answered = post({"scans": senseless}).json["answers"]  # each by its own number, so that what comes behind it goes on
    assert [a["result"] for a in answered] == ["refused"] * 5 + ["unknown", "accepted"]
    assert [a["key"] for a in answered] == [one["key"] for one in senseless]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(f"/runs/{number}").text).group(1)
    typed = {"csrf_token": token, "kind": "off", "stop": str(stop), "key": "typed", "ref": refs[0]}
    browser.post(f"/runs/{number}/scan", data=typed, follow_redirects=True)
    assert browser.get(f"/runs/{number}/facts").json["parcels"] == {refs[0]: "off", refs[1]: "on"}
    assert browser.get("/runs/worker.js").mimetype == "text/javascript"


def test_a_managers_list_asks_about_what_is_missing(city, charity, browser):
    run, driver = runs.run(city, charity, [runs.bought(city, charity)])
    service.scan(run, runs.scans("on", only(Delivery)), by=driver)
    service.depart(run, by=driver)
    service.finish(run, by=driver)
    parcel, boss = run.parcels[0].id, city.person("charity", organisation_id=charity.id)
    browser.sign_in(runs.keeper(city, charity))
    boss = boss.get_id()
    db.session.remove()
    assert "settle" not in browser.get("/charity/runs").text
    browser.sign_in(SimpleNamespace(get_id=lambda: boss))
    browser.send(f"/charity/runs/parcels/{parcel}/lose", at="/charity/runs")
    assert only(Delivery).state == "lost"
