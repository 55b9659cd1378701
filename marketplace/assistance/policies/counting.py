"""Numbers by town and policy, kept in the transaction that changes what they count."""
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.assistance.policies.models import NearCount, PreviewCount, ScreeningCount
from marketplace.extensions import db

NUMBERS: dict[type, tuple[str, ...]] = {
    ScreeningCount: ("entitled", "received", "missed", "over", "yearly_fen", "missed_fen"),
    NearCount: ("near", "within_10", "within_5"),
    PreviewCount: ("before", "after", "gainers", "losers", "more", "less", "before_fen", "after_fen")}
BY: dict[type, tuple[str, ...]] = {
    ScreeningCount: ("town_code", "policy"), NearCount: ("town_code", "policy", "criterion"),
    PreviewCount: ("town_code", "policy")}
INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Tally:
    """Numbers that grow; `tally[key]` is a list in the order of NUMBERS."""

    def __init__(self, model: Any):
        self.model = model
        self.numbers: dict[tuple, list[int]] = defaultdict(lambda: [0] * len(NUMBERS[model]))

    def add_to(self, screening_id: int) -> None:
        """Add the numbers to those of a run. In the order of their keys, so that two writers cannot block each other."""
        rows = [{"screening_id": screening_id, **dict(zip(BY[self.model], key)), **dict(zip(NUMBERS[self.model], numbers))}
                for key, numbers in sorted(self.numbers.items()) if any(numbers)]
        if rows:
            table = self.model.__table__
            statement = INSERT[db.engine.dialect.name](table)
            more = {name: table.c[name] + statement.excluded[name] for name in NUMBERS[self.model]}
            db.session.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=more), rows)

    def drop_nothings(self, screening_id: int) -> None:
        """Drop rows of a run in which nothing is counted any more: a run that counts from the start has none."""
        db.session.execute(delete(self.model).where(
            self.model.screening_id == screening_id, *[getattr(self.model, name) == 0 for name in NUMBERS[self.model]]))


Rows = Iterable[tuple[tuple, tuple]]


def count_entitlements(tally: Tally, rows: Rows, towns: Mapping[int, str], sign: int = 1) -> None:
    """Entitlements by town and policy; `sign` -1 takes them away."""
    for (household, _person, policy), (_amount, year, _provisional, received) in rows:
        numbers = tally.numbers[towns[household], policy]
        numbers[0] += sign
        numbers[4] += sign * year
        if received:
            numbers[1] += sign
        elif received is not None:
            numbers[2] += sign
            numbers[5] += sign * year


def count_over(tally: Tally, rows: Rows, towns: Mapping[int, str], sign: int = 1) -> None:
    for (household, _person, policy), _kept in rows:
        tally.numbers[towns[household], policy][3] += sign


def count_near(tally: Tally, rows: Rows, towns: Mapping[int, str], sign: int = 1) -> None:
    for (household, _person, policy), (criterion, _measure, _gap, per_mille) in rows:
        numbers = tally.numbers[towns[household], policy, criterion]
        numbers[0] += sign
        numbers[1] += sign * (per_mille <= 100)
        numbers[2] += sign * (per_mille <= 50)
