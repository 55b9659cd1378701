"""Planning: which parcels go on which vehicle, in which order, driven by whom."""
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.pledges.models import Pledge
from marketplace.market.pledges.service import moving
from marketplace.market.runs import hooks, queries, routing
from marketplace.market.runs.models import LIFE, PARCEL_LIFE, Run, RunParcel, RunStop
from marketplace.market.runs.routing import Problem, Routes, Stop, Tour
from marketplace.market.runs.rules import MOST_STOPS, Draft, MayNotDrive, NoDriver, NoneReachable
from marketplace.market.stations import queries as stations
from marketplace.market.stations.models import Station
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand


@dataclass(frozen=True)
class Planned:
    """The runs that were made, and the stations that none of them reaches in their hours."""

    runs: tuple[Run, ...]
    left_out: tuple[Station, ...]


def plan(draft: Draft, by) -> Planned:
    """Runs for a day, one for each vehicle that is needed. Raises NotAllowed, Invalid, NoneReachable."""
    demand(by, "run.plan")
    draft.check(clock.today())
    chosen = queries.chosen(by, draft.deliveries)
    if len(chosen) < len(set(draft.deliveries)):
        raise Invalid("deliveries", "gone")
    places = stations.by_number([delivery.station_id or 0 for delivery in chosen])
    routes = routing.solve(_problem(draft, chosen, places))
    if not routes.tours:
        raise NoneReachable
    waiting = [(delivery.id, delivery.ref, delivery.station_id) for delivery in chosen]
    try:
        with transaction():
            if len(queries.chosen(by, draft.deliveries)) < len(chosen):
                raise Invalid("deliveries", "gone")
            made = _write(draft, routes, waiting, by)
            _keep([number for number, _ref, _station in waiting], draft.day)
    except IntegrityError:
        raise Invalid("deliveries", "gone") from None
    return Planned(made, tuple(places[number] for number in routes.left_out))


def _keep(numbers: Sequence[int], day: date) -> None:
    """What goes on a run does not lapse before its day."""
    for pledge in db.session.scalars(select(Pledge).where(
            Pledge.delivery_id.in_(numbers), Pledge.state == "committed").order_by(Pledge.id)).all():
        moving.keep_until(pledge, clock.now() + (day - clock.today()) + timedelta(days=1))


def _problem(draft: Draft, chosen: Sequence[Delivery], places: dict[int, Station]) -> Problem:
    """Stops in the order of their places, which is the order of every list."""
    counts: dict[int, int] = defaultdict(int)
    for delivery in chosen:
        counts[delivery.station_id or 0] += 1
    if len(counts) > MOST_STOPS:
        raise Invalid("deliveries", "stops", most=MOST_STOPS)
    listed = sorted(counts, key=lambda number: places[number].place_code)
    stops = tuple(_stop(places[number], draft.day, counts[number]) for number in listed)
    return Problem((draft.start.latitude, draft.start.longitude), stops, draft.starts_at, draft.vehicles, draft.capacity)


def _stop(station: Station, day, parcels: int) -> Stop:
    return Stop(station.id, (station.latitude, station.longitude), station.spans_on(day), parcels)


def _write(draft: Draft, routes: Routes, waiting: Sequence[tuple], by) -> tuple[Run, ...]:
    rest: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for number, ref, station_id in waiting:
        rest[station_id].append((number, ref))
    made = []
    for tour in routes.tours:
        run = _run(draft, tour, routes.planner, by)
        for position, visit in enumerate(tour.visits):
            taken = [rest[visit.number].pop(0) for _parcel in range(visit.parcels)]
            _add(run, visit.number, position, visit.at, taken)
        audit.record(by.id, "run.plan", f"run:{run.id}")
        made.append(run)
    return tuple(made)


def _run(draft: Draft, tour: Tour, planner: str, by) -> Run:
    run = Run(organisation_id=by.organisation_id, day=draft.day, starts_at=draft.starts_at, ends_at=tour.ends_at,
              start_name=draft.start.name, start_latitude=draft.start.latitude, start_longitude=draft.start.longitude,
              capacity=draft.capacity, metres=tour.metres, list_metres=tour.list_metres, planner=planner,
              planned_by=by.id, planned_at=clock.now())
    db.session.add(run)
    db.session.flush()
    return run


