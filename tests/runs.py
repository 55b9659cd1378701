"""Stations and runs, for tests; each through the verbs that people use."""
from datetime import timedelta

from marketplace.core import clock, places
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.runs import service
from marketplace.market.runs.models import Run, RunParcel
from marketplace.market.runs.rules import Draft, Start
from marketplace.market.stations import service as stations
from marketplace.market.stations.models import Station
from marketplace.market.stations.rules import read_spans
from marketplace.people.accounts.models import User
from marketplace.people.organisations.models import Organisation
from tests import campaigns, volunteers
from tests.city import OTHER_TOWN, TOWN

MODELS = {"station": Station, "run": Run}
STORE = Start("邻里公益仓库", 37.45, 116.30)
OPEN = read_spans("08:00-12:00, 13:30-18:00")
WEEK = (OPEN,) * 7
NEIGHBOUR = "371402002"


def draft(place: str = TOWN, **more: object) -> stations.Draft:
    facts = {"name": f"{places.name(place)}社会救助站", "address": "便民服务中心一楼", "phone": "0534-0000001",
             "latitude": 37.45, "longitude": 116.33, "week": WEEK, **more}
    return stations.Draft(place, **facts)


def station(city, place: str = TOWN, **more: object) -> Station:
    """A station that is open every day."""
    return stations.write(draft(place, **more), by=city.person("social_worker", place[:6]))


def bought(city, charity: Organisation, place: str = TOWN) -> Delivery:
    """Something that the charity has bought and has to bring."""
    clerk = campaigns.clerk(city, charity)
    need = city.need(home=city.home(place=f"{place}001"), kind="money", category="aid", wanted=5_000, item="电饭锅",
                     charity=charity)
    city.promise(need, 5_000)
    return deliveries.purchase(need, by=clerk)


def keeper(city, charity: Organisation) -> User:
    return campaigns.clerk(city, charity, "storekeeper")


def plan(by: User, parcels: list[Delivery], **more: object) -> service.Planned:
    facts = {"day": clock.today() + timedelta(days=1), "starts_at": 8 * 60, "start": STORE, "vehicles": 1, "capacity": 50,
             **more}
    return service.plan(Draft(deliveries=tuple(d.id for d in parcels), **facts), by)


def driver_of(city, charity: Organisation) -> User:
    """An approved volunteer of the charity, whose licence it has seen."""
    return volunteers.user(volunteers.volunteer(city, charity, papers=("identity", "driving"), skills=("driving",)))


def run(city, charity: Organisation, parcels: list[Delivery], **more: object) -> tuple[Run, User]:
    """A planned run with a volunteer as its driver."""
    by, driver = keeper(city, charity), driver_of(city, charity)
    made = plan(by, parcels, **more).runs[0]
    service.assign(made, driver, by)
    return made, driver


def scans(kind: str, *parcels: Delivery, stop_id: int = 0) -> list[service.Scan]:
    return [service.Scan(f"{kind}-{parcel.id}-{parcel.ref}", kind, parcel.ref, stop_id) for parcel in parcels]


def states(made: Run) -> list[str]:
    db.session.expire_all()
    return [parcel.state for parcel in db.session.query(RunParcel).filter_by(run_id=made.id).order_by(RunParcel.id)]


def things(city, charity: Organisation) -> dict[str, int]:
    """For the walk over all routes: a station, and a run that came back without a parcel."""
    here = station(city)
    made, driver = run(city, charity, [bought(city, charity)])
    parcel = made.parcels[0]
    service.scan(made, [service.Scan("walk", "on", parcel.ref)], by=driver)
    service.depart(made, by=driver)
    service.finish(made, by=driver)
    return {"station": here.id, "run": made.id, "vehicle": made.id, "parcel": parcel.id}


def of_every_kind() -> None:
    """Rows that differ in everything that rules look at, without a story."""
    today, now = clock.today(), clock.now()
    for number, place in ((1, TOWN), (2, OTHER_TOWN)):
        db.session.add(Station(place_code=place, name="x", address="x", phone="x", latitude=37, longitude=116, hours="[]",
                               changed_at=now))
        db.session.add(Run(organisation_id=number, driver_id=number + 2, day=today, starts_at=0, ends_at=0, start_name="",
                           start_latitude=0, start_longitude=0, capacity=1, metres=0, list_metres=0, planner="nearest",
                           planned_by=1, planned_at=now))
    db.session.flush()
