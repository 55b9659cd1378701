"""Writing what a run found. Writers take turns; everybody sees one run at a time, and a full one when it is whole."""
from typing import Any

from sqlalchemy import update

from marketplace.assistance.policies import counting, packing
from marketplace.assistance.policies.evaluation import Evaluation, Findings
from marketplace.assistance.policies.intervals import Moves, Standing, carry_out, moves, standing
from marketplace.assistance.policies.models import (
    Entitlement,
    NearCount,
    NearMiss,
    OverCovered,
    Screening,
    ScreeningCount,
    ShownScreening,
    Verdict,
)
from marketplace.catalogue.model import Catalogue
from marketplace.core.transaction import changed
from marketplace.extensions import db

MODELS: tuple[Any, ...] = (Verdict, Entitlement, OverCovered, NearMiss)
ONE = 1
_HOLD = update(ShownScreening).where(ShownScreening.id == ONE).values(id=ONE)


def take_turn() -> int:
    """Wait until no other transaction writes results, and keep all others waiting until this one ends.

    Returns the number of the run that everybody sees, 0 before the first.
    """
    if not changed(_HOLD):
        db.session.execute(counting.INSERT[db.engine.dialect.name](ShownScreening)
                           .values(id=ONE, screening_id=0).on_conflict_do_nothing())
        changed(_HOLD)
    return db.session.get_one(ShownScreening, ONE, populate_existing=True).screening_id


def show(screening: Screening) -> None:
    """Let everybody see this run from the end of the transaction on."""
    db.session.execute(update(ShownScreening).where(ShownScreening.id == ONE).values(screening_id=screening.id))


def keep(screening: Screening, evaluation: Evaluation, earlier: Catalogue | None) -> None:
    """Write what was found for a block, by somebody whose turn it is. `earlier` is the catalogue of the run before."""
    found = evaluation.findings()
    ids = evaluation.facts.households.tolist()
    stands = {model: standing(model, screening.id, ids) for model in MODELS}
    _count(screening, stands, found, dict(zip(ids, evaluation.facts.towns)))
    before = _Before(stands[Verdict], earlier)
    for model, rows in _by_model(found).items():
        due = moves(stands[model], rows)
        if model is Entitlement:
            _say_why(due, before)
            carry_out(stands[model], due, lambda key: {"fails_now": evaluation.mask(key)})
        else:
            carry_out(stands[model], due)


def _by_model(found: Findings) -> dict[Any, dict[Any, tuple]]:
    return {Verdict: found.verdicts, Entitlement: found.entitlements, OverCovered: found.over, NearMiss: found.near}


def _say_why(due: Moves, before: "_Before") -> None:
    for row in due.opened:
        row["failed_before"] = before.mask(row["household_id"], row["person_id"], row["policy"])
        row["fails_now"] = None


class _Before:
    """What the run before said of each household of a block."""

    def __init__(self, verdicts: Standing, catalogue: Catalogue | None):
        self.verdicts, self.catalogue = verdicts, catalogue
        self._masks: dict[int, dict[tuple[int, str], int]] = {}

    def mask(self, household: int, person: int, policy: str) -> int | None:
        """The criteria that were unmet; None for who, or what, was not there."""
        if household not in self._masks:
            row = self.verdicts.before.get((household,))
            self._masks[household] = packing.unpack(self.catalogue, row.masks) if row and self.catalogue else {}
        return self._masks[household].get((person, policy))


def _count(screening: Screening, stands: dict[Any, Standing], found: Findings, towns: dict[int, str]) -> None:
    """Numbers by town: a full run adds up what it found, a run over changes corrects what it began with."""
    counts, near = counting.Tally(ScreeningCount), counting.Tally(NearCount)
    counting.count_entitlements(counts, found.entitlements.items(), towns)
    counting.count_over(counts, found.over.items(), towns)
    counting.count_near(near, found.near.items(), towns)
    if screening.kind == "changes":
        then = {key[0]: kept[0] for key, kept in stands[Verdict].seen()}
        counting.count_entitlements(counts, stands[Entitlement].seen(), then, -1)
        counting.count_over(counts, stands[OverCovered].seen(), then, -1)
        counting.count_near(near, stands[NearMiss].seen(), then, -1)
    for tally in (counts, near):
        tally.add_to(screening.id)
        if screening.kind == "changes":
            tally.drop_nothings(screening.id)
