"""Pure decisions about signing in."""
from datetime import timedelta

import phonenumbers

from marketplace.core.errors import Invalid, Refused

CODE_LIVES = timedelta(minutes=5)
CODE_TRIES = 5
FAILURES_ALLOWED = 10
FAILURES_COUNT_FOR = timedelta(minutes=15)
CODES_PER_PHONE = 5


class WrongCode(Refused):
    """The code is wrong, used, too old, or tried too often."""


class WrongPassword(Refused):
    """No such name, or not its password; which of the two is not said."""


class TooManyTries(Refused):
    """Too many failures lately; `minutes` until it may be tried again."""

    def __init__(self, minutes: int):
        super().__init__(minutes)
        self.minutes = minutes


def normal_phone(typed: str) -> str:
    """A phone number as +E.164, read as Chinese when it has no country. Raises Invalid("phone", "not_a_phone")."""
    try:
        number = phonenumbers.parse(typed, "CN")
    except phonenumbers.NumberParseException as error:
        raise Invalid("phone", "not_a_phone") from error
    if not phonenumbers.is_possible_number(number):
        raise Invalid("phone", "not_a_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
