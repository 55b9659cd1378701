"""Text cut into overlapping pairs of characters, so that any part of any text can be found, as typed.

Chinese writes no spaces, so words cannot be cut reliably, and a word of two characters is shorter than a trigram. A run
of pairs in the right order is exactly a part of the text; single characters are kept apart for queries of one.
Each gram is written as hexadecimal code points: letters and digits only, whatever the text held.
"""
import re
import unicodedata

GAP = re.compile(r"\s+")


def fold(text: str) -> str:
    """One form for what a reader sees as the same: full and half width, capitals, runs of space."""
    return GAP.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def terms(query: str) -> list[str]:
    """What a query asks for: each word, folded, must occur somewhere. At most eight."""
    return list(dict.fromkeys(fold(query).split(" ")))[:8] if query.strip() else []


def pairs(text: str) -> list[str]:
    """The overlapping pairs of a folded text, in order."""
    return [_gram(text[i : i + 2]) for i in range(len(text) - 1)]


def singles(text: str) -> list[str]:
    """The distinct characters of a folded text."""
    return [_gram(c) for c in dict.fromkeys(text) if c != " "]


def _gram(characters: str) -> str:
    return "g" + "x".join(f"{ord(c):x}" for c in characters)
