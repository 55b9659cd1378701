"""The silent: households that qualify, are on no record, never wished for anything and were never spoken to.

Somebody was in touch once a contact is written down: a list given, a visit, an application, a refusal, a wish. "Not
found" is an attempt and no contact: such a household is back on the list after AGAIN. Signing in is none either: nobody
spoke to anybody.

Ranked by what is at stake in a year; among equals whom the registry has known the longest, by number, comes first.
"""
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select, text, true

from marketplace.assistance.policies.models import Entitlement, Outreach, Screening, Verdict
from marketplace.assistance.policies.queries import lists, scope
from marketplace.assistance.policies.queries.scope import Seen, Wanted
from marketplace.catalogue.model import Policy
from marketplace.core import clock, places
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.network.registry.models import Household
from marketplace.people.accounts.permissions import narrow

EVERYWHERE = Wanted()
AGAIN = timedelta(days=30)
QUALIFIES = text("verdict.claims > 0 AND NOT verdict.recorded")  # word for word as in its indexes


@dataclass(frozen=True)
class Silent:
    """A silent household: what it could claim, the most first, and since when. Fen in a year.

    Of its `claims` those in `policies` may be named; the others are for one member alone to know.
    """

    household_id: int
    place_code: str
    stake_fen: int
    claims: int
    policies: tuple[Policy, ...]
    since: date

    @property
    def unnamed(self) -> int:
        return self.claims - len(self.policies)


def listed(user, seen: Seen, wanted: Wanted, after: str = "", size: int = lists.SIZE) -> Page:
    """A page of Silent, the most at stake first, in three statements whatever its size."""
    place = select(Household.place_code).where(Household.id == Verdict.household_id).scalar_subquery()
    columns = (Verdict.household_id, place.label("place_code"), Verdict.stake_fen, Verdict.claims)
    found = page(_silent(user, seen, wanted, *columns), Order((Verdict.stake_fen, Verdict.household_id), (True, False)),
                 size, after, lambda row: (row.stake_fen, row.household_id))
    return Page(_whole(seen, found.rows), found.after)


def counted(user, seen: Seen, wanted: Wanted = EVERYWHERE) -> int:
    """How many there are, at most `lists.COUNTED` + 1, which stands for more."""
    return lists.at_most(_silent(user, seen, wanted, Verdict.household_id))


def by_place(user, capability: str, seen: Seen, wanted: Wanted, place) -> dict[str, int]:
    """How many there are in each place, exactly; for callers who make that coarse."""
    found = _narrowed(user, capability, seen, wanted, select(place, func.count()).select_from(Verdict))
    return {code: number for code, number in db.session.execute(found.group_by(place))}


def untouched(household_id) -> ColumnElement[bool]:
    """That nobody was in touch with a household."""
    found = select(Outreach.id).where(Outreach.household_id == household_id, or_(
        Outreach.kind != "not_found", Outreach.at > clock.now() - AGAIN)).correlate(Verdict)
    return ~found.exists()


def _silent(user, seen: Seen, wanted: Wanted, *columns) -> Select:
    return _narrowed(user, "silent.read", seen, wanted, select(*columns).select_from(Verdict))


def _narrowed(user, capability: str, seen: Seen, wanted: Wanted, statement: Select) -> Select:
    # asked of each household, not joined: a join lets SQLite begin with all households of the area and sort them
    home = narrow(user, capability, select(Household.id), Household).where(
        Household.id == Verdict.household_id, scope.inside(Household.place_code, wanted.area)).correlate(Verdict)
    return statement.where(QUALIFIES, scope.standing(Verdict, seen.run.id), _in_town(user, wanted), home.exists(),
                           untouched(Verdict.household_id), _entitled(seen, wanted))


def _in_town(user, wanted: Wanted) -> ColumnElement[bool]:
    """The town of a small area again as an equality, so that one index has its households in their order."""
    area = max(wanted.area, user.area_code, key=len)
    return Verdict.town_code == area[: places.TOWN] if len(area) >= places.TOWN else true()


def _entitled(seen: Seen, wanted: Wanted) -> ColumnElement[bool]:
    if not (wanted.policy or wanted.kind):
        return true()
    return select(Entitlement.id).where(
        Entitlement.household_id == Verdict.household_id, scope.standing(Entitlement, seen.run.id),
        lists.named(wanted, Entitlement, seen.catalogue)).correlate(Verdict).exists()


def _whole(seen: Seen, rows: Sequence) -> list[Silent]:
    """Rows with their policies and since when they qualify, in two more statements."""
    claims = _claims(seen, [row.household_id for row in rows])
    days = _days(run for found in claims.values() for run, _policy in found)
    return [Silent(row.household_id, row.place_code, row.stake_fen, row.claims,
                   tuple(policy for _run, policy in claims[row.household_id] if policy),
                   min((days[run] for run, _policy in claims[row.household_id]), default=seen.run.as_of)) for row in rows]


def _claims(seen: Seen, ids: list[int]) -> dict[int, list[tuple[int, Policy | None]]]:
    """By household: the run since which it has a claim, and the policy unless it is for one member alone to know."""
    found: dict[int, list[tuple[int, Policy | None]]] = defaultdict(list)
    columns = (Entitlement.household_id, Entitlement.opened_by, Entitlement.policy, Entitlement.person_id)
    for number, run, policy, person in db.session.execute(
            select(*columns).where(Entitlement.household_id.in_(ids), scope.standing(Entitlement, seen.run.id))
            .order_by(Entitlement.household_id, Entitlement.yearly_fen.desc(), Entitlement.id)):
        found[number].append((run, None if lists.private(policy, person) else seen.catalogue.policy.get(policy)))
    return found


def _days(runs: Iterable[int]) -> dict[int, date]:
    return {number: day for number, day in db.session.execute(
        select(Screening.id, Screening.as_of).where(Screening.id.in_(set(runs))))}
