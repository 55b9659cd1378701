"""What a gift of money can be for, besides a wish: a campaign, or a charity's own fund."""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.exc import NoResultFound

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.campaigns import public as campaigns
from marketplace.market.campaigns.models import Campaign
from marketplace.market.campaigns.service import takes_gifts
from marketplace.people.organisations.models import Certificate, Organisation
from marketplace.people.organisations.queries.papers import holds


@dataclass(frozen=True)
class Target:
    """Where a gift goes: a `campaign`, or else the own fund of `charity`.

    `certificate` is what the charity, to which the money goes in any case, raises funds by today; None when it may not.
    """

    account: str
    charity: Organisation
    certificate: Certificate | None
    campaign: Campaign | None = None

    @property
    def title(self) -> str:
        """The campaign's title; a fund has none."""
        return self.campaign.title if self.campaign else ""

    @property
    def english(self) -> str:
        return self.campaign.english or self.campaign.title if self.campaign else ""

    @property
    def until(self) -> date | None:
        """The last day on which the charity may raise funds, as far as is known today."""
        return self.certificate.valid_until if self.certificate else None


def fund(organisation_id: int) -> Target:
    """A charity's own fund. Raises NoResultFound."""
    return of(f"fund:{organisation_id}")


def of_campaign(ref: str) -> Target:
    """A public campaign. Raises NoResultFound."""
    found = campaigns.one(ref)
    if found is None:
        raise NoResultFound
    return of(found.account)


def of(account: str) -> Target:
    """What an account of the books is for. Raises NoResultFound."""
    return of_all({account})[account]


def of_all(accounts: Collection[str]) -> dict[str, Target]:
    """What each of several accounts is for, in a fixed number of statements. Raises NoResultFound."""
    numbers: dict[str, list[int]] = {"fund": [], "campaign": []}
    for account in set(accounts):
        kind, _, number = account.partition(":")
        numbers[kind].append(int(number))
    theirs = _campaigns(numbers["campaign"])
    wanted = {*numbers["fund"], *(campaign.raiser_id for campaign in theirs)}
    funds = {target.charity.id: target for target in _funds(Organisation.id.in_(wanted))} if wanted else {}
    found = {f"fund:{number}": funds[number] for number in numbers["fund"] if number in funds}
    for campaign in theirs:
        of_raiser = funds[campaign.raiser_id]
        found[campaign.account] = Target(campaign.account, of_raiser.charity, of_raiser.certificate, campaign)
    if len(found) < len(set(accounts)):
        raise NoResultFound
    return found


def is_open(target: Target) -> bool:
    """Whether money can be given to it now: a campaign that takes gifts, a fund of a charity that may raise funds."""
    return takes_gifts(target.campaign) if target.campaign else target.certificate is not None


def is_open_here(target: Target) -> bool:
    """Whether money can be given to it on this site now; some campaigns take it by other ways alone."""
    return is_open(target) and (target.campaign is None or "site" in target.campaign.ways.split())


def charities() -> list[Target]:
    """The funds of all charities that may raise funds from the public now, by area."""
    return [target for target in _funds(Organisation.kind == "charity") if target.certificate]


def raised_by(organisation_id: int) -> Sequence[Campaign]:
    """Campaigns whose money goes to this charity and may still come, the newest first."""
    return db.session.scalars(select(Campaign).where(
        Campaign.raiser_id == organisation_id, Campaign.state.in_(("live", "closed"))).order_by(Campaign.id.desc())).all()


def similar(account: str) -> Target | None:
    """A campaign that takes gifts and could have money for `account` instead: of the same charity, of the same drive before
    others, the longest running. A fund needs none."""
    before = of(account)
    if before.campaign is None:
        return None
    drive = before.campaign.drive
    others = [one for one in raised_by(before.charity.id) if one.id != before.campaign.id and takes_gifts(one)]
    others.sort(key=lambda one: (one.drive != drive, -(one.ends_on or date.min).toordinal(), one.id))
    return of(others[0].account) if others else None


def _campaigns(numbers: Collection[int]) -> Sequence[Campaign]:
    return db.session.scalars(select(Campaign).where(Campaign.id.in_(numbers))).all() if numbers else []


def _funds(wanted: ColumnElement[bool]) -> Sequence[Target]:
    """Funds of charities, each with the certificate that holds the longest, in one statement."""
    rows = db.session.execute(
        select(Organisation, Certificate)
        .outerjoin(Certificate, and_(Certificate.organisation_id == Organisation.id, holds(clock.today())))
        .where(wanted).order_by(Organisation.area_code, Organisation.id, Certificate.valid_until, Certificate.id)).all()
    papers = {charity.id: certificate for charity, certificate in rows}  # of several the last, which holds the longest
    return [Target(f"fund:{charity.id}", charity, papers[charity.id])
            for charity in dict.fromkeys(row[0] for row in rows)]
