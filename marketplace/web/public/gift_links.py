"""The secret links of gifts that this browser made, kept in its own signed cookie."""
from flask import session

MOST = 20


def remember(secret: str) -> None:
    session["gifts"] = [secret, *(s for s in session.get("gifts", []) if s != secret)][:MOST]


def mine() -> list[str]:
    return list(session.get("gifts", []))
