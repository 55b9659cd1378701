"""Where subjects above say who may drive."""
from collections.abc import Callable
from datetime import date

may_drive: list[Callable[[int, int, date], bool]] = []
"""Functions of an account, a charity and a day that say whether this volunteer may drive for the charity on that day."""


def drives(user_id: int, organisation_id: int, day: date) -> bool:
    """Whether all of them say so; not when nobody is there to say it."""
    return bool(may_drive) and all(asks(user_id, organisation_id, day) for asks in may_drive)
