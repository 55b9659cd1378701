"""A gift of money to a campaign or a fund is there, and a company adds to it: once per gift, straight to the same account.

Everybody locks in one order: the gift, the match, the campaign.
"""
from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.campaigns.models import Campaign
from marketplace.market.campaigns.queries import figures
from marketplace.market.campaigns.service import takes_gifts
from marketplace.market.gifts.models import Gift
from marketplace.market.matches.models import Doubling, Match
from marketplace.market.matches.rules import GIFT_ENDINGS, GIFT_HOLDS, share
from marketplace.market.matches.service.planning import lock
from marketplace.market.matches.service.using import count_back, running, take
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import queries as payments


def add_to_gift(gift_id: int) -> Doubling | None:
    """Add to a gift what the first fitting match still has for it; None when nothing was added.

    It counts where its money is: late money where its giver's choice has put it. Safe twice: once per gift.
    """
    with transaction() as session:
        gift = session.get_one(Gift, gift_id)
        lock(gift)
        line = payments.line(f"gift:{gift.id}")
        if gift.state not in GIFT_HOLDS or line is None or not line.left_fen or _of(gift_id):
            return None
        for match_id in session.scalars(fitting_account(gift.organisation_id, line.account)).all():
            if made := _add(session.get_one(Match, match_id), gift, line.left_fen):
                return made
    return None


def fitting_account(organisation_id: int, account: str):
    """The numbers of the matches that run today for gifts to "campaign:5" or "fund:3" of this charity, the oldest first."""
    serves, _colon, number = account.partition(":")
    statement = select(Match.id).where(running(organisation_id, serves)).order_by(Match.id)
    return statement.where(Match.campaign_id == int(number)) if serves == "campaign" else statement


def _of(gift_id: int) -> Doubling | None:
    return db.session.scalars(select(Doubling).where(Doubling.gift_id == gift_id)).first()


def _add(match: Match, gift: Gift, left_fen: int) -> Doubling | None:
    lock(match)
    campaign = _locked_campaign(match)
    if campaign is not None and not takes_gifts(campaign):
        return None
    fen = share(left_fen, (match.numerator, match.denominator), match.most_fen, match.left_fen, ledger.held(match.account))
    if not fen or not take(match, fen):
        return None
    made = Doubling(match_id=match.id, gift_id=gift.id, amount_fen=fen, at=clock.now())
    db.session.add(made)
    db.session.flush()
    ledger.move(match.target, match.account, fen, f"match_gift:{gift.id}")
    audit.record(0, "match.add", f"match:{match.id}", f"{fen} fen to gift:{gift.id}")
    return made


def _locked_campaign(match: Match) -> Campaign | None:
    if not match.campaign_id:
        return None
    campaign = db.session.get_one(Campaign, match.campaign_id)
    lock(campaign)
    return campaign


def gift_went_back(gift_id: int, for_good: bool = False) -> None:
    """A gift came to nothing: what was added to it goes back to the match, as far as it is not spent. Safe twice.

    `for_good`: its money has gone back, whatever the gift says at this moment.
    """
    with transaction() as session:
        gift = session.get_one(Gift, gift_id)
        lock(gift)
        made = _of(gift_id)
        if made is None or made.undone_at or not (for_good or gift.state in GIFT_ENDINGS):
            return
        match = session.get_one(Match, made.match_id)
        lock(match)
        fen = min(made.amount_fen, max(0, _free(match)))
        if not fen or not ledger.move(match.account, match.target, fen, f"match_back:{gift_id}"):
            return
        if fen == made.amount_fen:
            made.undone_at = clock.now()
        else:
            made.amount_fen -= fen
        count_back(match, made, fen)


def _free(match: Match) -> int:
    """Fen where it went that nobody has used or spoken for."""
    campaign = _locked_campaign(match)
    return figures.free(campaign) if campaign else ledger.held(match.target)
