"""The verbs of the matching, a file per stage: reading what is open, running, deciding; and money without a wish."""
from marketplace.market.matching.service.deciding import Outcome, confirm, confirm_many, decline, drop_wish
from marketplace.market.matching.service.giving import Found, Part, where_needed_most
from marketplace.market.matching.service.running import run, run_daily

__all__ = ["Found", "Outcome", "Part", "confirm", "confirm_many", "decline", "drop_wish", "run", "run_daily",
           "where_needed_most"]
