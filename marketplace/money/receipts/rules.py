"""Pure decisions about receipts: numbers, names, and what may stand on them."""
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from marketplace.core import credit_code, numbers
from marketplace.core.errors import Invalid, Refused

MARK = "TW"
LONGEST_NAME, LONGEST_INVOICE = 60, 40
MOST_FEN = 10**9
CODE, NUMBER, CHECK = re.compile(r"\d{8}|\d{10}|\d{12}"), re.compile(r"\d{8,10}"), re.compile(r"[0-9A-Za-z]{6}")


class NoValue(Refused):
    """Goods or a service without a declared value: they are registered, but there is no official receipt for them."""


class KnownNumber(Refused):
    """This official receipt is on record already, for another gift."""


class NotGiven(Refused):
    """There is no receipt in force: nothing was received yet, or it was given back."""


@dataclass(frozen=True)
class Given:
    """A gift as a receipt states it. `amount_fen` is 0 for goods or a service without a declared value."""

    purpose: str
    organisation_id: int
    giver_id: int
    kind: str
    amount_fen: int
    title: str
    items: tuple[tuple[str, int, str], ...]
    given_on: date
    payer: str = ""


def new_number(year: int, choice: Callable = secrets.choice) -> str:
    """A fresh number like TW-2026-7K3M-XQ9A-4RHC."""
    return numbers.fresh(MARK, year, choice)


def normal_number(typed: str) -> str:
    """The number that somebody typed or scanned, as it is kept; "" for what cannot be one."""
    return numbers.normal(MARK, typed)


def masked(name: str) -> str:
    """A name as strangers see it: its first character. Nothing for somebody who is not named."""
    return f"{name[0]}**" if name else ""


def payer_name(typed: str) -> str:
    """A name fit to stand on a receipt. Raises Invalid("payer")."""
    name = " ".join(typed.split())
    if not name or not any(c.isalpha() for c in name):
        raise Invalid("payer", "empty")
    if len(name) > LONGEST_NAME:
        raise Invalid("payer", "too_long", most=LONGEST_NAME)
    return name


def payer_code(typed: str) -> str:
    """A company's unified social credit code (GB 32100-2015), "" for a person. Raises Invalid("payer_code")."""
    code = credit_code.normal(typed)
    if code and not credit_code.valid(code):
        raise Invalid("payer_code", "credit_code")
    return code


def official_numbers(code: str, number: str) -> tuple[str, str]:
    """The code (票据代码) and the number (票据号码) of an official receipt, as printed. Raises Invalid.

    Their fields are those of 财综〔2024〕1号, art. 6; electronic ones have 8 and 10 digits, paper forms other lengths.
    """
    code, number = _plain(code), _plain(number)
    if not CODE.fullmatch(code):
        raise Invalid("code", "not_official")
    if not NUMBER.fullmatch(number):
        raise Invalid("number", "not_official")
    return code, number


def check_code(typed: str) -> str:
    """The check code (校验码) as printed; paper ones have none. Raises Invalid("check_code")."""
    text = _plain(typed)
    if text and not CHECK.fullmatch(text):
        raise Invalid("check_code", "not_official")
    return text


def _plain(typed: str) -> str:
    return "".join(unicodedata.normalize("NFKC", typed).split())
