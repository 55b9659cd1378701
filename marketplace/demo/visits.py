"""Volunteers in the stories of the demo city: taken on by the charity in time, and coming when a service is done."""
from datetime import datetime, time, timedelta

from sqlalchemy import select

from marketplace.core import clock, places
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.volunteering import fitting, guarding, rules, service
from marketplace.market.volunteering.models import Appointment
from marketplace.people.accounts.models import User

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SERVICES = ("tutoring", "haircut", "housework", "company")
NAMES = {"小周": "周小明", "大学生志愿者": "宋雨桐", "老木匠": "马长林", "理发店小方": "方建国", "退休语文老师": "韩玉珍",
         "电工老郑": "郑大勇", "夜班护士": "何秀云", "新媳妇": "许静怡"}


def lead(charity_id: int) -> User:
    """Who takes volunteers on for a charity."""
    return db.session.scalars(select(User).where(
        User.organisation_id == charity_id, User.post.in_(("manager", "volunteer_lead")))
        .order_by(User.post.desc(), User.id)).first() or _nobody(charity_id)


def _nobody(charity_id: int) -> User:
    raise RuntimeError(f"nobody leads the volunteers of charity {charity_id}")


def enlist(giver: User, charity_id: int, area: str, police_days_ago: int = 80) -> None:
    """Somebody becomes a volunteer of a charity, with all papers for children; once."""
    if guarding.approved(giver.id, charity_id):
        return
    written = rules.Profile(NAMES.get(giver.display_name, "李志远"), SERVICES, (area,), (), with_children=True)
    made, by, today = service.apply(charity_id, written, by=giver), lead(charity_id), clock.today()
    service.record(made, "identity", today, None, by=by)
    service.record(made, "police", today - police_days_ago * DAY, None, by=by)
    service.record(made, "guardianship", today, None, by=by)
    service.approve(made, by=by)


def hour_of(day: datetime, giver: User) -> datetime:
    """An hour of that day of the city when the giver is free."""
    free = (datetime.combine(clock.day_of(day), time(hour), clock.CITY) for hour in range(8, 18))
    return next(at for at in free if not fitting.is_busy(giver.id, at, at + HOUR))


def come(delivery: Delivery, giver: User, worker: User) -> None:
    """The day before now or now: a time was agreed, the volunteer came and went, and the worker saw the second adult."""
    now = clock.now()
    day = now if now.astimezone(clock.CITY).hour >= 19 else now - DAY
    starts_at = hour_of(day, giver)
    with clock.at(starts_at - 2 * DAY):
        made = service.propose(delivery, starts_at, starts_at + HOUR, "home", by=giver)
        service.confirm(made, by=worker, second=second(made))
    with clock.at(starts_at):
        if made.for_minor:
            service.attest(made, by=worker, second="worker")
        service.start(made, by=giver)
    with clock.at(starts_at + HOUR):
        service.finish(made, by=giver)


def second(made: Appointment) -> str:
    """Who comes along, where somebody must."""
    return "worker" if guarding.seconds(made, made.for_minor) else ""


def enlist_driver(giver: User, charity_id: int, area: str) -> None:
    """Somebody who drives for a charity, with a licence that it has seen; once."""
    enlist(giver, charity_id, area)
    made = guarding.approved(giver.id, charity_id)
    if made and not guarding.may_drive(giver.id, charity_id, clock.today()):
        service.record(made, "driving", clock.today(), None, by=lead(charity_id))


def agreed(delivery: Delivery) -> Appointment:
    """The one appointment of a delivery."""
    return db.session.scalars(select(Appointment).where(Appointment.delivery_id == delivery.id)).one()


def county(place_code: str) -> str:
    return place_code[:places.COUNTY]
