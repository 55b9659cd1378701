"""The secret links of gifts that this browser made, kept in its own signed cookie."""
from flask import session

MOST = 40


def remember(*secrets: str) -> None:
    session["gifts"] = [*secrets, *(s for s in session.get("gifts", []) if s not in secrets)][:MOST]


def mine() -> list[str]:
    return list(session.get("gifts", []))
