"""Appointments for volunteers, workers, leads and households; scoped by the rule table.

What a volunteer sees of the household before the time is agreed is a district; afterwards the town and the alias. Nothing
here names a household or a street: the worker takes the volunteer there.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.core import clock, places
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.volunteering import checks, children, guarding, rules
from marketplace.market.volunteering.fitting import busy, needed
from marketplace.market.volunteering.models import Appointment, AppointmentAsk, AppointmentNote, Volunteer
from marketplace.market.volunteering.models.appointments import LIFE
from marketplace.market.volunteering.service.settling import NOT_YET
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import narrow
from marketplace.people.organisations.models import Organisation

PAGE = 40
SHOWN_AFTER = timedelta(days=30)  # how long somebody sees that a coming was not told
KNOWN = ("confirmed", "present", "served", "missed")  # to whom the town and the alias may be told
NEEDS = ("confirm", "open", "today", "forgotten")


@dataclass(frozen=True)
class Visit:
    """An appointment as who comes sees it. `place_code` is a district until the time is agreed; `alias` then is empty."""

    appointment: Appointment
    charity: Organisation
    place_code: str
    alias: str
    unit: str
    as_second: bool = False


@dataclass(frozen=True)
class Asked:
    """A time that the user may take over."""

    ask: AppointmentAsk
    appointment: Appointment
    charity: Organisation

    @property
    def place_code(self) -> str:
        return self.appointment.place_code[:places.COUNTY]


@dataclass(frozen=True)
class Promise:
    """A service that the user has promised, with how many times for it are agreed or were kept."""

    delivery: Delivery
    need: Need
    title: str
    times: int


@dataclass(frozen=True)
class Standing:
    """How who comes stands to the charity: "" for somebody who never was its volunteer; the papers that coming takes, each
    with whether it holds on the day; whether a child may be met; and who may be the second adult, where there must be one.
    """

    state: str
    papers: Sequence[tuple[str, bool]]
    child: bool
    seconds: Sequence[str]


@dataclass(frozen=True)
class Row:
    """An appointment on a desk: what for, who comes, and who comes along."""

    appointment: Appointment
    title: str
    alias: str
    helper: str
    second: str
    charity: Organisation


def _visits() -> Select:
    return select(Appointment, Organisation, Wish.town_code, Wish.alias, Need.unit).join(
        Organisation, Organisation.id == Appointment.organisation_id).join(
        Delivery, Delivery.id == Appointment.delivery_id).join(Wish, Wish.id == Delivery.wish_id).join(
        Need, Need.id == Delivery.need_id)


def _visit(user, row) -> Visit:
    appointment, charity, town, alias, unit = row
    known = appointment.state in KNOWN
    return Visit(appointment, charity, town if known else town[:places.COUNTY], alias if known else "", unit,
                 appointment.user_id != user.id)


def standing(appointment: Appointment) -> Standing:
    """As it is now, in few statements; for those who may read the appointment on a desk."""
    child = children.met_at(appointment)
    kinds = needed(child)
    last = db.session.scalars(select(Volunteer).where(
        Volunteer.user_id == appointment.user_id, Volunteer.organisation_id == appointment.organisation_id)
        .order_by(Volunteer.id.desc()).limit(1)).first()
    lacking = checks.lacking(last.id, kinds, clock.day_of(appointment.starts_at)) if last else kinds
    return Standing(last.state if last else "", [(kind, kind not in lacking) for kind in kinds], child,
                    guarding.seconds(appointment, child))


def of_nobody(user, delivery_id: int | None = None) -> list[Promise]:
    """Services that are promised by who has no account here, for the charity's lead to name a volunteer and a time for."""
    times = select(func.count()).where(Appointment.delivery_id == Delivery.id, Appointment.state.not_in(
        ("cancelled", "missed"))).correlate(Delivery).scalar_subquery()
    wanted = select(Delivery, Need, Wish.title, times.label("times"))
    statement = narrow(user, "delivery.appoint_for", wanted, Delivery).join(Need, Need.id == Delivery.need_id).join(
        Wish, Wish.id == Delivery.wish_id).where(Delivery.kind == "service", Delivery.state.in_(NOT_YET))
    if delivery_id is not None:
        statement = statement.where(Delivery.id == delivery_id)
    return [Promise(*row) for row in db.session.execute(statement.order_by(times, Delivery.id).limit(PAGE))]


