"""A gift of money to a wish is firm, and a company adds to it: once per gift, never more than it promised and paid.

Everybody locks in one order: the giver's promise, the match, the need.
"""
from sqlalchemy import exists, or_, select, update

from marketplace.core import audit, clock
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.matches.models import Doubling, Match
from marketplace.market.matches.rules import ENDINGS, share
from marketplace.market.matches.service.planning import lock
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.models import Guest


def add(pledge_id: int) -> Doubling | None:
    """Add to a firm gift of money what the first fitting match still has for it; None when nothing was added.

    The money goes to the same need, as far as it has room. Safe twice: once per gift.
    """
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        lock(pledge)
        if pledge.kind != "money" or pledge.source or pledge.state != "committed" or _known(pledge_id):
            return None
        if not public.is_visible(pledge.wish_id):
            return None
        for match_id in session.scalars(fitting(pledge.organisation_id, pledge.wish_id)).all():
            if made := _add(session.get_one(Match, match_id), pledge):
                return made
    return None


def fitting(organisation_id: int, wish_id: int):
    """The numbers of the matches that run today for this wish of this charity, the oldest first."""
    today = clock.today()
    asked = exists().where(Need.wish_id == wish_id, Need.category == Match.category)
    return select(Match.id).where(
        Match.state == "live", Match.organisation_id == organisation_id, Match.starts_on <= today, Match.ends_on >= today,
        Match.used_fen < Match.limit_fen, or_(Match.category == "", asked)).order_by(Match.id)


def _known(pledge_id: int) -> bool:
    return db.session.scalar(select(Doubling.id).where(Doubling.pledge_id == pledge_id)) is not None


def _add(match: Match, pledge: Pledge) -> Doubling | None:
    need = db.session.get_one(Need, pledge.need_id)
    lock(match)
    lock(need)
    fen = share(pledge.units, (match.numerator, match.denominator), match.most_fen, match.left_fen, need.left,
                ledger.held(match.account))
    if not fen or not _take(match, fen):
        return None
    added = pledges.fund(need, fen, match.account, f"match:{pledge.id}", Guest())
    made = Doubling(match_id=match.id, pledge_id=pledge.id, added_id=added.id, amount_fen=fen, at=clock.now())
    db.session.add(made)
    db.session.flush()
    audit.record(0, "match.add", f"match:{match.id}", f"{fen} fen to pledge:{pledge.id}")
    return made


def _take(match: Match, fen: int) -> bool:
    """Use so much of the limit, if it is there and the match still runs."""
    taken = changed(update(Match).where(Match.id == match.id, Match.state == "live", Match.used_fen + fen <= Match.limit_fen)
                    .values(used_fen=Match.used_fen + fen))
    db.session.refresh(match)
    return bool(taken)


def gift_ended(pledge_id: int, for_good: bool = False) -> None:
    """A giver's gift came to nothing before it was spent: what was added to it goes back to the match. Safe twice.

    `for_good`: its money has gone back, whatever the promise says at this moment.
    """
    with transaction() as session:
        made = session.scalars(select(Doubling).where(
            Doubling.pledge_id == pledge_id, Doubling.undone_at.is_(None))).first()
        if made is None or not (for_good or session.get_one(Pledge, pledge_id).state in ENDINGS):
            return
        lock(session.get_one(Match, made.match_id))
        added = session.get_one(Pledge, made.added_id)
        lock(added)
        if added.state == "committed" and not added.delivery_id:
            pledges.take_back(added, "gift_ended")


def came_back(added_id: int) -> None:
    """What was added is on the match's account again: so says its limit; after its end the fund has it. Safe twice."""
    with transaction() as session:
        made = session.scalars(select(Doubling).where(
            Doubling.added_id == added_id, Doubling.undone_at.is_(None))).first()
        if made is None or session.get_one(Pledge, added_id).state != "refunded":
            return
        match = session.get_one(Match, made.match_id)
        lock(match)
        made.undone_at = clock.now()
        changed(update(Match).where(Match.id == match.id).values(used_fen=Match.used_fen - made.amount_fen))
        db.session.refresh(match)
        if match.state == "ended":
            ledger.move(f"fund:{match.organisation_id}", match.account, made.amount_fen, f"match_late:{made.id}")
        audit.record(0, "match.came_back", f"match:{match.id}", f"{made.amount_fen} fen")
