"""Pure decisions about a run."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.core.errors import Invalid, Refused

MOST_VEHICLES, MOST_CAPACITY, MOST_CHOSEN, MOST_STOPS = 6, 400, 400, 60
AHEAD = timedelta(days=60)
NAME_MOST = 60


class NoneReachable(Refused):
    """No station can be reached within its hours on that day."""


class NoDriver(Refused):
    """Nobody with this number drives for charities: neither a volunteer nor one of the charity's people."""


class MayNotDrive(Refused):
    """The driver is no approved volunteer of the charity with papers for driving that hold on the day."""


@dataclass(frozen=True)
class Start:
    """Where a run begins and ends."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Draft:
    """What somebody plans: the day, from where and when, how many vehicles with room for how many parcels, and which."""

    day: date
    starts_at: int
    start: Start
    vehicles: int
    capacity: int
    deliveries: tuple[int, ...]

    def check(self, today: date) -> None:
        """Raises Invalid, naming the field."""
        if not today <= self.day <= today + AHEAD:
            raise Invalid("day", "run_day", first=today, last=today + AHEAD)
        if not 1 <= self.vehicles <= MOST_VEHICLES:
            raise Invalid("vehicles", "count", most=MOST_VEHICLES)
        if not 1 <= self.capacity <= MOST_CAPACITY:
            raise Invalid("capacity", "count", most=MOST_CAPACITY)
        if not self.deliveries:
            raise Invalid("deliveries", "none_chosen")
        if len(self.deliveries) > MOST_CHOSEN:
            raise Invalid("deliveries", "count", most=MOST_CHOSEN)


def shares(numbers: Iterable[int], visits: Iterable[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    """Deliveries of one station, in their order, over the visits to it: (visit, parcels) each."""
    rest, found = list(numbers), {}
    for visit, parcels in visits:
        found[visit], rest = tuple(rest[:parcels]), rest[parcels:]
    return found
