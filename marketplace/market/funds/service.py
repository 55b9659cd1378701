"""A charity's own fund to the wishes that it carries: proposed, approved by a second person when it is much, given."""
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, Refused, WrongState
from marketplace.core.transaction import take_turn, transaction
from marketplace.extensions import db
from marketplace.market.campaigns.rules import LIMITS, needs_second
from marketplace.market.campaigns.service.locking import lock
from marketplace.market.funds import queries
from marketplace.market.funds.models import LIFE, Grant, account
from marketplace.market.funds.rules import REASON_MOST, FundTooSmall, NotCarried
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need, Wish
from marketplace.market.wishes.rules import NotPublic, TooFewLeft, check_anonymous
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations import queries as organisations


def propose(need: Need, amount_fen: int, by) -> Grant:
    """Give fen of the charity's own fund to a public wish that it carries; above what one person may, a second approves.

    Raises NotAllowed, NotCarried, Invalid, FundTooSmall, TooFewLeft, NotPublic.
    """
    demand(by, "grant.propose")
    with transaction() as session:
        charity = organisations.one(by.organisation_id)
        take_turn(account(charity.id))
        wish = session.get_one(Wish, need.wish_id)
        grant = Grant(organisation_id=charity.id, place_code=charity.area_code, need_id=need.id, wish_id=wish.id,
                      purpose=wish.title if need.item == wish.title else f"{wish.title} · {need.item}",
                      amount_fen=amount_fen, recorded_by=by.id, recorded_at=clock.now())
        demand(by, "grant.propose", grant)
        _refuse_impossible(grant, need, wish)
        second = needs_second(amount_fen, _alone(by))
        grant.barred_id = by.id if second else 0
        session.add(grant)
        session.flush()
        audit.record(by.id, "grant.propose", f"grant:{grant.id}", f"{amount_fen} fen of {grant.account}")
        if not second:
            _approve(grant, by)
    return grant


def _refuse_impossible(grant: Grant, need: Need, wish: Wish) -> None:
    if wish.organisation_id != grant.organisation_id or need.kind != "money":
        raise NotCarried
    if grant.amount_fen <= 0:
        raise Invalid("amount", "not_positive")
    if grant.amount_fen > (free := queries.free(grant.organisation_id)):
        raise FundTooSmall(max(0, free))
    if not public.is_visible(wish.id):
        raise NotPublic
    left = need.left - queries.waiting_for([need.id]).get(need.id, 0)
    if grant.amount_fen > left:
        raise TooFewLeft(asked=grant.amount_fen, left=max(0, left))


def _alone(by) -> int:
    """What this person has lately given without anybody else, so that much is not split into little."""
    since = clock.now() - timedelta(days=LIMITS.alone_days)
    return db.session.scalar(select(func.coalesce(func.sum(Grant.amount_fen), 0)).where(
        Grant.organisation_id == by.organisation_id, Grant.recorded_by == by.id, Grant.approved_by == by.id,
        Grant.approved_at > since, Grant.state == "given")) or 0


def approve(grant: Grant, by) -> None:
    """Let it stand, as the second person; the wish has it at once.

    Raises NotAllowed (also for its recorder), WrongState, NotPublic, NotCarried, TooFewLeft, FundTooSmall.
    """
    with transaction():
        demand(by, "grant.approve", grant)
        _approve(grant, by)


def _approve(grant: Grant, by) -> None:
    lock(grant)
    if grant.state != "proposed":
        raise WrongState("approve", grant.state)
    need = db.session.get_one(Need, grant.need_id)
    pledge = pledges.fund(need, grant.amount_fen, grant.account, f"grant:{grant.id}", by)
    if pledge.organisation_id != grant.organisation_id:  # another charity carries the wish since it was proposed
        raise NotCarried
    LIFE.move(grant, "approve", approved_by=by.id, approved_at=clock.now(), pledge_id=pledge.id)
    audit.record(by.id, "grant.approve", f"grant:{grant.id}", "alone" if by.id == grant.recorded_by else "")
    if (left := queries.spendable(grant.organisation_id)) < 0:  # a fund may owe what banks took; it gives only what it has
        raise FundTooSmall(max(0, left + grant.amount_fen))


def approve_many(grants: Sequence[Grant], by) -> list[Refused | None]:
    """Each by itself, in the order given; what each was refused for, None when it stands. Raises NotAllowed."""
    outcomes: list[Refused | None] = []
    for number in [grant.id for grant in grants]:
        try:
            approve(db.session.get_one(Grant, number), by)
            outcomes.append(None)
        except Refused as refusal:
            outcomes.append(refusal)
    return outcomes


def refuse(grant: Grant, reason: str, by) -> None:
    """Say no to what somebody else proposed; the money is free again. Raises NotAllowed, WrongState, Invalid."""
    _end(grant, "refuse", reason, by)


def cancel(grant: Grant, reason: str, by) -> None:
    """Give up what is not approved yet; the money is free again. Raises NotAllowed, WrongState, Invalid."""
    _end(grant, "cancel", reason, by)


def _end(grant: Grant, verb: str, reason: str, by) -> None:
    with transaction():
        demand(by, f"grant.{verb}", grant)
        if not reason.strip():
            raise Invalid("reason", "empty")
        if len(reason.strip()) > REASON_MOST:
            raise Invalid("reason", "too_long", most=REASON_MOST)
        check_anonymous("reason", reason, ())
        LIFE.move(grant, verb, ended_at=clock.now(), reason=reason.strip())
        audit.record(by.id, f"grant.{verb}", f"grant:{grant.id}")


def came_back(pledge_id: int) -> None:
    """A wish gave back what the fund had given it: so says the grant; the fund has the money again. Safe twice."""
    with transaction() as session:
        grant = session.scalars(select(Grant).where(Grant.pledge_id == pledge_id, Grant.state == "given")).first()
        if grant is not None:
            LIFE.move(grant, "come_back", ended_at=clock.now())
            audit.record(0, "grant.come_back", f"grant:{grant.id}")


def drop_wish(wish_id: int) -> None:
    """Free what waits for a second person when its wish has ended. Safe twice."""
    _drop(Grant.wish_id == wish_id)


def drop_household(household_id: int) -> None:
    """Free what waits for a second person when its household is no longer eligible. Safe twice."""
    _drop(Grant.wish_id.in_(select(Wish.id).where(Wish.household_id == household_id)))


def drop_full(pledge_id: int) -> None:
    """Free what waits for a need that others have filled with this promise. Safe twice."""
    full = select(Need.id).join(Pledge, Pledge.need_id == Need.id).where(
        Pledge.id == pledge_id, Need.kind == "money", Need.pledged >= Need.wanted)
    _drop(Grant.need_id.in_(full))


def _drop(which: ColumnElement[bool]) -> None:
    with transaction() as session:
        for grant in session.scalars(select(Grant).where(which, Grant.state == "proposed").order_by(Grant.id)).all():
            LIFE.move(grant, "drop", ended_at=clock.now())
            audit.record(0, "grant.drop", f"grant:{grant.id}")
