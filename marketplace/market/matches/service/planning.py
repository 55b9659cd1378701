"""A match is planned, begins when all its money is there, and ends by word or by its day."""
import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.campaigns.models import Campaign
from marketplace.market.gifts.models import Gift
from marketplace.market.matches.models import LIFE, SERVES, Match
from marketplace.market.matches.rules import CAMPAIGNS, FACTORS, LONGEST, MOST_FEN, NotFunded, check_name
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes import goods
from marketplace.market.wishes.models import Need
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.permissions import demand


@dataclass(frozen=True)
class Plan:
    """What a company and the charity have agreed. `factor` is one of FACTORS; `most_fen` bounds each gift, 0 does not.

    `serves` is one of SERVES; `category` narrows wishes, `campaign_id` says which campaign.
    """

    company: str
    limit_fen: int
    starts_on: date
    ends_on: date
    category: str = ""
    factor: str = "1:1"
    most_fen: int = 0
    english: str = ""
    serves: str = "wishes"
    campaign_id: int = 0


def plan(draft: Plan, by) -> Match:
    """Keep the agreement with a company, of the charity that `by` works for. Nothing is added before `begin`.

    Raises NotAllowed, Invalid (company, limit, day, category, campaign).
    """
    with transaction() as session:
        demand(by, "match.plan")
        _check(draft)
        _check_target(draft, by.organisation_id)
        numerator, denominator = FACTORS[draft.factor]
        match = Match(
            ref=secrets.token_hex(5), organisation_id=by.organisation_id, author_id=by.id,
            company=check_name("company", draft.company),
            english=check_name("english", draft.english) if draft.english.strip() else "", serves=draft.serves,
            category=draft.category, campaign_id=draft.campaign_id or None,
            numerator=numerator, denominator=denominator, most_fen=draft.most_fen, limit_fen=draft.limit_fen,
            starts_on=draft.starts_on, ends_on=draft.ends_on, created_at=clock.now())
        session.add(match)
        session.flush()
        audit.record(by.id, "match.plan", f"match:{match.id}", f"{match.limit_fen} fen")
    return match


def _check(draft: Plan) -> None:
    if not 0 < draft.limit_fen <= MOST_FEN:
        raise Invalid("limit", "not_positive")
    if draft.most_fen < 0 or draft.factor not in FACTORS:
        raise Invalid("factor", "unknown")
    if draft.ends_on < max(draft.starts_on, clock.today()) or draft.ends_on - draft.starts_on > LONGEST:
        raise Invalid("ends_on", "match_days")


def _check_target(draft: Plan, organisation_id: int) -> None:
    """Wishes of a category, a campaign that raises money for this charity, or its fund."""
    of_wishes, of_campaign = draft.serves == "wishes", draft.serves == "campaign"
    if draft.serves not in SERVES or of_campaign != bool(draft.campaign_id):
        raise Invalid("target", "unknown")
    if draft.category and not (of_wishes and draft.category in goods.categories()):
        raise Invalid("category", "unknown")
    if of_campaign and db.session.scalar(select(Campaign.id).where(
            Campaign.id == draft.campaign_id, Campaign.raiser_id == organisation_id, Campaign.state.in_(CAMPAIGNS))) is None:
        raise Invalid("target", "unknown")


def lock(row: Match | Pledge | Need | Gift | Campaign) -> None:
    """Read a row as it is now; nobody else changes it, or a match's money, until this transaction ends."""
    db.session.flush()
    db.session.refresh(row, with_for_update=True)


def begin(match: Match, by) -> None:
    """Let it run: from its first day on, gifts are added to. Raises NotAllowed, WrongState, NotFunded."""
    with transaction():
        demand(by, "match.begin", match)
        lock(match)
        if (missing := match.limit_fen - ledger.held(match.account)) > 0:
            raise NotFunded(missing)
        LIFE.move(match, "begin", began_at=clock.now())
        audit.record(by.id, "match.begin", f"match:{match.id}")


def end(match: Match, by) -> None:
    """End it; what is left of its money goes to the charity's own fund. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "match.end", match)
        lock(match)
        _end(match, by.id)


def end_overdue() -> int:
    """End what is past its last day. Safe to run twice. Returns how many."""
    due = db.session.scalars(select(Match.id).where(Match.state == "live", Match.ends_on < clock.today())).all()
    ended = 0
    for match_id in due:
        with transaction() as session:
            match = session.get_one(Match, match_id)
            lock(match)
            if match.state == "live":
                _end(match, 0)
                ended += 1
    return ended


def _end(match: Match, actor: int) -> None:
    LIFE.move(match, "end", ended_at=clock.now())
    if (rest := ledger.held(match.account)) > 0:
        ledger.move(f"fund:{match.organisation_id}", match.account, rest, f"match_rest:{match.id}")
    audit.record(actor, "match.end", f"match:{match.id}", f"{rest} fen to the fund")
