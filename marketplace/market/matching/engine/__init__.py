"""What is there, brought to where it helps most: one optimisation for each kind of thing. Pure; no database, no clock.

`match` reads needs and lines, `Plan.changed` matches again what a change touches. See docs/matching_goods.md.
"""
from marketplace.market.matching.engine.fairness import Fairness, Waiting
from marketplace.market.matching.engine.kindplan import KindPlan, Proposal
from marketplace.market.matching.engine.model import EVERY_GROUP, LONG, Line, Need
from marketplace.market.matching.engine.plan import Plan, match
from marketplace.market.matching.engine.rules import Rules

__all__ = ["EVERY_GROUP", "LONG", "Fairness", "KindPlan", "Line", "Need", "Plan", "Proposal", "Rules", "Waiting", "match"]
