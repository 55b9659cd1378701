"""Numbers of papers that anybody may check, like TW-2026-7K3M-XQ9A-4RHC: a mark, a year, 54 random bits, a check character.

The check character (GB 32100-2015, as credit codes have one) finds every wrong character and every two that were swapped.
"""
import secrets
import unicodedata
from collections.abc import Callable

from marketplace.core import credit_code

RANDOM = 11
LOOKS_LIKE = str.maketrans("IOZSV", "1025U")  # letters that the alphabet of the numbers has not


def fresh(mark: str, year: int, choice: Callable = secrets.choice) -> str:
    """A new number with a mark of two letters of the alphabet."""
    plain = f"{mark}{year:04}" + "".join(choice(credit_code.ALPHABET) for _n in range(RANDOM))
    return shown(plain + credit_code.check_character(plain))


def shown(plain: str) -> str:
    return "-".join((plain[:2], plain[2:6], plain[6:10], plain[10:14], plain[14:]))


def normal(mark: str, typed: str) -> str:
    """The number that somebody typed or scanned, as it is kept; "" for what cannot be one with this mark."""
    text = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join(c for c in text if not c.isspace() and c not in "-‐–—")
    plain = plain[:6] + plain[6:].translate(LOOKS_LIKE)
    return shown(plain) if credit_code.valid(plain) and plain.startswith(mark) else ""
