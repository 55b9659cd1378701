"""Pure decisions about signing in."""
from datetime import timedelta

import phonenumbers

from marketplace.core.errors import Invalid, Refused

CODE_LIVES = timedelta(minutes=5)
CODE_TRIES = 5
FAILURES_ALLOWED = 10
FAILURES_COUNT_FOR = timedelta(minutes=15)
CODES_PER_PHONE = 5
INVITATION_LIVES = timedelta(days=3)
PASSWORD_LEAST, PASSWORD_MOST = 12, 200


class WrongCode(Refused):
    """The code is wrong, used, too old, or tried too often."""


class WrongPassword(Refused):
    """No such name, or not its password; which of the two is not said."""


class TooManyTries(Refused):
    """Too many failures lately; `minutes` until it may be tried again."""

    def __init__(self, minutes: int):
        super().__init__(minutes)
        self.minutes = minutes


class InvitationOver(Refused):
    """The link was used, is too old, was replaced by a newer one, or never was."""


def check_password(password: str, username: str) -> None:
    """Raises Invalid("password") for one that is too short, too long, or hardly more than the name."""
    if len(password) < PASSWORD_LEAST:
        raise Invalid("password", "password_short", least=PASSWORD_LEAST)
    if len(password) > PASSWORD_MOST:
        raise Invalid("password", "too_long", most=PASSWORD_MOST)
    rest = password.lower().replace(username.lower(), "")
    if len(rest) < PASSWORD_LEAST // 2 or len(set(password)) < 4:
        raise Invalid("password", "password_plain")


def normal_phone(typed: str) -> str:
    """A phone number as +E.164, read as Chinese when it has no country. Raises Invalid("phone", "not_a_phone")."""
    try:
        number = phonenumbers.parse(typed, "CN")
    except phonenumbers.NumberParseException as error:
        raise Invalid("phone", "not_a_phone") from error
    if not phonenumbers.is_possible_number(number):
        raise Invalid("phone", "not_a_phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
