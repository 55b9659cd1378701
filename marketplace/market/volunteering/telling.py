"""Messages to volunteers: what was decided, what ends, when they are expected, whether they could come. Never for whom."""
from typing import Any

from marketplace.extensions import db
from marketplace.market.volunteering.models import Appointment
from marketplace.people.accounts.models import User
from marketplace.people.notices import service as notices


def person(user_id: int, kind: str, **facts: Any) -> None:
    """Leave a message on somebody's phone, if they have one. Joins the open transaction."""
    user = db.session.get(User, user_id)
    if user and user.phone and user.active:
        notices.write("sms", user.phone.reveal(), kind, **facts)


def when(appointment: Appointment) -> dict[str, Any]:
    """The time of an appointment, its district and what is to be done, as facts of a message."""
    return {"at": appointment.starts_at.isoformat(), "district": appointment.place_code[:6],
            "category": appointment.category}
