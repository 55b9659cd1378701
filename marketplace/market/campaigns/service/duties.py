"""Reports that are due: put down by the days of the campaign, reminded of, and published with the figures of then."""
from datetime import date

from sqlalchemy import exists, select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.campaigns import rules
from marketplace.market.campaigns.events import DisclosureDue
from marketplace.market.campaigns.models import Campaign, Disclosure
from marketplace.market.campaigns.queries import figures
from marketplace.market.campaigns.service.locking import lock
from marketplace.market.wishes.rules import check_anonymous
from marketplace.people.accounts.permissions import demand


def put_down() -> int:
    """Write down every report that falls due within LIMITS.told_before, or is past its day; how many are new. Safe twice."""
    final = exists().where(Disclosure.campaign_id == Campaign.id, Disclosure.kind == "final")  # then all of them are there
    waiting = db.session.scalars(select(Campaign).where(Campaign.state.in_(("live", "closed", "settled")), ~final)
                                 .order_by(Campaign.id)).all()
    return sum(_put_down(number) for number in [c.id for c in waiting if owed(c, clock.today())])


def _put_down(campaign_id: int) -> int:
    made = 0
    with transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        lock(campaign)
        known = {(d.kind, d.due_on) for d in session.scalars(
            select(Disclosure).where(Disclosure.campaign_id == campaign_id))}
        for kind, due_on in owed(campaign, clock.today()):
            if (kind, due_on) not in known:
                session.add(Disclosure(campaign_id=campaign.id, organisation_id=campaign.raiser_id,
                                       place_code=campaign.place_code, kind=kind, due_on=due_on))
                audit.record(0, "disclosure.owe", f"campaign:{campaign.id}", f"{kind} by {due_on}")
                made += 1
    return made


def owed(campaign: Campaign, today: date) -> list[tuple[str, date]]:
    """What the campaign owes by the look of its days: kind and day of each report that is to be shown as a task now."""
    found = []
    if campaign.reports_from and campaign.starts_on and campaign.ends_on:
        last = min(campaign.ends_on, campaign.closed_on or campaign.ends_on)
        found += [("quarterly", due) for due in rules.quarters(campaign.starts_on, last, campaign.reports_from)
                  if due <= today + rules.LIMITS.told_before]
    if campaign.closed_on:
        found.append(("final", rules.final_due(campaign.closed_on)))
    return found


def remind() -> int:
    """Have the charity told once of each report that is due within LIMITS.reminded_before. Safe twice; how many."""
    soon = clock.today() + rules.LIMITS.reminded_before
    with transaction() as session:
        due = session.scalars(select(Disclosure).where(
            Disclosure.published_at.is_(None), Disclosure.reminded_on.is_(None), Disclosure.due_on <= soon)).all()
        for disclosure in due:
            disclosure.reminded_on = clock.today()
            announce(DisclosureDue(disclosure.id))
    return len(due)


def publish(disclosure: Disclosure, words: str, by) -> None:
    """Publish a report with the figures that the ledger shows at this moment. Raises NotAllowed, WrongState, Invalid."""
    with transaction() as session:
        campaign = session.get_one(Campaign, disclosure.campaign_id)
        lock(campaign)
        lock(disclosure)
        demand(by, "disclosure.publish", disclosure)
        if disclosure.published_at:
            raise WrongState("publish", "published")
        if not words.strip():
            raise Invalid("words", "empty")
        if len(words) > rules.LIMITS.words:
            raise Invalid("words", "too_long", most=rules.LIMITS.words)
        check_anonymous("words", words, ())
        disclosure.words, disclosure.published_at, disclosure.published_by = words.strip(), clock.now(), by.id
        for name, fen in figures.of(campaign).columns().items():
            setattr(disclosure, name, fen)
        audit.record(by.id, "disclosure.publish", f"campaign:{campaign.id}", f"{disclosure.kind} by {disclosure.due_on}")