def helpers(organisation_id: int, limit: int = 200) -> Sequence[User]:
    """Accounts of a charity's approved volunteers, for its lead to choose from."""
    return db.session.scalars(select(User).join(Volunteer, Volunteer.user_id == User.id).where(
        Volunteer.organisation_id == organisation_id, Volunteer.state == "approved", User.active)
        .order_by(Volunteer.id).limit(limit)).all()


def coming(user) -> list[Visit]:
    """Where the user is expected, as helper or as second adult, the next first."""
    second = and_(Appointment.second == "volunteer", Appointment.second_id == user.id, Appointment.state == "confirmed")
    theirs = and_(Appointment.user_id == user.id, Appointment.state.in_(("proposed", "confirmed", "present")))
    forgotten = and_(Appointment.state == "confirmed", Appointment.ends_at < clock.now() - SHOWN_AFTER)
    rows = db.session.execute(_visits().where(or_(theirs, second), ~forgotten)
                              .order_by(Appointment.starts_at, Appointment.id).limit(PAGE))
    return [_visit(user, row) for row in rows]


def past(user, limit: int = 10) -> list[Visit]:
    """Where the user has been, or could not come, the latest first."""
    rows = db.session.execute(_visits().where(
        Appointment.user_id == user.id, Appointment.state.in_(("served", "missed", "cancelled")))
        .order_by(Appointment.starts_at.desc(), Appointment.id.desc()).limit(limit))
    return [_visit(user, row) for row in rows]


def asked(user) -> list[Asked]:
    """Times that the user was asked to take over and that nobody has taken yet."""
    rows = db.session.execute(
        narrow(user, "ask.take", select(AppointmentAsk, Appointment, Organisation), AppointmentAsk)
        .join(Appointment, Appointment.id == AppointmentAsk.appointment_id)
        .join(Organisation, Organisation.id == Appointment.organisation_id)
        .where(Appointment.state == "open", Appointment.starts_at > clock.now())
        .order_by(Appointment.starts_at, Appointment.id).limit(PAGE))
    return [Asked(*row) for row in rows]


def ask(user, ask_id: int) -> AppointmentAsk:
    """That the user was asked. Raises NoResultFound."""
    return db.session.scalars(narrow(user, "ask.take", select(AppointmentAsk), AppointmentAsk)
                              .where(AppointmentAsk.id == ask_id)).one()


def promised(user) -> list[Promise]:
    """Services that the user has promised and that are not over, those without a time first."""
    times = select(func.count()).where(Appointment.delivery_id == Delivery.id, Appointment.state.not_in(
        ("cancelled", "missed"))).correlate(Delivery).scalar_subquery()
    rows = db.session.execute(
        narrow(user, "delivery.appoint", select(Delivery, Need, Wish.title, times.label("times")), Delivery)
        .join(Need, Need.id == Delivery.need_id).join(Wish, Wish.id == Delivery.wish_id)
        .where(Delivery.kind == "service", Delivery.state.in_(NOT_YET)).order_by(times, Delivery.id).limit(PAGE))
    return [Promise(*row) for row in rows]


def promise(user, delivery_id: int) -> Promise:
    """One of them. Raises NoResultFound."""
    delivery, need, title = db.session.execute(
        narrow(user, "delivery.appoint", select(Delivery, Need, Wish.title), Delivery)
        .join(Need, Need.id == Delivery.need_id).join(Wish, Wish.id == Delivery.wish_id)
        .where(Delivery.kind == "service", Delivery.id == delivery_id)).one()
    return Promise(delivery, need, title, 0)


def one(user, capability: str, appointment_id: int) -> Appointment:
    """The appointment, if this user may do `capability` to it. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Appointment), Appointment)
                              .where(Appointment.id == appointment_id)).one()


def of_household(user) -> list[Row]:
    """Times that are agreed with the user's own household, the next first."""
    rows = db.session.execute(_rows(user).where(
        Appointment.state.in_(("confirmed", "present")), Appointment.ends_at > clock.now())
        .order_by(Appointment.starts_at, Appointment.id).limit(PAGE))
    return [_row(row) for row in rows]


