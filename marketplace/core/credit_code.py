"""Unified social credit codes (GB 32100-2015): form and check character, never the registering office or the division."""
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, Z, S, V: too like 1, 0, 2, 5, U
LENGTH = 18
WEIGHTS = tuple(pow(3, n, 31) for n in range(LENGTH - 1))


def check_character(first17: str) -> str:
    """The 18th character of 17 of the alphabet. Raises ValueError for a character that the alphabet has not."""
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def normal(typed: str) -> str:
    """A code as it is kept: capitals, half width, without spaces and dashes. Does not check it."""
    text = unicodedata.normalize("NFKC", typed).upper()
    return "".join(c for c in text if not c.isspace() and c not in "-‐–—")


def valid(code: str) -> bool:
    """Whether `code` has 18 characters of the alphabet, the last of them the right check character."""
    return len(code) == LENGTH and set(code) <= set(ALPHABET) and code[-1] == check_character(code[:-1])
