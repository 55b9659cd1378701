"""The way to the door in the demo city: a station in every town, and a run of the visitor's charity that is under way."""
import math
from datetime import timedelta
from random import Random

from sqlalchemy import select

from marketplace.core import clock, places
from marketplace.core.transaction import transaction
from marketplace.demo.giving import Giving
from marketplace.extensions import db
from marketplace.market.deliveries import queries as paid
from marketplace.market.deliveries import service as deliveries
from marketplace.market.runs import queries
from marketplace.market.runs import service as runs
from marketplace.market.runs.models import Run
from marketplace.market.runs.rules import Draft, Start
from marketplace.market.stations import service as stations
from marketplace.market.stations.models import Station
from marketplace.market.stations.rules import read_spans
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import User

WEEKDAY, SATURDAY = read_spans("08:30-12:00, 13:30-17:30"), read_spans("09:00-11:30")
NEAR, FAR = 3, 16  # km from the seat of its county to a town
KM = 1 / 111.0  # of a degree of latitude
BOUGHT, CAPACITY = 5, 40


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
        self._at(0.3, self.buy_for_a_run)
        self._at(0.25, self.plan_a_run)
        self._at(0.2, self.load_it)
        self._at(0.05, self.unload_the_first)

    def buy_for_a_run(self) -> None:
        """What was paid in full and nobody has bought yet: some of it, so that something is left for the visitor to buy."""
        ready = [need for need, _wish, fen in paid.paid_needs(self.clerk) if fen + need.received >= need.wanted]
        for need in ready[:max(1, len(ready) - 2)][:BOUGHT]:
            deliveries.purchase(need, by=self.clerk)

    def plan_a_run(self) -> None:
        """By the storekeeper, today if any station is open today, else tomorrow or the day after."""
        keeper = db.session.scalars(select(User).where(User.username == "storekeeper")).one()
        waiting = queries.waiting(keeper, everything=True)
        ours = [one for one in waiting if one.ours] or waiting[:BOUGHT]
        more = [one for one in waiting if one not in ours and one.station.place_code[:6] == "371402"]
        chosen = [one.delivery for one in (ours + more)[:2 * BOUGHT]]
        if not chosen:
            return
        seat = db.session.scalars(select(Station).where(Station.place_code == "371402")).one()
        day = next(day for day in (clock.today() + timedelta(days=n) for n in range(3)) if seat.spans_on(day))
        made = runs.plan(Draft(day, 8 * 60, Start("邻里公益仓库", seat.latitude, seat.longitude), 1, CAPACITY,
                               tuple(one.id for one in chosen)), by=keeper)
        runs.assign(made.runs[0], self._driver(), by=keeper)

    def load_it(self) -> None:
        for run in self._run():
            driver = self._driver()
            runs.scan(run, [runs.Scan(f"demo-on-{one.id}", "on", one.ref) for one in run.parcels], by=driver)
            runs.depart(run, by=driver)

    def unload_the_first(self) -> None:
        """At the first station, where a worker has not taken it in yet."""
        for run in self._run():
            first = queries.stops(run)[0]
            runs.scan(run, [runs.Scan(f"demo-off-{one.id}", "off", one.ref, first.stop.id) for one in first.parcels],
                      by=self._driver())

    def _driver(self) -> User:
        return db.session.scalars(select(User).where(User.role == "volunteer").order_by(User.id)).first()

    def _run(self) -> list[Run]:
        return list(db.session.scalars(select(Run).where(Run.organisation_id == self.clerk.organisation_id)))