def _rows(user) -> Select:
    second = aliased(User)
    return narrow(user, "appointment.read", select(
        Appointment, Wish.title, Wish.alias, User.display_name, second.display_name, Organisation), Appointment).join(
        Delivery, Delivery.id == Appointment.delivery_id).join(Wish, Wish.id == Delivery.wish_id).join(
        User, User.id == Appointment.user_id).outerjoin(second, second.id == Appointment.second_id).join(
        Organisation, Organisation.id == Appointment.organisation_id)


def _row(row) -> Row:
    appointment, title, alias, helper, second, charity = row
    return Row(appointment, title, alias, helper, second or "", charity)


def _need(which: str, now: datetime):
    """Appointments that somebody has to do something about."""
    return {
        "confirm": and_(Appointment.state == "proposed", Appointment.starts_at > now),
        "open": and_(Appointment.state == "open", Appointment.starts_at > now),
        "today": and_(Appointment.state.in_(("confirmed", "present")), Appointment.starts_at <= now + timedelta(hours=12)),
        "forgotten": and_(Appointment.state.in_(("confirmed", "present")), Appointment.ends_at < now - rules.OVER),
    }[which]


def board(user, need: str = "", state: str = "", after: str = "") -> Page:
    """A page of rows that the user may see: of what needs somebody or is still to come the next first, else the latest."""
    statement, backwards = _rows(user), state in ("served", "missed", "cancelled")
    if need in NEEDS:
        statement = statement.where(_need(need, clock.now()))
    elif state in LIFE.states:
        statement = statement.where(Appointment.state == state)
    else:
        statement = statement.where(Appointment.state.in_(("proposed", "confirmed", "open", "present")))
    found = page(statement, Order((Appointment.starts_at, Appointment.id), (backwards, backwards)), PAGE, after,
                 lambda row: (row[0].starts_at, row[0].id))
    return Page([_row(row) for row in found.rows], found.after)


def row(user, appointment_id: int) -> Row:
    """One of them. Raises NoResultFound."""
    return _row(db.session.execute(_rows(user).where(Appointment.id == appointment_id)).one())


def counts(user) -> dict[str, int]:
    """How many there are of each of NEEDS, in one statement."""
    now = clock.now()
    sums = [func.coalesce(func.sum(case((_need(which, now), 1), else_=0)), 0) for which in NEEDS]
    return dict(zip(NEEDS, db.session.execute(narrow(user, "appointment.read", select(*sums), Appointment)).one()))


def notes(appointment: Appointment) -> Sequence[tuple[AppointmentNote, str]]:
    """What was said about it, with who said it; for those who may read the appointment on a desk."""
    rows = db.session.execute(select(AppointmentNote, User.display_name).outerjoin(User, User.id == AppointmentNote.by_id)
                              .where(AppointmentNote.appointment_id == appointment.id).order_by(AppointmentNote.id))
    return [(note, name or "") for note, name in rows]


def seconds(appointment: Appointment, limit: int = 100) -> Sequence[User]:
    """Accounts of volunteers of the charity who could be the second adult at that time."""
    kinds = needed(child=True)
    return db.session.scalars(select(User).join(Volunteer, Volunteer.user_id == User.id).where(
        Volunteer.organisation_id == appointment.organisation_id, Volunteer.state == "approved", User.active,
        Volunteer.user_id != appointment.user_id, *checks.holds(kinds, clock.day_of(appointment.starts_at)),
        ~busy(Volunteer.user_id, appointment.starts_at, appointment.ends_at, appointment.id))
        .order_by(Volunteer.id).limit(limit)).all()


def of_volunteer(volunteer: Volunteer, limit: int = 20) -> Sequence[Appointment]:
    """The latest appointments of a volunteer with the charity."""
    return db.session.scalars(select(Appointment).where(
        Appointment.user_id == volunteer.user_id, Appointment.organisation_id == volunteer.organisation_id)
        .order_by(Appointment.starts_at.desc(), Appointment.id.desc()).limit(limit)).all()


