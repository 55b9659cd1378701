"""Matches as everyone may see them: who adds to which gifts, and how much is left. A company is public; givers are not."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.campaigns.models import Campaign
from marketplace.market.gifts.models import Gift
from marketplace.market.matches.models import Doubling, Match
from marketplace.market.matches.rules import CAMPAIGNS
from marketplace.market.matches.service.adding import fitting
from marketplace.market.matches.service.adding_to_gifts import fitting_account
from marketplace.market.pledges.models import Pledge
from marketplace.people.organisations.models import Organisation

COLUMNS = (Match.ref, Match.company, Match.english, Match.organisation_id, Match.serves, Match.category, Match.numerator,
           Match.denominator, Match.most_fen, Match.limit_fen, Match.used_fen, Match.ends_on,
           Organisation.name.label("charity"), Organisation.english.label("charity_english"))
CAMPAIGN = (Campaign.ref.label("campaign_ref"), Campaign.title, Campaign.english.label("title_english"))


@dataclass(frozen=True)
class Named:
    """The campaign whose gifts are added to."""

    ref: str
    title: str
    english: str


@dataclass(frozen=True)
class PublicMatch:
    """A company that adds to gifts now; amounts in fen."""

    ref: str
    company: str
    english: str
    organisation_id: int
    serves: str
    category: str
    numerator: int
    denominator: int
    most_fen: int
    limit_fen: int
    used_fen: int
    ends_on: date
    charity: str
    charity_english: str
    campaign: Named | None = None

    @property
    def left_fen(self) -> int:
        return self.limit_fen - self.used_fen

    @property
    def doubles(self) -> bool:
        return self.numerator == self.denominator


def of_wish(wish) -> PublicMatch | None:
    """The match that the next gift of money to a public wish would get; None for none, or a wish without such a need."""
    if not any(need.kind == "money" and need.left for need in wish.needs):
        return None
    return _first(fitting(wish.organisation_id, wish.id))


def of_account(organisation_id: int, account: str) -> PublicMatch | None:
    """The match that the next gift to a campaign ("campaign:5") or fund ("fund:3") of this charity would get."""
    return _first(fitting_account(organisation_id, account))


def _first(numbers: Select) -> PublicMatch | None:
    row = db.session.execute(_shown().where(Match.id == numbers.limit(1).scalar_subquery())).first()
    return _public(row) if row else None


def added_to(of: Pledge | Gift) -> tuple[PublicMatch, int] | None:
    """Who added how many fen to a gift, as far as that stands; for the page of its giver."""
    own = Doubling.gift_id == of.id if isinstance(of, Gift) else Doubling.pledge_id == of.id
    row = db.session.execute(_shown(Doubling.amount_fen).join(Doubling, Doubling.match_id == Match.id).where(
        own, Doubling.undone_at.is_(None))).first()
    return (_public(row), row.amount_fen) if row else None


def running() -> Sequence[PublicMatch]:
    """What companies add to at present, the newest first, in one statement; also what is used up already."""
    today = clock.today()
    rows = db.session.execute(_shown().where(
        Match.state == "live", Match.starts_on <= today, Match.ends_on >= today,
        or_(Match.campaign_id.is_(None), Campaign.state.in_(CAMPAIGNS))).order_by(Match.id.desc()).limit(20))
    return [_public(row) for row in rows]


def _shown(*more) -> Select:
    return select(*COLUMNS, *CAMPAIGN, *more).select_from(Match).join(
        Organisation, Organisation.id == Match.organisation_id).outerjoin(Campaign, Campaign.id == Match.campaign_id)


def _public(row) -> PublicMatch:
    named = Named(row.campaign_ref, row.title, row.title_english) if row.campaign_ref else None
    return PublicMatch(**{column.key: getattr(row, column.key) for column in COLUMNS}, campaign=named)
