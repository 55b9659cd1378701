"""Volunteers with their papers and appointments, for tests; each through the verbs that people use."""
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.crypto import Private
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.pledges.models import Pledge
from marketplace.market.volunteering import rules, service
from marketplace.market.volunteering.models import Appointment, AppointmentAsk, Volunteer, VolunteerCheck
from marketplace.market.wishes.models import Need
from marketplace.people.accounts.models import User
from marketplace.people.organisations.models import Organisation
from tests import campaigns
from tests.city import TOWN

MODELS = {"volunteer": Volunteer, "appointment": Appointment, "ask": AppointmentAsk}
ABOUT = {
    "volunteer.edit": ("volunteer.edit", "volunteer"), "volunteer.act": ("volunteer.leave", "volunteer"),
    "volunteer.time": ("delivery.appoint", "delivery"), "volunteer.come": ("appointment.start", "appointment"),
    "volunteer.cancel": ("appointment.release", "appointment"),
    "volunteer.step_back": ("appointment.step_back", "appointment"),
    "charity_appointments.time": ("delivery.appoint_for", "delivery"),
    "desk_appointments.times": ("appointment.write_down", "appointment"), "volunteer.take": ("ask.take", "ask"),
    "charity_volunteers.one": ("volunteer.export", "volunteer"), "charity_volunteers.act": ("volunteer.end", "volunteer"),
    "charity_volunteers.take_back": ("volunteer.check", "volunteer"),
    "charity_appointments.one": ("appointment.oversee", "appointment"),
    "charity_appointments.give_up": ("appointment.give_up", "appointment"),
    "desk_appointments.one": ("appointment.read", "appointment"),
    "desk_appointments.act": ("appointment.miss", "appointment")}
VERBS = {"volunteer.act": "leave", "volunteer.come": "start", "charity_volunteers.act": "end",
         "desk_appointments.act": "miss"}
FOR_CHILDREN = ("identity", "police", "guardianship")


def profile(**more: object) -> rules.Profile:
    return rules.Profile(**{"name": "周小明", "skills": ("tutoring", "company"), "areas": (TOWN,), "times": (),
                            "with_children": True, **more})


def lead(city, charity: Organisation) -> User:
    """One for each charity."""
    found = db.session.scalars(select(User).where(
        User.organisation_id == charity.id, User.post == "volunteer_lead")).first()
    return found or campaigns.clerk(city, charity, "volunteer_lead")


def volunteer(city, charity: Organisation, by: User | None = None, papers: tuple[str, ...] = FOR_CHILDREN,
              **written: object) -> Volunteer:
    """Somebody whom the charity has taken on, with these papers, each issued a month ago."""
    by = by or city.person("volunteer")
    made = service.apply(charity.id, profile(**written), by)
    for kind in papers:
        service.record(made, kind, clock.today() - timedelta(days=30), None, by=lead(city, charity))
    if "identity" in papers:
        service.approve(made, by=lead(city, charity))
    return made


def user(made: Volunteer) -> User:
    return db.session.get_one(User, made.user_id)


def promised(city, by: User, charity: Organisation, child: bool = False, units: int = 2, unit: str = "小时") -> Delivery:
    """The delivery of a service that somebody has promised."""
    home, category = city.home(ages=(9, 40) if child else (67,)), "tutoring" if child else "company"
    need = city.need(home=home, kind="service", category=category, wanted=units, price_fen=0, charity=charity)
    with transaction() as session:
        session.get_one(Need, need.id).unit = unit
    pledge = city.promise(need, units, by=by)
    return db.session.get_one(Delivery, pledge.delivery_id)


def at(days: int = 3, hour: int = 10) -> datetime:
    """An hour of the city, some days from today."""
    return datetime.combine(clock.today() + timedelta(days=days), time(hour), clock.CITY)


def proposed(delivery: Delivery, by: User, starts_at: datetime | None = None, hours: float = 2) -> Appointment:
    starts_at = starts_at or at()
    return service.propose(delivery, starts_at, starts_at + timedelta(hours=hours), "home", by=by)


def confirmed(city, delivery: Delivery, by: User, second: str = "worker", **more: object) -> Appointment:
    made = proposed(delivery, by, **more)
    service.confirm(made, by=worker(city), second=second)
    return made


def worker(city) -> User:
    found = db.session.scalars(select(User).where(User.role == "social_worker", User.area_code == TOWN)).first()
    return found or city.person("social_worker", TOWN)


def served(city, made: Appointment, minutes: int) -> None:
    """Came on time, and went after so long."""
    with clock.at(made.starts_at):
        service.attest(made, by=worker(city), second=made.second or "worker")
        service.start(made, by=db.session.get_one(User, made.user_id))
    with clock.at(made.starts_at + timedelta(minutes=minutes)):
        service.finish(made, by=db.session.get_one(User, made.user_id))


def pledge_of(delivery: Delivery) -> Pledge:
    return db.session.scalars(select(Pledge).where(Pledge.delivery_id == delivery.id)).one()


def need_of(delivery: Delivery) -> Need:
    return db.session.get_one(Need, delivery.need_id, populate_existing=True)


def things(city, charity: Organisation) -> dict[str, int]:
    """For the walk over all routes: a volunteer with a check, a time that is confirmed, and one asked to take another."""
    one, other = volunteer(city, charity), volunteer(city, charity)
    made = confirmed(city, promised(city, user(one), charity), user(one))
    off = confirmed(city, promised(city, user(one), charity), user(one), starts_at=at(9))
    service.release(off, by=user(one))
    ask = db.session.scalars(select(AppointmentAsk)).one()
    assert ask.user_id == other.user_id
    check = db.session.scalars(select(VolunteerCheck.id).where(VolunteerCheck.volunteer_id == one.id)).first()
    return {"volunteer": one.id, "appointment": made.id, "ask": ask.id, "check": check or 0}


def of_every_kind() -> None:
    """Rows that differ in everything that rules look at, without a story."""
    now, pledges = clock.now(), db.session.scalars(select(Pledge).where(Pledge.delivery_id.is_not(None))).all()
    users = db.session.scalars(select(User.id).order_by(User.id).limit(2)).all()
    for number in (1, 2):
        made = Volunteer(user_id=users[number - 1], organisation_id=number, name=Private("周"), applied_at=now,
                         decided_by=number)
        db.session.add(made)
        db.session.flush()
        pledge = pledges[number - 1]
        appointment = Appointment(
            delivery_id=pledge.delivery_id, pledge_id=pledge.id, household_id=pledge.household_id,
            place_code=pledge.place_code, organisation_id=number, category="tutoring", for_minor=False,
            user_id=users[number - 1], starts_at=now, ends_at=now + timedelta(hours=1), venue="home", created_at=now)
        db.session.add(appointment)
        db.session.flush()
        db.session.add(AppointmentAsk(appointment_id=appointment.id, volunteer_id=made.id, user_id=users[number - 1],
                                      asked_at=now))
    db.session.flush()


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)
