import json
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Float, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model
from marketplace.market.stations.rules import Spans

LIFE = Lifecycle(
    "station",
    Arrow("close", ("open",), "closed"),
    Arrow("reopen", ("closed",), "open"),
)


class Station(Model):
    """The social assistance station of a town, or of a county for towns without one: where parcels wait for households.

    Nothing here is personal: an office, its telephone, its hours. `hours` holds for each weekday from Monday on the spans
    in minutes of the day, `closed_on` single days on which it stays closed. With `trusts_drivers`, what a driver unloads
    has arrived at once; otherwise it arrives when a worker takes it in.
    """

    life = LIFE

    id: Mapped[int] = mapped_column(primary_key=True)
    place_code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    english: Mapped[str] = mapped_column(default="")
    address: Mapped[str]
    phone: Mapped[str]
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    hours: Mapped[str] = mapped_column(Text)
    closed_on: Mapped[str] = mapped_column(Text, default="[]")
    trusts_drivers: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="open")
    changed_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        LIFE.check(),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="position"),
    )

    @property
    def week(self) -> tuple[Spans, ...]:
        """From Monday to Sunday, the spans of each day in minutes after midnight."""
        return tuple(tuple((first, last) for first, last in day) for day in json.loads(self.hours))

    @property
    def days_closed(self) -> tuple[date, ...]:
        return tuple(date.fromisoformat(day) for day in json.loads(self.closed_on))

    def spans_on(self, day: date) -> Spans:
        """When it is open on a day; nothing when it is closed all day."""
        return () if self.state != "open" or day in self.days_closed else self.week[day.weekday()]
