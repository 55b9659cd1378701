"""A team as everybody may see it: its name, who confirmed it, and what its people did together. Never who gave what."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, func, literal, or_, select

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.pledges.models import Pledge
from marketplace.market.teams.models import KINDS, Team, TeamMember
from marketplace.market.teams.rules import LEAST
from marketplace.market.volunteering import hours
from marketplace.money.receipts.models import Receipt

PAGE = 48
NAMES = 200  # at most on a team's page


@dataclass(frozen=True)
class Together:
    """What a team's people did while they were in it, by receipts in force; amounts in fen. `givers` is how many of them.

    Below LEAST givers there are no sums: they would tell what one person gave.
    """

    members: int
    givers: int = 0
    gifts: int = 0
    amount_fen: int = 0
    hours: int = 0
    wishes: int = 0

    @property
    def told(self) -> bool:
        return self.givers >= LEAST


def listed(kind: str = "", after: str = "") -> Page:
    """Rows of name, english, kind and ref of all teams with a page, by name, and never by money."""
    statement = select(Team.id, Team.name, Team.english, Team.kind, Team.ref).where(Team.state == "approved")
    if kind in KINDS:
        statement = statement.where(Team.kind == kind)
    return page(statement, Order((Team.name, Team.id), (False, False)), PAGE, after, lambda row: (row.name, row.id))


def one(ref: str) -> Team | None:
    """The team whose page this is; None for one whose name nobody has confirmed, or that is over."""
    return db.session.scalars(select(Team).where(Team.ref == ref, Team.state == "approved")).first()


def together(team: Team) -> Together:
    """What they did together; four statements, however many they are. A refund leaves the sums at once."""
    members = db.session.scalar(select(func.count()).where(
        TeamMember.team_id == team.id, TeamMember.left_on.is_(None))) or 0
    money = case((Receipt.kind == "money", Receipt.amount_fen), else_=0)
    givers, gifts, amount_fen = db.session.execute(
        select(func.count(TeamMember.user_id.distinct()), func.count(), func.coalesce(func.sum(money), 0))
        .select_from(TeamMember).join(Receipt, and_(Receipt.giver_id == TeamMember.user_id, _counts()))
        .where(TeamMember.team_id == team.id)).one()
    if givers < LEAST:
        return Together(members, givers)
    wishes = db.session.scalar(
        select(func.count(Pledge.wish_id.distinct()))
        .select_from(TeamMember).join(Pledge, Pledge.giver_id == TeamMember.user_id)
        .join(Receipt, and_(_of(Pledge.id), Receipt.giver_id == TeamMember.user_id, _counts()))
        .where(TeamMember.team_id == team.id, Pledge.state == "fulfilled"))
    found = hours.counted()
    minutes = db.session.scalar(
        select(func.coalesce(func.sum(found.c.minutes), 0))
        .select_from(TeamMember).join(found, found.c.user_id == TeamMember.user_id)
        .join(Receipt, and_(_of(found.c.pledge_id), _counts())).where(TeamMember.team_id == team.id))
    return Together(members, givers, gifts, int(amount_fen), int(minutes or 0) // 60, wishes or 0)


def _of(pledge_id):
    """The receipt of a promise."""
    return Receipt.purpose == literal("pledge:") + pledge_id.cast(Receipt.purpose.type)


def _counts():
    """Receipts in force over what was given from the day somebody joined on, and before the day of leaving."""
    return and_(Receipt.state == "issued", Receipt.reverses_id.is_(None), Receipt.given_on >= TeamMember.joined_on,
                or_(TeamMember.left_on.is_(None), Receipt.given_on < TeamMember.left_on))


def names(team: Team) -> Sequence[str]:
    """Members who want to be seen, by name."""
    return db.session.scalars(select(TeamMember.shown_as).where(
        TeamMember.team_id == team.id, TeamMember.left_on.is_(None), TeamMember.shown_as != "")
        .order_by(TeamMember.shown_as, TeamMember.id).limit(NAMES)).all()
