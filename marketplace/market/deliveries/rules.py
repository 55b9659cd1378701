"""Pure decisions about a delivery."""
from marketplace.core.errors import Refused

UNTOLD = ("absent",)  # steps for the station and the household alone: they say when nobody is at home
CODE_TRIES, CODES_A_DAY, TRIES_A_DAY = 5, 3, 10
SHELF_MOST = 20
SERVICES = ("visit", "at_station")
BY_GIVER, BY_CHARITY = ("parcel", "drop_off"), ("charity_run", "volunteer_run", "parcel", "drop_off", "pick_up")


def ways(kind: str, role: str) -> tuple[str, ...]:
    """How something of this kind can be sent by somebody of this role, the usual way first."""
    if kind == "service":
        return SERVICES
    return BY_CHARITY if role == "charity" else BY_GIVER


class WrongProof(Refused):
    """Neither the household's code for this delivery nor its card; `left` tries until a new code is needed."""

    def __init__(self, left: int):
        super().__init__(left)
        self.left = left


class TooManyCodes(Refused):
    """A new code was asked for often enough today."""


class WishOver(Refused):
    """What is under way is not promised any more: `why` is promise_ended, wish_ended or not_eligible."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class StillWaiting(Refused):
    """Something of the wish is still open, or promised, or was not given up by the household: it goes on."""


class NotAllPaid(Refused):
    """The need is not fully paid for yet; `missing_fen` more are needed before anything is bought."""

    def __init__(self, missing_fen: int):
        super().__init__(missing_fen)
        self.missing_fen = missing_fen


class MoneyDisputed(Refused):
    """A giver's bank asks back money that was given for the need; nothing is bought until the bank has decided."""
