"""Runs for those who plan and drive them, scoped by the rule table. What waits for a run, and what is on one."""
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from marketplace.core import places
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.pledges.models import Pledge
from marketplace.market.runs.models import AGAIN, CARRIED, Run, RunParcel, RunStop
from marketplace.market.stations import queries as stations
from marketplace.market.stations.models import Station
from marketplace.market.wishes.models import Need
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import narrow

PAGE, MOST = 40, 300
OPEN = ("planned", "loading", "under_way")


@dataclass(frozen=True)
class Waiting:
    """A delivery that waits to be brought. `ours` is what the charity has itself; else its giver sends it."""

    delivery: Delivery
    need: Need
    station: Station
    ours: bool
    again: bool


@dataclass(frozen=True)
class Listed:
    """A run in a list, with how many parcels it carries, and how many of them are off or missing."""

    run: Run
    driver: str
    parcels: int
    off: int
    missing: int


@dataclass(frozen=True)
class StopView:
    """A stop as its driver sees it: the station and the parcels for it."""

    stop: RunStop
    station: Station
    parcels: tuple[RunParcel, ...]

    @property
    def left(self) -> int:
        """How many parcels still have to come off here."""
        return sum(parcel.state in ("waiting", "on", "missing") for parcel in self.parcels)


def one(user, capability: str, run_id: int) -> Run:
    """The run, if this user may do `capability` to it. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Run), Run).where(Run.id == run_id)).one()


def stops(run: Run) -> list[StopView]:
    """The stops of a run in their order, in three statements."""
    listed = db.session.scalars(select(RunStop).where(RunStop.run_id == run.id)
                                .order_by(RunStop.position, RunStop.id)).all()
    parcels: dict[int, list[RunParcel]] = defaultdict(list)
    for parcel in db.session.scalars(select(RunParcel).where(RunParcel.run_id == run.id).order_by(RunParcel.ref)):
        parcels[parcel.stop_id].append(parcel)
    known = stations.by_number([stop.station_id for stop in listed])
    return [StopView(stop, known[stop.station_id], tuple(parcels[stop.id])) for stop in listed if parcels[stop.id]]


def listed(user, state: str = "", after: str = "") -> Page:
    """Runs of the user's charity, the latest day first; rows of Listed. The same statements however many."""
    found = page(_counted(narrow(user, "run.read", select(Run), Run), state), Order((Run.day, Run.id), (True, True)), PAGE,
                 after, lambda row: (row[0].day, row[0].id))
    return Page([Listed(*row) for row in found.rows], found.after)


def driven(user) -> list[Listed]:
    """Runs that the user drives: what is open, by day, then what was done last."""
    statement = _counted(narrow(user, "run.drive", select(Run), Run).where(Run.state != "cancelled"), "")
    rows = [Listed(*row) for row in db.session.execute(statement.order_by(Run.day.desc(), Run.id.desc()).limit(PAGE))]
    return sorted(rows, key=lambda one: (one.run.state == "done", one.run.day if one.run.state != "done" else one.run.day,
                                         one.run.id))


def _counted(statement: Select, state: str) -> Select:
    def parcels(*states: str):
        counted = select(func.count()).where(RunParcel.run_id == Run.id)
        return (counted.where(RunParcel.state.in_(states)) if states else counted).scalar_subquery()

    if state:
        statement = statement.where(Run.state == state)
    name = select(User.display_name).where(User.id == Run.driver_id).scalar_subquery()
    return statement.add_columns(func.coalesce(name, ""), parcels(), parcels("off"), parcels("missing"))


def counts(user) -> dict[str, int]:
    """How many runs the user's charity has in each state."""
    return dict(db.session.execute(narrow(user, "run.read", select(Run.state, func.count()), Run).group_by(Run.state)).all())


def missing(user, after: str = "") -> Page:
    """A page of parcels that were put on and never came off, the oldest first, for those who may decide on them: rows of the
    parcel, its run and its station."""
    statement = narrow(user, "run.settle", select(RunParcel, Run, Station).join(Run, Run.id == RunParcel.run_id), Run).join(
        RunStop, RunStop.id == RunParcel.stop_id).join(Station, Station.id == RunStop.station_id)
    return page(statement.where(RunParcel.state == "missing"), Order((RunParcel.id,), (False,)), PAGE, after,
                lambda row: (row[0].id,))


def parcel(user, parcel_id: int) -> RunParcel:
    """A parcel on which the user may decide. Raises NoResultFound."""
    return db.session.scalars(narrow(user, "run.settle", select(RunParcel).join(Run, Run.id == RunParcel.run_id), Run)
                              .where(RunParcel.id == parcel_id)).one()


def waiting(user, area: str = "", everything: bool = False) -> list[Waiting]:
    """The first page of what waits to be brought."""
    return list(to_bring(user, area, everything).rows)


def to_bring(user, area: str = "", everything: bool = False, after: str = "") -> Page:
    """A page of what waits to be brought to its station, by place: what the charity has itself, or everything of its wishes;
    rows of Waiting."""
    low, high = places.span(area or places.CITY)
    statement = narrow(user, "delivery.dispatch", select(Delivery, Need, Station, _ours(), _again()), Delivery).join(
        Need, Need.id == Delivery.need_id).join(Station, Station.id == Delivery.station_id).where(
        _waits(), Station.place_code >= low, Station.place_code < high)
    if not everything:
        statement = statement.where(or_(_ours(), _again()))
    found = page(statement, Order((Station.place_code, Delivery.id), (False, False)), MOST, after,
                 lambda row: (row[2].place_code, row[0].id))
    return Page([Waiting(delivery, need, station, bool(ours), bool(again))
                 for delivery, need, station, ours, again in found.rows], found.after)


def chosen(user, numbers: Sequence[int]) -> list[Delivery]:
    """Those of the deliveries that wait, and that the user may send."""
    return list(db.session.scalars(narrow(user, "delivery.dispatch", select(Delivery), Delivery).where(
        Delivery.id.in_(numbers), Delivery.station_id.is_not(None), _waits()).order_by(Delivery.id)))


def _waits() -> ColumnElement[bool]:
    carried = exists().where(RunParcel.delivery_id == Delivery.id, RunParcel.state.in_(CARRIED))
    return and_(Delivery.kind != "service", or_(Delivery.state == "planned", and_(
        Delivery.state == "dispatched", Delivery.unloaded_at.is_(None), _again())), ~carried)


def _again() -> ColumnElement[bool]:
    return exists().where(RunParcel.delivery_id == Delivery.id, RunParcel.state.in_(AGAIN))


def _ours() -> ColumnElement[bool]:
    """Bought by the charity, or out of its stock."""
    return or_(Delivery.kind == "money", exists().where(Pledge.delivery_id == Delivery.id, Pledge.source != ""))


def carried(numbers: Sequence[int]) -> dict[int, Run]:
    """The runs that deliveries are on, in one statement."""
    return dict(db.session.execute(select(RunParcel.delivery_id, Run).join(Run, Run.id == RunParcel.run_id).where(
        RunParcel.delivery_id.in_(numbers), RunParcel.state.in_(CARRIED))).all())


def drivers(user) -> Sequence[User]:
    """The people of the user's charity who can drive."""
    return db.session.scalars(select(User).where(
        User.organisation_id == user.organisation_id, User.role == "charity", User.active).order_by(User.id)).all()


def name_of(run: Run) -> str:
    """Who drives, as the charity knows them; "" for nobody yet."""
    driver = db.session.get(User, run.driver_id)
    return driver.display_name if driver else ""
