"""From facts to findings: what each policy says of each household of a block, as rows to be kept."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from marketplace.assistance.policies import packing
from marketplace.assistance.policies.rules import yearly
from marketplace.catalogue import near, program
from marketplace.catalogue.block import Block
from marketplace.catalogue.model import Catalogue, Policy
from marketplace.catalogue.program import Program
from marketplace.network.registry.facts import Facts

Key = tuple[int, int, str]  # household, person (0: the household itself), policy


@dataclass(frozen=True)
class Findings:
    """What is to be kept, by household (verdicts) or by key; the values in the order of `intervals.KEPT`."""

    verdicts: dict[tuple[int], tuple]
    entitlements: dict[Key, tuple]
    over: dict[Key, tuple]
    near: dict[Key, tuple]


class Evaluation:
    """One block under one catalogue on one day. Raises Breached, OutOfRange."""

    def __init__(self, catalogue: Catalogue, as_of: date, facts: Facts):
        self.catalogue, self.as_of, self.facts = catalogue, as_of, facts
        self.block: Block = facts.block(catalogue)
        self.values = program.screen(catalogue, as_of).run(self.block)
        self.recorded = records(catalogue, as_of).run(self.block)
        self._homes = {number: row for row, number in enumerate(facts.households.tolist())}
        self._people = {number: row for row, number in enumerate(facts.persons.tolist())}

    def mask(self, key: Key) -> int | None:
        """The criteria that the policy fails; None when policy, household or member is not here."""
        household, person, policy = key
        row = self._people.get(person) if person else self._homes.get(household)
        masks = self.values.get(f"{policy}.mask")
        if masks is None or row is None or (self.catalogue.policy[policy].level == "person") is not bool(person):
            return None
        if person and self.facts.households[self.facts.home[row]] != household:
            return None
        return int(masks[row])

    def findings(self) -> Findings:
        return Findings(self._verdicts(), self._entitlements(), self._over(), self._near())

    def masks(self, policy: Policy) -> np.ndarray:
        return self.values[f"{policy.id}.mask"]

    def keys(self, policy: Policy, rows: np.ndarray) -> list[Key]:
        """The keys of some rows of the policy's level."""
        if policy.level == "household":
            return [(number, 0, policy.id) for number in self.facts.households[rows].tolist()]
        homes, people = self.facts.households[self.facts.home[rows]], self.facts.persons[rows]
        return [(home, person, policy.id) for home, person in zip(homes.tolist(), people.tolist())]

    def entitled(self, policy: Policy) -> tuple[np.ndarray, np.ndarray]:
        """The rows that are entitled to a policy, and what it comes to in a year for each, in fen."""
        rows = np.flatnonzero(self.masks(policy) == 0)
        return rows, yearly(policy.basis, self.values[f"{policy.id}.amount"][rows])

    def household_rows(self, policy: Policy, rows: np.ndarray) -> np.ndarray:
        """The rows of the households of rows of the policy's level."""
        return rows if policy.level == "household" else self.facts.home[rows]

    def _entitlements(self) -> dict[Key, tuple]:
        found: dict[Key, tuple] = {}
        for policy in self.catalogue.policies:
            rows, year = self.entitled(policy)
            amounts, provisional = (self.values[f"{policy.id}.{name}"][rows] for name in ("amount", "provisional"))
            known: Iterable = self.recorded[policy.id][rows].tolist() if policy.id in self.recorded else [None] * len(rows)
            values = zip(amounts.tolist(), year.tolist(), provisional.tolist(), known)
            found.update(zip(self.keys(policy, rows), values))
        return found

    def _over(self) -> dict[Key, tuple]:
        found: dict[Key, tuple] = {}
        for name, recorded in self.recorded.items():
            policy, masks = self.catalogue.policy[name], self.values[f"{name}.mask"]
            rows = np.flatnonzero(recorded & (masks != 0))
            found.update(zip(self.keys(policy, rows), ((mask,) for mask in masks[rows].tolist())))
        return found

    def _near(self) -> dict[Key, tuple]:
        names = {level: {text: row for row, text in enumerate(self.block.columns[column].values.tolist())}
                 for level, column in near.KEYS.items()}
        found: dict[Key, tuple] = {}
        for miss in near.rows(self.catalogue, self.as_of, self.block).to_pylist():
            row = np.array([names[miss["level"]][miss["id"]]])
            key = self.keys(self.catalogue.policy[miss["policy"]], row)[0]
            found[key] = (miss["criterion"], miss["measure"], miss["gap"], miss["per_mille"])
        return found

    def _verdicts(self) -> dict[tuple[int], tuple]:
        homes = len(self.facts.households)
        stake, claims = np.zeros(homes, dtype=np.int64), np.zeros(homes, dtype=np.int64)
        known = np.zeros(homes, dtype=bool)
        for policy in self.catalogue.policies:
            rows, year = self.entitled(policy)
            if policy.id in self.recorded:
                recorded = self.recorded[policy.id]
                known[self.household_rows(policy, np.flatnonzero(recorded))] = True
                open_ = ~recorded[rows]
                rows, year = rows[open_], year[open_]
            np.add.at(stake, self.household_rows(policy, rows), year)
            np.add.at(claims, self.household_rows(policy, rows), 1)
        packed = packing.pack(self.catalogue, {p.id: self.masks(p) for p in self.catalogue.policies}, self.facts.persons,
                              self.block.bounds)
        values = zip(self.facts.towns, packed, stake.tolist(), claims.tolist(), known.tolist())
        return {(number,): value for number, value in zip(self.facts.households.tolist(), values)}


@lru_cache(maxsize=8)
def records(catalogue: Catalogue, as_of: date) -> Program:
    """Who is on record as receiving a policy, for the policies that have a record. Raises OutOfRange."""
    return program.of(catalogue, as_of, dict(catalogue.recorded),
                      {name: catalogue.policy[name].level for name in catalogue.recorded})
