"""The way to the door in the demo city: a station in every town, a run that is under way, and runs that are planned."""
import math
from datetime import date, timedelta
from random import Random

from sqlalchemy import func, select

from marketplace.core import clock, places
from marketplace.core.transaction import transaction
from marketplace.demo import visits
from marketplace.demo.giving import Giving
from marketplace.extensions import db
from marketplace.market.deliveries import queries as paid
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.runs import queries
from marketplace.market.runs import service as runs
from marketplace.market.runs.models import Run
from marketplace.market.runs.queries import Waiting
from marketplace.market.runs.rules import Draft, Start
from marketplace.market.stations import service as stations
from marketplace.market.stations.models import Station
from marketplace.market.stations.rules import read_spans
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import User

WEEKDAY, SATURDAY = read_spans("08:30-12:00, 13:30-17:30"), read_spans("09:00-11:30")
NEAR, FAR = 3, 16  # km from the seat of its county to a town
KM = 1 / 111.0  # of a degree of latitude
BOUGHT, CAPACITY = 4, 40


def open_stations(seats: dict[str, list[float]]) -> None:
    """One for every county and every town, by an officer of the city. Not twice."""
    if db.session.scalar(select(Station.id).limit(1)) is not None:
        return
    with transaction():
        officer = accounts.create("social_worker", username="stations", display_name="市民政局 驿站管理",
                                  area_code=places.CITY)
        for county, (latitude, longitude) in seats.items():
            stations.write(_draft(county, latitude, longitude), by=officer)
            for town in places.children(county):
                stations.write(_draft(town, *_around(town, latitude, longitude)), by=officer)


def _around(town: str, latitude: float, longitude: float) -> tuple[float, float]:
    """A place a few kilometres from the seat, the same at every filling."""
    chance = Random(int(town))
    way, turn = chance.uniform(NEAR, FAR) * KM, chance.uniform(0, 2 * math.pi)
    east = way * math.cos(turn) / math.cos(math.radians(latitude))
    return round(latitude + way * math.sin(turn), 4), round(longitude + east, 4)


def _draft(place: str, latitude: float, longitude: float) -> stations.Draft:
    chance = Random(int(place))
    county = len(place) == places.COUNTY
    name = f"{places.name(place)}{'救助服务中心' if county else '爱心驿站'}"
    english = f"{places.name(place, 'en')} {'assistance centre' if county else 'station'}"
    return stations.Draft(
        place, name, f"山东省德州市{places.full_name(place)}{'政务服务大厅' if county else '便民服务中心'}一楼",
        f"0534-0{chance.randrange(10**6):06}", latitude, longitude, (WEEKDAY,) * 5 + (SATURDAY, ()), english=english)


class Bringing(Giving):
    """Tells the steps one after the other; what was told before is passed over."""

    def tell(self) -> None:
        """All of it, in the order of time."""
        self._at(0.35, self.buy_for_a_run)
        self._at(0.3, self.plan_the_visitors_run)
        self._at(0.25, self.plan_runs_over_the_city)
        self._at(0.2, self.load_the_first)
        self._at(0.05, self.unload_at_its_first_stop)

    def buy_for_a_run(self) -> None:
        """Some of what was paid in full, so that something is left for the visitor to buy."""
        ready = [need for need, _wish, fen in paid.paid_needs(self.clerk) if fen + need.received >= need.wanted]
        for need in ready[1:BOUGHT]:
            deliveries.purchase(need, by=self.clerk)

    def plan_the_visitors_run(self) -> None:
        """For tomorrow, with half of what waits; the storekeeper drives."""
        keeper = _named("storekeeper")
        waiting = queries.waiting(keeper, everything=True)
        if waiting:
            made = _plan(keeper, waiting[::2], clock.today() + timedelta(days=1), "邻里公益仓库", "371402", 1)
            runs.assign(made[0], keeper, by=keeper)

    def plan_runs_over_the_city(self) -> None:
        """By the charity that carries most wishes elsewhere, with two vehicles; a volunteer drives the first."""
        manager = self._manager()
        waiting = queries.waiting(manager, everything=True) if manager else []
        if manager and len(waiting) > 1:
            made = _plan(manager, waiting[1:], clock.today(), "同心慈善会仓库", "371471", 2)
            visits.enlist_driver(self._driver(), manager.organisation_id or 0, places.CITY)
            runs.assign(made[0], self._driver(), by=manager)

    def load_the_first(self) -> None:
        for run in self._driven():
            runs.scan(run, [runs.Scan(f"demo-on-{one.id}", "on", one.ref) for one in run.parcels], by=self._driver())
            runs.depart(run, by=self._driver())

    def unload_at_its_first_stop(self) -> None:
        """Where a worker has not taken it in yet."""
        for run in self._driven():
            first = queries.stops(run)[0]
            runs.scan(run, [runs.Scan(f"demo-off-{one.id}", "off", one.ref, first.stop.id) for one in first.parcels],
                      by=self._driver())

    def _manager(self) -> User | None:
        """Of the charity with most parcels that wait, apart from the visitor's."""
        found = db.session.scalars(select(Delivery.organisation_id).where(
            Delivery.organisation_id != self.clerk.organisation_id, Delivery.state == "planned", Delivery.kind != "service")
            .group_by(Delivery.organisation_id).order_by(func.count().desc(), Delivery.organisation_id).limit(1)).first()
        return db.session.scalars(select(User).where(User.organisation_id == found, User.post == "manager")).first()

    def _driver(self) -> User:
        return db.session.scalars(select(User).where(User.role == "volunteer").order_by(User.id).limit(1)).one()

    def _driven(self) -> list[Run]:
        return list(db.session.scalars(select(Run).where(Run.driver_id == self._driver().id)))


def _named(username: str) -> User:
    return db.session.scalars(select(User).where(User.username == username)).one()


def _plan(by: User, waiting: list[Waiting], day: date, store: str, place: str, vehicles: int) -> tuple[Run, ...]:
    """On that day, or on the next one on which stations are open."""
    seat = db.session.scalars(select(Station).where(Station.place_code == place)).one()
    while not seat.spans_on(day):
        day += timedelta(days=1)
    start, chosen = Start(store, seat.latitude, seat.longitude), tuple(one.delivery.id for one in waiting)
    return runs.plan(Draft(day, 8 * 60, start, vehicles, CAPACITY, chosen), by=by).runs
