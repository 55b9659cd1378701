"""Teams for those who are in them, and for the charity that confirms their names; scoped by the rule table."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.teams.models import LIFE, Team, TeamMember, TeamSecret
from marketplace.market.teams.service import digest
from marketplace.people.accounts.permissions import narrow
from marketplace.people.organisations.models import Organisation

PAGE = 40


@dataclass(frozen=True)
class Mine:
    """The team that somebody is in; `link` to join it and `contact` are the founder's alone, else ""."""

    team: Team
    member: TeamMember
    charity: Organisation
    link: str
    contact: str


def mine(user) -> Mine | None:
    """The team of the user, if there is one."""
    row = db.session.execute(
        select(Team, TeamMember, Organisation, TeamSecret).join(TeamMember, TeamMember.team_id == Team.id)
        .join(Organisation, Organisation.id == Team.organisation_id).join(TeamSecret, TeamSecret.team_id == Team.id)
        .where(TeamMember.user_id == (user.id or -1), TeamMember.left_on.is_(None))).first()
    if row is None:
        return None
    team, member, charity, kept = row
    founder = team.founder_id == user.id
    return Mine(team, member, charity, kept.link.reveal() if founder and kept.link else "",
                kept.contact.reveal() if founder else "")


def invited(link: str) -> Team | None:
    """The team that a link leads into; None for a link that does not hold."""
    return db.session.scalars(select(Team).join(TeamSecret, TeamSecret.team_id == Team.id).where(
        TeamSecret.digest == digest(link), Team.state.in_(("asked", "declined", "approved")))).first()


def desk(user, state: str = "", after: str = "") -> Page:
    """Rows of a team and whom to ask about it, at the user's charity: what waits, the oldest first; else the newest."""
    statement = narrow(user, "company_team.read", select(Team, TeamSecret), Team).join(
        TeamSecret, TeamSecret.team_id == Team.id)
    if state in LIFE.states:
        statement = statement.where(Team.state == state)
    return page(statement, Order((Team.id,), (state != "asked",)), PAGE, after, lambda row: (row[0].id,))


def counts(user) -> dict[str, int]:
    """How many the user's charity has in each state."""
    return dict(db.session.execute(narrow(user, "company_team.read", select(Team.state, func.count()), Team)
                                   .group_by(Team.state)).all())


def one(user, capability: str, team_id: int) -> Team:
    """The team, if this user may do `capability` to it. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Team), Team).where(Team.id == team_id)).one()


def members(team: Team) -> Sequence[TeamMember]:
    """Who is in it now."""
    return db.session.scalars(select(TeamMember).where(
        TeamMember.team_id == team.id, TeamMember.left_on.is_(None)).order_by(TeamMember.id)).all()
