"""One run: everything open is read, the best assignment found, and what stands brought into line with it."""
import json
from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.transaction import take_turn, transaction
from marketplace.extensions import db
from marketplace.market.matching import engine
from marketplace.market.matching.models import LIFE, MatchingRun, Proposal
from marketplace.market.matching.service import reading
from marketplace.people.accounts.permissions import demand

Wanted = dict[tuple[int, int, int, int, int], dict]  # by need, batch, store, offer, fund


def run(organisation_id: int, by) -> MatchingRun:
    """Propose anew what a charity's stores, offers and fund could do, or with 0 those of all.

    What people confirmed is a promise by now, and stays; what stood and is found again stays as it is; the rest is replaced.
    Who asks for the same at the same time waits for the other, and finds the same. Raises NotAllowed.
    """
    demand(by, "matching.run" if organisation_id else "matching.run_city", MatchingRun(organisation_id=organisation_id))
    return _run(organisation_id, by.id)


def run_daily() -> MatchingRun | None:
    """The run of the day over the whole city, unless there was one already."""
    last = db.session.scalar(select(MatchingRun.at).where(MatchingRun.organisation_id == 0)
                             .order_by(MatchingRun.id.desc()).limit(1))
    if last and clock.day_of(last) == clock.today():
        return None
    return _run(0, 0)


def _run(organisation_id: int, actor: int) -> MatchingRun:
    found = reading.read(organisation_id)
    best = engine.match(found.needs, found.lines, barred=found.barred)
    wanted = _wanted(found, best.proposals)
    with transaction() as session:
        take_turn("matching")
        made = MatchingRun(
            organisation_id=organisation_id, by_id=actor, at=clock.now(), needs=len(found.needs), lines=len(found.lines),
            proposals=len(wanted), kept=0, objective=best.objective, bound=best.bound, proven=best.proven,
            fairness=json.dumps([asdict(one) for one in best.overdue]))
        session.add(made)
        session.flush()
        made.kept = _keep_or_replace(organisation_id, wanted)
        session.flush()
        session.add_all(Proposal(run_id=made.id, **facts) for facts in wanted.values())
        audit.record(actor, "matching.run", f"matching_run:{made.id}", f"{made.proposals} proposals, {made.kept} kept")
    return made


def _wanted(found: reading.Open, proposals: Iterable) -> Wanted:
    wanted: Wanted = {}
    for one in proposals:
        origin, (wish_id, kind) = found.origins[one.line], found.wishes[one.need]
        wanted[(one.need, *origin.key)] = {
            "organisation_id": origin.organisation_id, "need_id": one.need, "wish_id": wish_id, "kind": kind,
            "batch_id": origin.batch_id, "store_id": origin.store_id, "offer_id": origin.offer_id, "fund_id": origin.fund_id,
            "units": one.units, "score": sum(one.terms.values()), "terms": json.dumps(one.terms),
            "asks_giver": origin.asked > 0}
    return wanted


def _keep_or_replace(organisation_id: int, wanted: Wanted) -> int:
    """Take out of `wanted` what stands already, and replace what stands and is wanted no more. How many stay."""
    standing = select(Proposal).where(Proposal.state == "proposed").order_by(Proposal.id)
    if organisation_id:
        standing = standing.where(Proposal.organisation_id == organisation_id)
    kept = 0
    for proposal in db.session.scalars(standing.with_for_update()).all():
        key = proposal.need_id, proposal.batch_id, proposal.store_id, proposal.offer_id, proposal.fund_id
        if key in wanted and wanted[key]["units"] == proposal.units:
            facts = wanted.pop(key)
            proposal.score, proposal.terms = facts["score"], facts["terms"]
            kept += 1
        else:
            LIFE.move(proposal, "replace", decided_at=clock.now())
    return kept
