"""Pure decisions about letters of thanks: when there is something to thank for, and their numbers."""
from marketplace.core import numbers
from marketplace.core.errors import Refused

MARK = "GX"  # 感谢


class NothingToThank(Refused):
    """Nothing that this charity received from the giver in this year has settled, or was confirmed."""


def ready(kind: str, in_force: bool, confirmed: bool) -> bool:
    """Whether a gift can be thanked for: its money has settled and did not go back; goods and services were confirmed."""
    return in_force and (kind == "money" or confirmed)


def new_number(year: int) -> str:
    """A fresh number like GX-2026-7K3M-XQ9A-4RHC."""
    return numbers.fresh(MARK, year)


def normal_number(typed: str) -> str:
    """The number that somebody typed or scanned, as it is kept; "" for what cannot be one."""
    return numbers.normal(MARK, typed)
