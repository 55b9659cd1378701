"""People answer what was proposed: the charity confirms or declines; a giver who wants to be asked answers the promise.

A confirmed proposal is a promise like any other, which holds the need and the goods; nothing moves it again but people.
"""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, Refused
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.funds import service as funds
from marketplace.market.funds.models import Grant
from marketplace.market.matching.models import LIFE, Proposal
from marketplace.market.matching.rules import PAY_WITHIN
from marketplace.market.offers.models import Offer
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.pledges.rules import ANSWER_WITHIN
from marketplace.market.stock.models import Batch
from marketplace.market.wishes.models import Need
from marketplace.people.accounts.permissions import demand

REASON_MOST = 200


@dataclass(frozen=True)
class Outcome:
    """What became of one of many: confirmed when `refusal` is None; `waits` for a second person of the charity."""

    proposal_id: int
    refusal: Refused | None
    waits: bool = False


def confirm(proposal: Proposal, by) -> Pledge | Grant:
    """Make the promise. Who wants to be asked before is asked now, and the promise is held so long; of a charity's own
    fund a second person is asked when it is much, and the promise is made then.

    Raises NotAllowed, WrongState, NotPublic, TooFewLeft, TooFewInStore, GivenElsewhere, NotOpen, TooFewOffered,
    NotCertified, FundTooSmall.
    """
    with transaction() as session:
        demand(by, "proposal.confirm", proposal)
        LIFE.move(proposal, "confirm", decided_by=by.id, decided_at=clock.now())
        need = session.get_one(Need, proposal.need_id)
        if proposal.fund_id:
            grant = funds.propose(need, proposal.units, by)
            proposal.pledge_id = grant.pledge_id or None
            audit.record(by.id, "proposal.confirm", f"proposal:{proposal.id}", f"grant:{grant.id}")
            return grant
        pledge = (_of_stock if proposal.batch_id else _of_offer)(proposal, need, by)
        proposal.pledge_id = pledge.id
        audit.record(by.id, "proposal.confirm", f"proposal:{proposal.id}", f"pledge:{pledge.id}")
    return pledge


def _of_stock(proposal: Proposal, need: Need, by) -> Pledge:
    batch = db.session.get_one(Batch, proposal.batch_id)
    return pledges.from_stock(need, proposal.units, batch, proposal.store_id, f"proposal:{proposal.id}", by)


def _of_offer(proposal: Proposal, need: Need, by) -> Pledge:
    offer = db.session.get_one(Offer, proposal.offer_id)
    within = PAY_WITHIN if offer.kind == "money" else ANSWER_WITHIN
    pledge = pledges.from_offer(need, proposal.units, offer, by, clock.now() + within if proposal.asks_giver else None)
    if offer.kind == "money":
        pledges.ask_to_pay([pledge])
    return pledge


def confirm_many(proposals: Sequence[Proposal], by) -> list[Outcome]:
    """Each by itself, in the order given: what cannot be any more is set aside as failed, and the others go on.

    Raises NotAllowed.
    """
    return [_tried(number, by) for number in [one.id for one in proposals]]


def _tried(number: int, by) -> Outcome:
    try:
        made = confirm(db.session.get_one(Proposal, number), by)
    except Refused as refusal:
        with transaction() as session:
            proposal = session.get_one(Proposal, number)
            demand(by, "proposal.confirm", proposal)
            if proposal.state == "proposed":
                LIFE.move(proposal, "fail", decided_by=by.id, decided_at=clock.now(), reason=type(refusal).__name__)
                audit.record(by.id, "proposal.fail", f"proposal:{number}", type(refusal).__name__)
        return Outcome(number, refusal)
    return Outcome(number, None, isinstance(made, Grant) and made.state == "proposed")


def decline(proposal: Proposal, reason: str, by) -> None:
    """Not this one, and why; the two are not proposed to one another again soon. Raises NotAllowed, WrongState, Invalid."""
    with transaction():
        demand(by, "proposal.decline", proposal)
        if not reason.strip():
            raise Invalid("reason", "empty")
        if len(reason.strip()) > REASON_MOST:
            raise Invalid("reason", "too_long", most=REASON_MOST)
        LIFE.move(proposal, "decline", decided_by=by.id, decided_at=clock.now(), reason=reason.strip())
        audit.record(by.id, "proposal.decline", f"proposal:{proposal.id}")


def drop_wish(wish_id: int) -> None:
    """Set aside what stands for a wish that ended. Safe twice."""
    with transaction() as session:
        for proposal in session.scalars(select(Proposal).where(
                Proposal.wish_id == wish_id, Proposal.state == "proposed").order_by(Proposal.id)).all():
            LIFE.move(proposal, "fail", decided_at=clock.now(), reason="wish_ended")