def _add(run: Run, station_id: int, position: int, at: int, parcels: Sequence[tuple[int, str]]) -> RunStop:
    stop = RunStop(run_id=run.id, station_id=station_id, position=position, at=at)
    db.session.add(stop)
    db.session.flush()
    for number, ref in parcels:
        db.session.add(RunParcel(run_id=run.id, stop_id=stop.id, delivery_id=number, ref=ref))
    db.session.flush()
    return stop


def assign(run: Run, driver: User, by) -> None:
    """Who drives: somebody of the charity, or a volunteer of it whose papers for driving hold on the day of the run.

    Raises NotAllowed, NoDriver, MayNotDrive, WrongState.
    """
    with transaction() as session:
        demand(by, "run.assign", run)
        of_charity = driver.role == "charity" and driver.organisation_id == run.organisation_id
        if not driver.active or not (of_charity or driver.role == "volunteer"):
            raise NoDriver
        if not of_charity and not hooks.drives(driver.id, run.organisation_id, run.day):
            raise MayNotDrive
        session.refresh(run, with_for_update=True)
        if run.state in ("done", "cancelled"):
            raise WrongState("assign", run.state)
        run.driver_id, run.way = driver.id, "charity_run" if of_charity else "volunteer_run"
        audit.record(by.id, "run.assign", f"run:{run.id}", f"user:{driver.id}")


def may_go(run: Run) -> bool:
    """Whether its driver may still drive today: a volunteer's papers end, and volunteers do."""
    return run.way != "volunteer_run" or hooks.drives(run.driver_id, run.organisation_id, clock.today())


def volunteer(phone: str) -> User:
    """The volunteer with this number. Raises NoDriver, Invalid (phone)."""
    found = accounts.holder(phone, "volunteer")
    if found is None:
        raise NoDriver
    return found


def put_on(run: Run, parcels: Sequence[RunParcel], station_of: dict[int, int]) -> None:
    """Put parcels that came back on another run, at its stop of their station or at a new one, and order its stops anew.

    `station_of` gives the station of a stop of the run before. Joins the open transaction.
    """
    with transaction() as session:
        for parcel in parcels:
            station_id = station_of[parcel.stop_id]
            stop = session.scalars(select(RunStop).where(RunStop.run_id == run.id, RunStop.station_id == station_id)).first()
            one = (parcel.delivery_id, parcel.ref)
            if stop is None:
                _add(run, station_id, 1 + MOST_STOPS, 0, [one])
            else:
                session.add(RunParcel(run_id=run.id, stop_id=stop.id, delivery_id=one[0], ref=one[1]))
        session.flush()
        _order(run)


def _order(run: Run) -> None:
    """The shortest order of a run's stops, as far as its parcels stand; what cannot be reached in its hours comes last."""
    db.session.expire(run)
    places = stations.by_number([stop.station_id for stop in run.stops])
    counts: dict[int, int] = defaultdict(int)
    for parcel in run.parcels:
        counts[parcel.stop_id] += 1
    listed = sorted(run.stops, key=lambda stop: (places[stop.station_id].place_code, stop.id))
    parts = tuple(Stop(stop.id, (places[stop.station_id].latitude, places[stop.station_id].longitude),
                       places[stop.station_id].spans_on(run.day), counts[stop.id]) for stop in listed if counts[stop.id])
    routes = routing.solve(Problem((run.start_latitude, run.start_longitude), parts, run.starts_at, 1, len(run.parcels)))
    visits = routes.tours[0].visits if routes.tours else ()
    found = {visit.number: (position, visit.at) for position, visit in enumerate(visits)}
    for stop in listed:
        stop.position, stop.at = found.get(stop.id, (len(listed), 0))
    if routes.tours:
        run.metres, run.list_metres, run.ends_at = (
            routes.tours[0].metres, routes.tours[0].list_metres, routes.tours[0].ends_at)


def cancel(run: Run, by) -> None:
    """It does not take place: its parcels wait again. Raises NotAllowed, WrongState."""
    with transaction() as session:
        demand(by, "run.cancel", run)
        LIFE.move(run, "cancel", ended_at=clock.now())
        for parcel in session.scalars(select(RunParcel).where(RunParcel.run_id == run.id)).all():
            if parcel.state in ("waiting", "on"):
                PARCEL_LIFE.move(parcel, "leave" if parcel.state == "waiting" else "bring_back")
        audit.record(by.id, "run.cancel", f"run:{run.id}")
