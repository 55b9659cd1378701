"""What the matching proposed, for tests that need one."""
from sqlalchemy import select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.matching import service
from marketplace.market.matching.models import MatchingRun, Proposal
from marketplace.people.organisations.models import Organisation
from tests import stock

MODELS = {"proposal": Proposal, "matching": MatchingRun}
ABOUT = {"charity_matching.decline": ("proposal.decline", "proposal")}


def things(city, charity: Organisation) -> dict[str, int]:
    """For the walk over all routes: a quilt in store that would fit a wish."""
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    need = city.need(charity=charity)
    stock.batch(keeper, store, units=40)
    service.run(charity.id, by=keeper)
    return {"proposal": db.session.scalars(select(Proposal.id).where(Proposal.need_id == need.id)).one()}


def of_every_kind() -> None:
    """Rows that differ in everything that rules look at, without a story."""
    for number in (1, 2):
        run = MatchingRun(organisation_id=number, by_id=0, at=clock.now(), needs=1, lines=1, proposals=1, kept=0,
                          objective=1, bound=1, proven=True)
        db.session.add(run)
        db.session.flush()
        db.session.add(Proposal(run_id=run.id, organisation_id=number, need_id=number, wish_id=number, kind="goods",
                                offer_id=number, units=1, score=1))
        db.session.add(Proposal(run_id=run.id, organisation_id=number, need_id=number, wish_id=number, kind="money",
                                fund_id=number, units=1, score=1))
    db.session.flush()
