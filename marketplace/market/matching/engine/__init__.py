"""What is there, brought to where it helps most: one optimisation for each kind of thing. Pure; no database, no clock.

`match` reads needs and lines, `Plan.changed` matches again what a change touches. See docs/matching_goods.md.
"""
from marketplace.market.matching.engine.model import EVERY_GROUP, LONG, Line, Need
from marketplace.market.matching.engine.plan import Fairness, Plan, Proposal, match
from marketplace.market.matching.engine.rules import Rules

__all__ = ["EVERY_GROUP", "LONG", "Fairness", "Line", "Need", "Plan", "Proposal", "Rules", "match"]
