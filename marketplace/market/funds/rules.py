"""Refusals of a charity's own fund. How much one person may give alone is the same as of a campaign."""
from marketplace.core.errors import Refused

REASON_MOST = 300


class FundTooSmall(Refused):
    """The fund has only `left_fen` that nobody has spoken for."""

    def __init__(self, left_fen: int):
        super().__init__(left_fen)
        self.left_fen = left_fen


class NotCarried(Refused):
    """Another charity carries the wish, or it asks for no money."""
