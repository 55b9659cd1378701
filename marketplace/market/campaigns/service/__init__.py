"""The verbs of a campaign, a file per stage: its plan, its days, its news, its money, its duties, its end."""
from marketplace.market.campaigns.service import allocating, changing, duties, settling
from marketplace.market.campaigns.service.deciding import approve, refuse, return_
from marketplace.market.campaigns.service.living import by_day, close, is_filed, takes_gifts
from marketplace.market.campaigns.service.raising import may_raise
from marketplace.market.campaigns.service.targets import aim, drop
from marketplace.market.campaigns.service.telling import correct, tell
from marketplace.market.campaigns.service.writing import change, file, set_picture, submit, withdraw, write
from marketplace.market.campaigns.service.writing import check as examine

__all__ = ["aim", "allocating", "approve", "by_day", "change", "changing", "close", "correct", "drop", "duties", "examine",
           "file", "is_filed", "may_raise", "refuse", "return_", "set_picture", "settling", "submit", "takes_gifts", "tell",
           "withdraw", "write"]
