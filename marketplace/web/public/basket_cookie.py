"""What this browser has put into its basket, in its own signed cookie: numbers of needs and how much, nothing personal."""
from flask import session

from marketplace.market.gifts.basket import MOST


def wanted() -> dict[int, int]:
    """Needs and their units, in the order in which they were put in."""
    return {int(number): units for number, units in session.get("basket", {}).items()}


def put(need_id: int, units: int) -> bool:
    """Put a need in, or change how much of it; False when the basket is full."""
    now = wanted()
    if need_id not in now and len(now) >= MOST:
        return False
    _keep({**now, need_id: units})
    return True


def take_out(*need_ids: int) -> None:
    """Take needs out again."""
    _keep({number: units for number, units in wanted().items() if number not in need_ids})


def count() -> int:
    """How many needs are in it."""
    return len(session.get("basket", {}))


def _keep(now: dict[int, int]) -> None:
    session["basket"] = {str(number): units for number, units in now.items()}
