"""What a catalogue that is not in force would change: counted, never kept by household."""
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sqlalchemy import delete, select

from marketplace.assistance.policies.counting import Tally
from marketplace.assistance.policies.evaluation import Evaluation
from marketplace.assistance.policies.models import PreviewCount, Screening
from marketplace.extensions import db
from marketplace.network.registry import rulebook
from marketplace.network.registry.facts import Facts
from marketplace.network.registry.rulebook import VERSION, CatalogueVersion


@dataclass(frozen=True)
class Side:
    """Who is entitled to a policy under one catalogue, row by row of its level, and to how many fen a year."""

    level: str
    entitled: np.ndarray
    year: np.ndarray
    homes: np.ndarray  # the household's row of each row


def compare(run: Screening, facts: Facts) -> Tally:
    """The counts of one block under both catalogues."""
    before, after = (Evaluation(rulebook.read(digest), run.as_of, facts) for digest in (run.against, run.catalogue))
    tally, towns = Tally(PreviewCount), sorted(set(facts.towns))
    town = np.searchsorted(towns, facts.towns) if towns else np.zeros(0, dtype=np.int64)
    for policy in dict.fromkeys([p.id for each in (before, after) for p in each.catalogue.policies]):
        for numbers in _numbers(_side(before, policy), _side(after, policy), town, len(towns)):
            for place, row in zip(towns, np.stack(numbers, axis=1).tolist()):
                tally.numbers[place, policy] = [a + b for a, b in zip(tally.numbers[place, policy], row)]
    return tally


def _side(evaluation: Evaluation, name: str) -> Side | None:
    policy = evaluation.catalogue.policy.get(name)
    if policy is None:
        return None
    masks = evaluation.masks(policy)
    rows, amounts = evaluation.entitled(policy)
    year = np.zeros(len(masks), dtype=np.int64)
    year[rows] = amounts
    return Side(policy.level, masks == 0, year, evaluation.household_rows(policy, np.arange(len(masks))))


def _numbers(one: Side | None, other: Side | None, town: np.ndarray, towns: int) -> Iterator[tuple[np.ndarray, ...]]:
    """The columns of PreviewCount by town. A policy that changed its level is lost by all and gained by all."""
    if one and other and one.level != other.level:
        yield from _numbers(one, None, town, towns)
        yield from _numbers(None, other, town, towns)
        return
    side = one or other
    assert side
    had, has = (each.entitled if each else np.zeros(len(side.homes), dtype=bool) for each in (one, other))
    old, new = (each.year if each else np.zeros(len(side.homes), dtype=np.int64) for each in (one, other))
    both = had & has

    def by_town(values: np.ndarray) -> np.ndarray:
        total = np.zeros(towns, dtype=np.int64)
        np.add.at(total, town[side.homes], values.astype(np.int64))
        return total

    yield tuple(map(by_town, (had, has, has & ~had, had & ~has, both & (new > old), both & (new < old), old, new)))


def finish(run: Screening) -> None:
    """The draft is previewed, if it is still there to be published."""
    version = db.session.scalars(select(CatalogueVersion).where(CatalogueVersion.hash == run.catalogue)).one()
    if version.state in VERSION.arrows["preview"].sources:
        VERSION.move(version, "preview", previewed_by=run.asked_by)


def clear(run: Screening) -> None:
    """Drop what a stopped preview has counted."""
    db.session.execute(delete(PreviewCount).where(PreviewCount.screening_id == run.id))
