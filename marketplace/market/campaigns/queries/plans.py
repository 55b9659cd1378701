"""Campaigns on the desks of charities and officers."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.campaigns.models import Campaign
from marketplace.people.accounts.permissions import narrow

SIZE = 50


@dataclass(frozen=True)
class Wanted:
    """What a desk's list is narrowed to; what is empty narrows nothing."""

    state: str = ""
    query: str = ""


def one(user, capability: str, campaign_id: int) -> Campaign:
    """The campaign, if this user may do `capability` to it; otherwise NoResultFound, as if it did not exist."""
    statement = select(Campaign).options(selectinload(Campaign.lines), selectinload(Campaign.targets))
    return db.session.scalars(narrow(user, capability, statement, Campaign).where(Campaign.id == campaign_id)).one()


def listed(user, wanted: Wanted, after: str = "") -> Page:
    """A page of the campaigns that the user may read, the newest first; its rows hold one each."""
    statement = _narrowed(narrow(user, "campaign.read", select(Campaign), Campaign), wanted)
    if wanted.state:
        statement = statement.where(Campaign.state == wanted.state)
    return page(statement, Order((Campaign.id,), (True,)), SIZE, after, lambda row: (row.Campaign.id,))


def counts(user, wanted: Wanted = Wanted()) -> dict[str, int]:
    """How many campaigns the user may read, by state, whatever state is wanted."""
    statement = _narrowed(narrow(user, "campaign.read", select(Campaign.state, func.count()), Campaign), wanted)
    return {state: number for state, number in db.session.execute(statement.group_by(Campaign.state))}


def _narrowed(statement: Select, wanted: Wanted) -> Select:
    if wanted.query.strip():
        statement = statement.where(Campaign.title.contains(wanted.query.strip(), autoescape=True))
    return statement


def waiting(user, limit: int = 50) -> Sequence[Campaign]:
    """Plans that the user may decide on, the longest waiting first."""
    return db.session.scalars(narrow(user, "campaign.approve", select(Campaign), Campaign)
                              .where(Campaign.state == "submitted").order_by(Campaign.submitted_at, Campaign.id)
                              .limit(limit)).all()
