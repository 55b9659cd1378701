"""The verbs of a station: opened, changed, closed, opened again."""
import json
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from marketplace.core import audit, clock, places
from marketplace.core.errors import Invalid
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.stations.events import StationsChanged
from marketplace.market.stations.models import LIFE, Station
from marketplace.market.stations.rules import Spans, StationThere, check_position
from marketplace.people.accounts.permissions import demand

NAME_MOST, ADDRESS_MOST, PHONE_MOST = 60, 120, 30


@dataclass(frozen=True)
class Draft:
    """What somebody writes about a station. `week` has the spans of seven days."""

    place_code: str
    name: str
    address: str
    phone: str
    latitude: float
    longitude: float
    week: tuple[Spans, ...]
    english: str = ""
    closed_on: tuple[date, ...] = field(default=())
    trusts_drivers: bool = False

    def check(self) -> None:
        """Raises Invalid, naming the field."""
        if not places.known(self.place_code) or len(self.place_code) not in (places.COUNTY, places.TOWN):
            raise Invalid("place_code", "unknown")
        for name, most in (("name", NAME_MOST), ("address", ADDRESS_MOST), ("phone", PHONE_MOST)):
            if not getattr(self, name).strip():
                raise Invalid(name, "empty")
            if len(getattr(self, name)) > most:
                raise Invalid(name, "too_long", most=most)
        if len(self.week) != 7 or not any(self.week):
            raise Invalid("monday", "never_open")
        check_position(self.latitude, self.longitude)


def write(draft: Draft, by) -> Station:
    """Open a station for a town or a county. Raises NotAllowed, Invalid, StationThere."""
    with transaction() as session:
        draft.check()
        demand(by, "station.write", draft)
        if session.scalar(select(Station.id).where(Station.place_code == draft.place_code)):
            raise StationThere
        station = Station(place_code=draft.place_code, **_facts(draft))
        session.add(station)
        session.flush()
        audit.record(by.id, "station.write", f"station:{station.id}", "opened")
        announce(StationsChanged(station.place_code))
    return station


def change(station: Station, draft: Draft, by) -> None:
    """Other facts; the place stays. Raises NotAllowed, Invalid."""
    with transaction():
        demand(by, "station.write", station)
        draft.check()
        for name, value in _facts(draft).items():
            setattr(station, name, value)
        audit.record(by.id, "station.write", f"station:{station.id}", "changed")


def close(station: Station, by) -> None:
    """It takes nothing more; what waits there is still handed over. Raises NotAllowed, WrongState."""
    _turn(station, "close", by)


def reopen(station: Station, by) -> None:
    """It takes parcels again. Raises NotAllowed, WrongState."""
    _turn(station, "reopen", by)


def _turn(station: Station, verb: str, by) -> None:
    with transaction():
        demand(by, f"station.{verb}", station)
        LIFE.move(station, verb)
        audit.record(by.id, f"station.{verb}", f"station:{station.id}")
        announce(StationsChanged(station.place_code))


def of_place(place_code: str) -> Station | None:
    """The open station for a household's place: its town's, else its county's, else none."""
    codes = [place_code[:length] for length in (places.TOWN, places.COUNTY) if len(place_code) >= length]
    return db.session.scalars(select(Station).where(Station.place_code.in_(codes), Station.state == "open")
                              .order_by(Station.place_code.desc()).limit(1)).first()


def _facts(draft: Draft) -> dict:
    return {"name": draft.name.strip(), "english": draft.english.strip()[:NAME_MOST], "address": draft.address.strip(),
            "phone": draft.phone.strip(), "latitude": draft.latitude, "longitude": draft.longitude,
            "hours": json.dumps([[list(span) for span in day] for day in draft.week]),
            "closed_on": json.dumps([day.isoformat() for day in draft.closed_on]),
            "trusts_drivers": draft.trusts_drivers, "changed_at": clock.now()}
