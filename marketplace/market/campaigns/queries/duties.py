"""Reports that charities owe the public: which are due, and which are late."""
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Select, or_, select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.campaigns.models import Campaign, Disclosure
from marketplace.market.campaigns.rules import DisclosureLate
from marketplace.people.accounts.permissions import narrow

Duty = tuple[Disclosure, Campaign]


def _owed() -> Select:
    return select(Disclosure, Campaign).join(Campaign, Campaign.id == Disclosure.campaign_id).where(
        Disclosure.published_at.is_(None))


def one(user, capability: str, disclosure_id: int) -> Duty:
    """A report with its campaign, if the user may do `capability` to it. Raises NoResultFound."""
    statement = select(Disclosure, Campaign).join(Campaign, Campaign.id == Disclosure.campaign_id)
    disclosure, campaign = db.session.execute(
        narrow(user, capability, statement, Disclosure).where(Disclosure.id == disclosure_id)).one()
    return disclosure, campaign


def waiting(user, limit: int = 100) -> list[Duty]:
    """Reports that are not published yet, of campaigns that the user may read; the most urgent first."""
    statement = narrow(user, "disclosure.read", _owed(), Disclosure)
    return [(d, c) for d, c in db.session.execute(statement.order_by(Disclosure.due_on, Disclosure.id).limit(limit))]


def of_campaign(campaign_id: int) -> Sequence[Disclosure]:
    """All reports of a campaign, published or not, in the order of their days."""
    return db.session.scalars(select(Disclosure).where(Disclosure.campaign_id == campaign_id)
                              .order_by(Disclosure.due_on, Disclosure.id)).all()


def late(organisations: Sequence[int]) -> Duty | None:
    """The oldest report past its day that one of these charities owes, in whatever part it took in the campaign."""
    theirs = or_(Campaign.organisation_id.in_(organisations), Campaign.raiser_id.in_(organisations))
    found = db.session.execute(_owed().where(theirs, Disclosure.due_on < clock.today())
                               .order_by(Disclosure.due_on, Disclosure.id).limit(1)).first()
    return (found[0], found[1]) if found else None


def refuse_late(campaign: Campaign) -> None:
    """Raise DisclosureLate when the charity, or its partner, owes a report: nothing new begins before it is there."""
    if found := late([campaign.organisation_id, campaign.raiser_id]):
        disclosure, owing = found
        raise DisclosureLate(owing.ref, owing.title, disclosure.kind, disclosure.due_on)


def days_left(disclosure: Disclosure, today: date) -> int:
    """Days until the report is due; below zero when it is late."""
    return (disclosure.due_on - today) // timedelta(days=1)
