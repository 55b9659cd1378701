"""The verbs of matched giving: a match is planned, paid for, begun and ended; gifts are added to, and that is undone."""
from marketplace.market.matches.service.adding import add, came_back, gift_ended
from marketplace.market.matches.service.adding_to_gifts import add_to_gift, gift_went_back
from marketplace.market.matches.service.funding import confirm_funding, record_funding, refuse_funding
from marketplace.market.matches.service.planning import Plan, begin, end, end_overdue, plan

__all__ = ["Plan", "add", "add_to_gift", "begin", "came_back", "confirm_funding", "end", "end_overdue", "gift_ended",
           "gift_went_back", "plan", "record_funding", "refuse_funding"]
