"""Which papers of volunteers hold on a day, and which are missing."""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from marketplace.extensions import db
from marketplace.market.volunteering import rules
from marketplace.market.volunteering.models import Volunteer, VolunteerCheck
from marketplace.market.volunteering.models.people import CHECKS


@dataclass(frozen=True)
class Paper:
    """A kind of check for somebody: "valid", "ending", "over" or "missing"; its last day; whether it is needed."""

    kind: str
    standing: str
    until: date | None
    needed: bool = True


def counts(day: date) -> ColumnElement[bool]:
    """Checks that were not taken back and hold on a day."""
    return and_(VolunteerCheck.taken_back_at.is_(None), VolunteerCheck.issued_on <= day,
                or_(VolunteerCheck.valid_until.is_(None), VolunteerCheck.valid_until >= day))


def holds(kinds: Collection[str], day: date) -> list[ColumnElement[bool]]:
    """Conditions on volunteers: each of these kinds is there and holds on a day."""
    return [exists().where(VolunteerCheck.volunteer_id == Volunteer.id, VolunteerCheck.kind == kind, counts(day))
            for kind in kinds]


def lacking(volunteer_id: int, kinds: Sequence[str], day: date) -> tuple[str, ...]:
    """Those of these kinds that do not hold on a day, in one statement."""
    there = set(db.session.scalars(select(VolunteerCheck.kind).where(
        VolunteerCheck.volunteer_id == volunteer_id, counts(day))))
    return tuple(kind for kind in kinds if kind not in there)


def papers(volunteers: Sequence[Volunteer], today: date) -> dict[int, list[Paper]]:
    """How the papers of each stand: what is needed, and what else there is; in one statement."""
    there: dict[tuple[int, str], list[date | None]] = {}
    rows = db.session.execute(select(VolunteerCheck.volunteer_id, VolunteerCheck.kind, VolunteerCheck.valid_until).where(
        VolunteerCheck.volunteer_id.in_([one.id for one in volunteers]), VolunteerCheck.taken_back_at.is_(None)))
    for volunteer_id, kind, until in rows:
        there.setdefault((volunteer_id, kind), []).append(until)
    found = {}
    for one in volunteers:
        wanted = rules.needed(one.with_children, [skill.skill for skill in one.skills])
        kinds = [kind for kind in CHECKS if kind in wanted or (one.id, kind) in there]
        found[one.id] = [_paper(kind, there.get((one.id, kind), []), kind in wanted, today) for kind in kinds]
    return found


def _paper(kind: str, days: list[date | None], needed: bool, today: date) -> Paper:
    until = None if None in days else max((day for day in days if day), default=None)
    return Paper(kind, rules.standing(until, bool(days), today), until, needed)


def last_days(kinds: Sequence[str] = CHECKS):
    """The last day of each kind for each volunteer, as a table; what has no last day is not in it."""
    endless = exists().where(_other.c.volunteer_id == VolunteerCheck.volunteer_id, _other.c.kind == VolunteerCheck.kind,
                             _other.c.valid_until.is_(None), _other.c.taken_back_at.is_(None))
    last = func.max(VolunteerCheck.valid_until).label("until")
    return select(VolunteerCheck.volunteer_id, VolunteerCheck.kind, last).where(
        VolunteerCheck.taken_back_at.is_(None), VolunteerCheck.kind.in_(kinds), VolunteerCheck.valid_until.is_not(None),
        ~endless).group_by(VolunteerCheck.volunteer_id, VolunteerCheck.kind).subquery()


_other = VolunteerCheck.__table__.alias("other")
