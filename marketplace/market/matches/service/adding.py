"""A gift of money to a wish is firm, and a company adds to it: once per gift, never more than it promised and paid.

Everybody locks in one order: the giver's promise, the match, the need.
"""
from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.core import audit, clock
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.matches.events import AdditionUndone
from marketplace.market.matches.models import Doubling, Match
from marketplace.market.matches.rules import ENDINGS, share
from marketplace.market.matches.service.planning import lock
from marketplace.market.matches.service.using import count_back, running, take
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import queries as payments
from marketplace.people.accounts.models import Guest


def add(pledge_id: int) -> Doubling | None:
    """Add to a firm gift of money what the first fitting match still has for it; None when nothing was added.

    The money goes to the same need, as far as it has room. Safe twice: once per gift and need.
    """
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        lock(pledge)
        if pledge.kind != "money" or pledge.source or pledge.state != "committed" or _known(pledge):
            return None
        line = payments.line(f"pledge:{pledge.id}")
        if line is None or not line.left_fen or not public.is_visible(pledge.wish_id):
            return None
        for match_id in session.scalars(fitting(pledge.organisation_id, pledge.wish_id)).all():
            if made := _add(session.get_one(Match, match_id), pledge, line.left_fen):
                return made
    return None


def fitting(organisation_id: int, wish_id: int):
    """The numbers of the matches that run today for this wish of this charity, the oldest first."""
    asked = exists().where(Need.wish_id == wish_id, Need.category == Match.category)
    return select(Match.id).where(
        running(organisation_id, "wishes"), or_(Match.category == "", asked)).order_by(Match.id)


def _known(pledge: Pledge) -> bool:
    """Whether it was added to: for this need at any time, or for another one and that has not returned yet."""
    added = aliased(Pledge)
    return db.session.scalar(select(Doubling.id).join(added, added.id == Doubling.added_id).where(
        Doubling.pledge_id == pledge.id,
        or_(Doubling.undone_at.is_(None), added.need_id == pledge.need_id)).limit(1)) is not None


def _add(match: Match, pledge: Pledge, left_fen: int) -> Doubling | None:
    need = db.session.get_one(Need, pledge.need_id)
    lock(match)
    lock(need)
    fen = share(left_fen, (match.numerator, match.denominator), match.most_fen, match.left_fen, need.left,
                ledger.held(match.account))
    if not fen or not take(match, fen):
        return None
    added = pledges.fund(need, fen, match.account, _cause(pledge), Guest())
    made = Doubling(match_id=match.id, pledge_id=pledge.id, added_id=added.id, amount_fen=fen, at=clock.now())
    db.session.add(made)
    db.session.flush()
    audit.record(0, "match.add", f"match:{match.id}", f"{fen} fen to pledge:{pledge.id}")
    return made


def _cause(pledge: Pledge) -> str:
    """What the books call it; a gift that went on to another wish has been added to before."""
    before = db.session.scalar(select(func.count()).where(Doubling.pledge_id == pledge.id))
    return f"match:{pledge.id}:{before}" if before else f"match:{pledge.id}"


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
        count_back(match, made, made.amount_fen)
        announce(AdditionUndone(made.pledge_id or 0))
