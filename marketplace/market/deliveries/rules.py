"""Pure decisions about a delivery."""
from marketplace.core.errors import Refused

CODE_TRIES = 5


class WrongProof(Refused):
    """Neither the household's code for this delivery nor its card; `left` tries until a new code is needed."""

    def __init__(self, left: int):
        super().__init__(left)
        self.left = left


class NotAllPaid(Refused):
    """The need is not fully paid for yet; `missing_fen` more are needed before anything is bought."""

    def __init__(self, missing_fen: int):
        super().__init__(missing_fen)
        self.missing_fen = missing_fen


class MoneyDisputed(Refused):
    """A giver's bank asks back money that was given for the need; nothing is bought until the bank has decided."""
