"""Scans: on at the store, off at the station, a station that was closed. Any order and any repetition ends alike."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.core import audit, clock
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import labels
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.runs.models import CARRIED, LIFE, PARCEL_LIFE, Run, RunParcel, RunScan, RunStop
from marketplace.market.runs.service.planning import may_go
from marketplace.people.accounts.permissions import demand

KEY_MOST, SCANS_MOST = 64, 500
OLDEST = timedelta(days=7)  # what a phone may say of when it scanned


@dataclass(frozen=True)
class Scan:
    """What a phone scanned, under a number of its own: `kind` is on, off, or closed for a stop that could not be served.

    "" is what makes no sense: refused, and not kept.
    """

    key: str
    kind: str
    ref: str = ""
    stop_id: int = 0
    at: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """What became of a scan: accepted, already, wrong_run, wrong_stop, unknown or refused."""

    key: str
    result: str


def scan(run: Run, scans: Sequence[Scan], by) -> list[Answer]:
    """Take scans in their order, each once by its key, with the same answer however often it is sent.

    Each is a transaction of its own, so that none is lost with another. Raises NotAllowed.
    """
    demand(by, "run.scan", run)
    number = run.id
    return [Answer(one.key, _once(number, one, by) if one.kind else "refused") for one in scans]


def _once(run_id: int, one: Scan, by) -> str:
    try:
        with transaction() as session:
            run = session.get_one(Run, run_id, with_for_update=True, populate_existing=True)
            demand(by, "run.scan", run)
            if (before := _before(run_id, one.key)) is not None:
                return before
            result = _taken(run, one, by)
            session.add(RunScan(key=one.key, run_id=run_id, by_id=by.id, kind=one.kind, ref=labels.read(one.ref),
                                stop_id=one.stop_id, scanned_at=_when(one.at), received_at=clock.now(), result=result))
    except IntegrityError:  # another phone's key, or the delivery went on another run at this moment
        return _before(run_id, one.key) or "refused"
    return result


def _before(run_id: int, key: str) -> str | None:
    """The answer that a key got before; a key of another run is nobody's here."""
    known = db.session.scalars(select(RunScan).where(RunScan.key == key)).first()
    return None if known is None else known.result if known.run_id == run_id else "refused"


def _when(at: datetime | None) -> datetime | None:
    """What a phone says of the time, unless its clock is far off."""
    return at if at and clock.now() - OLDEST < at <= clock.now() + timedelta(minutes=10) else None


def _taken(run: Run, one: Scan, by) -> str:
    if one.kind == "closed":
        return _closed(run, one, by)
    ref = labels.read(one.ref)
    parcel = db.session.scalars(select(RunParcel).where(RunParcel.run_id == run.id, RunParcel.ref == ref)
                                .order_by(RunParcel.id.desc())).first()
    if parcel is None:
        other = db.session.scalar(select(Delivery.id).where(
            Delivery.ref == ref, Delivery.organisation_id == run.organisation_id))
        return "wrong_run" if other else "unknown"
    return KINDS[one.kind](run, parcel, one, by)


def _on(run: Run, parcel: RunParcel, one: Scan, by) -> str:
    if parcel.state != "waiting":
        return "refused" if parcel.state in ("left", "back") else "already"
    if not may_go(run) or not _carry(run, parcel, by):
        return "refused"
    PARCEL_LIFE.move(parcel, "scan_on", on_at=clock.now())
    if run.state == "planned":
        _advance(run, "load", by)
    return "accepted"


def _off(run: Run, parcel: RunParcel, one: Scan, by) -> str:
    if parcel.state == "off":
        return "already"
    if one.stop_id and one.stop_id != parcel.stop_id:
        return "wrong_stop"
    if run.state == "cancelled" or parcel.state in ("back", "found", "lost") or _elsewhere(parcel):
        return "refused"
    if parcel.on_at is None and not _carry(run, parcel, by):  # its scan at the store was forgotten, or comes later
        return "refused"
    delivery = db.session.get_one(Delivery, parcel.delivery_id)
    deliveries.unload(delivery, by.id)
    PARCEL_LIFE.move(parcel, "scan_off", off_at=clock.now())
    if run.state in ("planned", "loading"):
        _advance(run, "depart", by)
    return "accepted"


def _closed(run: Run, one: Scan, by) -> str:
    """A stop that could not be served; what is on board for it goes on the next run when this one ends."""
    stop = db.session.scalars(select(RunStop).where(RunStop.run_id == run.id, RunStop.id == one.stop_id)).first()
    if stop is None or run.state in ("done", "cancelled"):
        return "unknown" if stop is None else "refused"
    if stop.closed_at:
        return "already"
    stop.closed_at = clock.now()
    audit.record(by.id, "run.scan", f"run:{run.id}", f"stop:{stop.id} closed")
    return "accepted"


KINDS: dict[str, Callable[[Run, RunParcel, Scan, object], str]] = {"on": _on, "off": _off}


def _carry(run: Run, parcel: RunParcel, by) -> bool:
    """Whether the delivery can be on this run; then it is on its way."""
    return deliveries.load(db.session.get_one(Delivery, parcel.delivery_id), run.way, by.id)


def _elsewhere(parcel: RunParcel) -> bool:
    """Whether another run carries it."""
    return bool(db.session.scalar(select(RunParcel.id).where(
        RunParcel.delivery_id == parcel.delivery_id, RunParcel.id != parcel.id, RunParcel.state.in_(CARRIED))))


def _advance(run: Run, verb: str, by) -> None:
    LIFE.move(run, verb)
    if verb == "depart":
        db.session.execute(update(Run).where(Run.id == run.id).values(departed_at=clock.now()))
        db.session.refresh(run)
    audit.record(by.id, f"run.{verb}", f"run:{run.id}", "by a scan")
