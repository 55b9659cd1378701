"""A run on its way: loading, leaving, coming back, and what is missing then."""
from sqlalchemy import func, select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.runs.events import ParcelMissing, RunFinished
from marketplace.market.runs.models import LIFE, PARCEL_LIFE, Run, RunParcel
from marketplace.market.runs.rules import MayNotDrive
from marketplace.market.runs.service.planning import may_go, put_on
from marketplace.people.accounts.permissions import demand

DECISIONS = ("find", "lose")


def load(run: Run, by) -> None:
    """Parcels are being put on. Raises NotAllowed, WrongState, MayNotDrive."""
    _move(run, "load", by)


def depart(run: Run, by) -> None:
    """It has left the store. Raises NotAllowed, WrongState, MayNotDrive."""
    _move(run, "depart", by, departed_at=clock.now())


def finish(run: Run, by) -> None:
    """It is over. What was never put on waits again, and so does what a closed station could not take: that goes on the next
    run that is planned. What was put on and never taken off is missing.

    Raises NotAllowed, WrongState.
    """
    with transaction() as session:
        _move(run, "finish", by, ended_at=clock.now())
        closed = {stop.id for stop in run.stops if stop.closed_at}
        back = []
        for parcel in session.scalars(select(RunParcel).where(RunParcel.run_id == run.id).order_by(RunParcel.id)).all():
            if parcel.state in ("waiting", "on") and _is_there(parcel):
                PARCEL_LIFE.move(parcel, "scan_off", off_at=clock.now())
            elif parcel.state == "waiting":
                PARCEL_LIFE.move(parcel, "leave")
            elif parcel.state == "on" and parcel.stop_id in closed:
                PARCEL_LIFE.move(parcel, "bring_back")
                back.append(parcel)
            elif parcel.state == "on":
                PARCEL_LIFE.move(parcel, "miss")
                announce(ParcelMissing(run.id, parcel.delivery_id))
        _give_on(run, back)
        announce(RunFinished(run.id))


def _is_there(parcel: RunParcel) -> bool:
    """Whether a worker has taken it in without the driver's scan."""
    return db.session.get_one(Delivery, parcel.delivery_id).state not in ("planned", "dispatched", "cancelled", "lost")


def follow(delivery_id: int, state: str) -> None:
    """What a delivery's own steps mean for its run: taken in at the station it is off, given up it stays. Safe twice."""
    with transaction() as session:
        for parcel in session.scalars(select(RunParcel).where(RunParcel.delivery_id == delivery_id)).all():
            if state == "arrived" and parcel.state in ("on", "missing"):
                PARCEL_LIFE.move(parcel, "scan_off", off_at=clock.now())
            elif state in ("arrived", "cancelled", "returned") and parcel.state == "waiting":
                PARCEL_LIFE.move(parcel, "leave")


def _give_on(run: Run, back: list[RunParcel]) -> None:
    """Put what came back on the next planned run with room for it; without one it waits for a plan."""
    upcoming = db.session.scalars(select(Run).where(
        Run.organisation_id == run.organisation_id, Run.state == "planned", Run.day >= clock.today(), Run.id != run.id)
        .order_by(Run.day, Run.id)).all()
    for other in upcoming if back else ():
        held = db.session.scalar(select(func.count()).select_from(RunParcel).where(RunParcel.run_id == other.id)) or 0
        if held + len(back) <= other.capacity:
            put_on(other, back, {stop.id: stop.station_id for stop in run.stops})
            return


def settle(parcel: RunParcel, decision: str, by) -> None:
    """Decide on a missing parcel: it was found and waits for the next run, or it is lost and the need is open again.

    Not by who drove. Raises NotAllowed, WrongState, Invalid (decision).
    """
    with transaction() as session:
        run = session.get_one(Run, parcel.run_id)
        demand(by, "run.settle", run)
        if decision not in DECISIONS:
            raise Invalid("decision", "unknown")
        PARCEL_LIFE.move(parcel, decision, decided_by=by.id)
        delivery = session.get_one(Delivery, parcel.delivery_id)
        if decision == "lose" and delivery.state == "dispatched":
            deliveries.give_up(delivery, by.id)
        audit.record(by.id, "run.settle", f"delivery:{parcel.delivery_id}", decision)


def _move(run: Run, verb: str, by, **also: object) -> None:
    with transaction():
        demand(by, f"run.{verb}", run)
        if verb in ("load", "depart") and not run.driver_id:
            raise WrongState(verb, "no_driver")
        if verb in ("load", "depart") and not may_go(run):
            raise MayNotDrive
        LIFE.move(run, verb, **also)
        audit.record(by.id, f"run.{verb}", f"run:{run.id}")
