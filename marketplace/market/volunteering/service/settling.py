"""What several verbs of appointments have in common: locks, notes, letting somebody go, calling a time off. All join."""
from sqlalchemy import select, update

from marketplace.core import audit, clock
from marketplace.core.crypto import Private
from marketplace.core.transaction import changed
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries import telling as households
from marketplace.market.deliveries.models import Delivery
from marketplace.market.volunteering import children, fitting, guarding, rules, telling
from marketplace.market.volunteering.models import Appointment, AppointmentAsk, AppointmentNote, Volunteer
from marketplace.market.volunteering.models.appointments import COMING, LIFE
from marketplace.market.wishes.models import Wish
from marketplace.people.accounts.models import User

GOING_ON = (*COMING, "present", "served")
NOBODY_ALONG = {"second": "", "second_id": 0, "seen_by": 0, "seen_at": None}
NOT_YET = ("planned", "dispatched", "arrived")  # of a delivery


def lock(appointment: Appointment) -> None:
    """Read it as it is now; nobody else changes it until this transaction ends."""
    db.session.refresh(appointment, with_for_update=True)


def hold(*user_ids: int) -> None:
    """Nobody else gives these people a time until this transaction ends. Before any lock on an appointment or a delivery."""
    db.session.execute(select(User.id).where(User.id.in_(user_ids)).order_by(User.id).with_for_update(key_share=True))


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
    tell_second(appointment)
    LIFE.move(appointment, "release", released_at=now, released_by=appointment.user_id, late=late, **NOBODY_ALONG,
              for_minor=children.met_at(appointment))
    record(appointment, "release", actor, "late" if late else "in time")
    if known:
        tell_household(appointment, "appointment_off")
    ask_others(appointment)


def let_go_all(volunteer: Volunteer, actor: int) -> None:
    """The same for all that is still to come of somebody with a charity, also where they were to come along."""
    yours = (Appointment.organisation_id == volunteer.organisation_id, Appointment.starts_at > clock.now())
    for appointment in db.session.scalars(select(Appointment).where(
            *yours, Appointment.user_id == volunteer.user_id, Appointment.state.in_(("proposed", "confirmed")))
            .order_by(Appointment.id).with_for_update()).all():
        let_go(appointment, actor)
    for appointment in db.session.scalars(select(Appointment).where(
            *yours, Appointment.second == "volunteer", Appointment.second_id == volunteer.user_id,
            Appointment.state == "confirmed").order_by(Appointment.id).with_for_update()).all():
        without_second(appointment, actor)


def without_second(appointment: Appointment, actor: int) -> None:
    """The second adult does not come along. Where there must be one, the worker names another and confirms anew; helper and
    worker are told.
    """
    child, worker_id = children.met_at(appointment), appointment.confirmed_by
    if guarding.seconds(appointment, child):
        LIFE.move(appointment, "step_back", for_minor=child, **NOBODY_ALONG)
    else:
        changed(update(Appointment).where(Appointment.id == appointment.id, Appointment.state == "confirmed")
                .values(NOBODY_ALONG))
        db.session.refresh(appointment)
    record(appointment, "step_back", actor, appointment.state)
    wanted = appointment.state == "proposed"
    telling.person(appointment.user_id, "appointment_second_sought" if wanted else "appointment_second_off",
                   **telling.when(appointment))
    telling.person(worker_id, "appointment_second_wanted" if wanted else "appointment_second_off",
                   **telling.when(appointment))


def tell_second(appointment: Appointment) -> None:
    """A volunteer who was to come along need not."""
    if appointment.second == "volunteer":
        telling.person(appointment.second_id, "appointment_called_off", **telling.when(appointment))


def off(appointment: Appointment, actor: int, reason: str = "", says: str = "appointment_called_off") -> None:
    """A time is over before it began: who was to come, who was to come along, and a household that knew of it are told."""
    expected = appointment.state in ("proposed", "confirmed")
    LIFE.move(appointment, "give_up")
    record(appointment, "give_up", actor, reason)
    if expected:
        telling.person(appointment.user_id, says, **telling.when(appointment))
        tell_second(appointment)
    if appointment.confirmed_by:
        tell_household(appointment, "appointment_off_for_good")


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
