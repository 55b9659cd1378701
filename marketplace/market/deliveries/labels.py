"""What stands on the label of a parcel: a number that tells nothing and is not mistaken when read or typed."""
import secrets
import unicodedata

ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"  # without those that look alike: 0 O, 1 I L, 2 Z, 5 S, 8 B
LENGTH = 8


def new() -> str:
    """A number that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read(typed: str) -> str:
    """A number as it is kept, from what was typed or scanned; "" for what cannot be one."""
    text = "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum())
    return text if len(text) == LENGTH and set(text) <= set(ALPHABET) else ""


def said(ref: str) -> str:
    """In two groups, as it is printed: ACDE-FGHJ."""
    return f"{ref[:4]}-{ref[4:]}"
