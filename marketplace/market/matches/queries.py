"""Matches and their money, for the charity that holds it."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.campaigns.models import Campaign
from marketplace.market.matches.models import Doubling, Funding, Match
from marketplace.market.matches.rules import CAMPAIGNS
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import narrow

PAGE = 24


@dataclass(frozen=True)
class Listed:
    """A transfer of the company, with the name of who recorded it."""

    funding: Funding
    recorder: str


@dataclass(frozen=True)
class Figures:
    """What lies ready for a match, in fen, and how many gifts it has added to."""

    held_fen: int
    gifts: int


def listed(user, state: str = "", after: str = "") -> Page:
    """The charity's matches, the newest first."""
    statement = narrow(user, "match.read", select(Match).options(selectinload(Match.campaign)), Match)
    if state:
        statement = statement.where(Match.state == state)
    found = page(statement, Order((Match.id,), (True,)), PAGE, after, lambda row: (row.Match.id,))
    return Page([row.Match for row in found.rows], found.after)


def counts(user) -> dict[str, int]:
    """How many matches there are in each state."""
    rows = db.session.execute(narrow(user, "match.read", select(Match.state, func.count()), Match).group_by(Match.state))
    return {state: number for state, number in rows}


def one(user, capability: str, match_id: int) -> Match:
    """Raises NoResultFound for a match of another charity."""
    statement = select(Match).options(selectinload(Match.campaign))
    return db.session.scalars(narrow(user, capability, statement, Match).where(Match.id == match_id)).one()


def campaigns(user) -> Sequence[Campaign]:
    """Campaigns that an agreement of the user's charity can name: those that raise money for it, or will, newest first."""
    return db.session.scalars(select(Campaign).where(
        Campaign.raiser_id == user.organisation_id, Campaign.state.in_(CAMPAIGNS)).order_by(Campaign.id.desc())).all()


def funding(user, capability: str, funding_id: int) -> Funding:
    """Raises NoResultFound for a transfer to another charity."""
    return db.session.scalars(narrow(user, capability, select(Funding), Funding).where(Funding.id == funding_id)).one()


def fundings(match: Match) -> Sequence[Listed]:
    """The company's transfers for a match, the newest first."""
    rows = db.session.execute(select(Funding, User.display_name).outerjoin(User, User.id == Funding.recorded_by)
                              .where(Funding.match_id == match.id).order_by(Funding.id.desc()))
    return [Listed(one, name or "") for one, name in rows]


def figures(match: Match) -> Figures:
    added = db.session.scalar(select(func.count()).where(Doubling.match_id == match.id, Doubling.undone_at.is_(None)))
    return Figures(ledger.held(match.account), added or 0)
