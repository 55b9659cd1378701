"""Volunteers for themselves and for their charity's desk: who can do what, where, with which papers; in few statements."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from marketplace.core import clock, places
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.pledges.models import Pledge
from marketplace.market.volunteering import checks, hours, rules
from marketplace.market.volunteering.checks import Paper
from marketplace.market.volunteering.fitting import around
from marketplace.market.volunteering.hours import Total
from marketplace.market.volunteering.models import Volunteer, VolunteerArea, VolunteerCheck, VolunteerSkill
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import narrow
from marketplace.people.organisations.models import Organisation

PAGE = 40
PAPERS = ("lacking", "ending")
NONE = Total(0, 0)


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; what is empty narrows nothing. `papers` is one of PAPERS, `area` a division code."""

    state: str = ""
    skill: str = ""
    area: str = ""
    papers: str = ""


@dataclass(frozen=True)
class Mine:
    """What somebody is to one charity."""

    volunteer: Volunteer
    charity: Organisation
    papers: Sequence[Paper]

    @property
    def asked(self) -> list[Paper]:
        """Papers that are needed, and are not there or end soon."""
        return [paper for paper in self.papers if paper.needed and paper.standing != "valid"]


@dataclass(frozen=True)
class Listed:
    """A volunteer on the desk: with papers, and what households have confirmed for this charity."""

    volunteer: Volunteer
    user: User
    papers: Sequence[Paper]
    total: Total


def _whole() -> list:
    return [selectinload(Volunteer.skills), selectinload(Volunteer.areas), selectinload(Volunteer.times)]


def mine(user) -> list[Mine]:
    """Everything that the user is or was to charities, the newest first."""
    rows = db.session.execute(
        select(Volunteer, Organisation).join(Organisation, Organisation.id == Volunteer.organisation_id)
        .options(*_whole()).where(Volunteer.user_id == user.id).order_by(Volunteer.id.desc()).limit(PAGE)).all()
    found = checks.papers([one for one, _charity in rows], clock.today())
    return [Mine(one, charity, found[one.id]) for one, charity in rows]


def one(user, capability: str, volunteer_id: int) -> Volunteer:
    """The volunteer, if this user may do `capability` to them. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Volunteer), Volunteer)
                              .options(*_whole()).where(Volunteer.id == volunteer_id)).one()


def desk(user, wanted: Wanted, after: str = "", size: int = PAGE) -> Page:
    """A page of the volunteers of the user's charity as Listed, the newest first."""
    statement = _narrowed(narrow(user, "volunteer.read", select(Volunteer, User), Volunteer)
                          .join(User, User.id == Volunteer.user_id).options(*_whole()), wanted)
    found = page(statement, Order((Volunteer.id,), (True,)), size, after, lambda row: (row[0].id,))
    people = [one for one, _user in found.rows]
    papers, totals = checks.papers(people, clock.today()), _totals(people)
    return Page([Listed(one, account, papers[one.id], totals.get((one.user_id, one.organisation_id), NONE))
                 for one, account in found.rows], found.after)


def shown(volunteer: Volunteer) -> Listed:
    """One of them."""
    return Listed(volunteer, db.session.get_one(User, volunteer.user_id),
                  checks.papers([volunteer], clock.today())[volunteer.id],
                  _totals([volunteer]).get((volunteer.user_id, volunteer.organisation_id), NONE))


def counts(user, wanted: Wanted) -> dict[str, int]:
    """How many there are in each state, whatever state is wanted."""
    statement = narrow(user, "volunteer.read", select(Volunteer.state, func.count()), Volunteer)
    narrowed = _narrowed(statement, Wanted(skill=wanted.skill, area=wanted.area, papers=wanted.papers))
    return dict(db.session.execute(narrowed.group_by(Volunteer.state)).all())


def _narrowed(statement: Select, wanted: Wanted) -> Select:
    if wanted.state:
        statement = statement.where(Volunteer.state == wanted.state)
    if wanted.skill:
        statement = statement.where(_can(wanted.skill))
    if wanted.area:
        low, high = places.span(wanted.area)
        code = VolunteerArea.area_code
        statement = statement.where(exists().where(
            VolunteerArea.volunteer_id == Volunteer.id, or_(code.in_(around(wanted.area)), and_(code >= low, code < high))))
    if wanted.papers:
        statement = statement.where(_papers(wanted.papers, clock.today()))
    return statement


def _can(skill: str):
    return exists().where(VolunteerSkill.volunteer_id == Volunteer.id, VolunteerSkill.skill == skill)


def _papers(which: str, today: date):
    """"ending": a paper's last day is near. "lacking": something that is needed does not hold today."""
    if which == "ending":
        last = checks.last_days()
        return exists().where(last.c.volunteer_id == Volunteer.id, last.c.until >= today,
                              last.c.until <= today + rules.ENDING)

    def missing(kind: str):
        return ~and_(*checks.holds((kind,), today))

    children = [and_(Volunteer.with_children, missing(kind)) for kind in rules.FOR_CHILDREN]
    skilled = [and_(_can(skill), missing(kind)) for skill, kind in rules.OF_SKILL.items()]
    return or_(*(missing(kind) for kind in rules.FOR_ALL), *children, *skilled)


def _totals(people: Sequence[Volunteer]) -> dict[tuple[int, int], Total]:
    """What households confirmed of each, by account and charity, in one statement."""
    found = hours.counted()
    rows = db.session.execute(
        select(found.c.user_id, Pledge.organisation_id, func.sum(found.c.minutes), func.sum(found.c.visits))
        .join(Pledge, Pledge.id == found.c.pledge_id).where(found.c.user_id.in_([one.user_id for one in people]))
        .group_by(found.c.user_id, Pledge.organisation_id))
    return {(user_id, organisation_id): Total(int(minutes), int(visits))
            for user_id, organisation_id, minutes, visits in rows}


def recorded(volunteer: Volunteer) -> Sequence[tuple[VolunteerCheck, str]]:
    """All papers that were seen of a volunteer, with the name of who saw each, the newest first."""
    rows = db.session.execute(select(VolunteerCheck, User.display_name).outerjoin(
        User, User.id == VolunteerCheck.checked_by).where(VolunteerCheck.volunteer_id == volunteer.id)
        .order_by(VolunteerCheck.id.desc()))
    return [(check, name or "") for check, name in rows]


def charities() -> Sequence[Organisation]:
    """Whom one can ask to help with."""
    return db.session.scalars(select(Organisation).where(Organisation.kind == "charity").order_by(
        Organisation.area_code.desc(), Organisation.id)).all()
