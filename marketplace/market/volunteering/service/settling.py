"""What several verbs of appointments have in common: notes, letting somebody go, what becomes of the promise. All join."""
from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.crypto import Private
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries import telling as households
from marketplace.market.deliveries.models import Delivery
from marketplace.market.volunteering import fitting, rules, telling
from marketplace.market.volunteering.models import Appointment, AppointmentAsk, AppointmentNote, Volunteer
from marketplace.market.volunteering.models.appointments import COMING, LIFE
from marketplace.market.wishes.models import Wish

GOING_ON = (*COMING, "present", "served")
NOT_YET = ("planned", "dispatched", "arrived")  # of a delivery


def lock(appointment: Appointment) -> None:
    """Read it as it is now; nobody else changes it until this transaction ends."""
    db.session.refresh(appointment, with_for_update=True)


def note(appointment: Appointment, kind: str, words: str, actor: int) -> None:
    """Keep why, in somebody's words; nothing for none."""
    if words:
        db.session.add(AppointmentNote(appointment_id=appointment.id, kind=kind, by_id=actor, at=clock.now(),
                                       words=Private(words)))


def record(appointment: Appointment, verb: str, actor: int, reason: str = "") -> None:
    """Keep in the trail who did what to it."""
    audit.record(actor, f"appointment.{verb}", f"appointment:{appointment.id}", reason)


def let_go(appointment: Appointment, actor: int) -> None:
    """Who was to come cannot: others are asked, and a household that knew the time is told."""
    now, known = clock.now(), appointment.state == "confirmed"
    late = appointment.starts_at - now < rules.FREE_UNTIL
    LIFE.move(appointment, "release", released_at=now, released_by=appointment.user_id, late=late)
    record(appointment, "release", actor, "late" if late else "in time")
    if known:
        tell_household(appointment, "appointment_off")
    ask_others(appointment)


def let_go_all(volunteer: Volunteer, actor: int) -> None:
    """The same for all that somebody had agreed to as a volunteer of a charity."""
    for appointment in db.session.scalars(select(Appointment).where(
            Appointment.volunteer_id == volunteer.id, Appointment.state.in_(("proposed", "confirmed")),
            Appointment.starts_at > clock.now()).order_by(Appointment.id)).all():
        let_go(appointment, actor)


def ask_others(appointment: Appointment) -> int:
    """Ask the most fitting volunteers who were not asked yet. Returns how many."""
    found, now = fitting.candidates(appointment, rules.ASKED_AT_ONCE), clock.now()
    for one in found:
        db.session.add(AppointmentAsk(appointment_id=appointment.id, volunteer_id=one.id, user_id=one.user_id, asked_at=now))
        telling.person(one.user_id, "appointment_asked", **telling.when(appointment))
    appointment.asked_at = now
    db.session.flush()
    return len(found)


def tell_household(appointment: Appointment, kind: str) -> None:
    """Leave a message of this kind for the household that it is for."""
    delivery = db.session.get_one(Delivery, appointment.delivery_id)
    households.household(db.session.get_one(Wish, delivery.wish_id), kind, **telling.when(appointment))


def end_promise(appointment: Appointment, why: str, actor: int) -> None:
    """Open the need again, unless other times of the same promise are agreed or were kept."""
    going_on = db.session.scalar(select(Appointment.id).where(
        Appointment.delivery_id == appointment.delivery_id, Appointment.state.in_(GOING_ON)).limit(1))
    delivery = db.session.get_one(Delivery, appointment.delivery_id)
    if not going_on and delivery.state in NOT_YET:
        deliveries.call_off(delivery, why, actor)
