"""Times of visits that desks write down."""
from datetime import datetime

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, TextAreaField
from wtforms.validators import Length

from marketplace.core import clock
from marketplace.market.volunteering import rules
from marketplace.market.volunteering.models import Appointment
from marketplace.web.forms import REQUIRED, Form

FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"]


class TimesForm(Form):
    started = DateTimeLocalField(_l("Came at"), [REQUIRED], format=FORMATS)
    ended = DateTimeLocalField(_l("Went at"), [REQUIRED], format=FORMATS)
    words = TextAreaField(_l("How do you know?"), [REQUIRED, Length(max=rules.WORDS_MOST)])

    @classmethod
    def of(cls, found: Appointment) -> "TimesForm":
        """With what is known; of somebody who did not check in, with what was agreed."""
        return cls(data={"started": _local(found.started_at or found.starts_at),
                         "ended": _local(found.ended_at or found.ends_at)})

    def times(self) -> tuple[datetime, datetime]:
        """Coming and going, in the city's time."""
        started, ended = (field.data.replace(tzinfo=clock.CITY) for field in (self.started, self.ended))
        return started, ended


def _local(at: datetime) -> datetime:
    return at.astimezone(clock.CITY).replace(tzinfo=None)
