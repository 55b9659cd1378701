"""What of a receipt is proven: its public facts are hashed, and the hash is the reason of an entry of the audit chain."""
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from marketplace.core import audit, merkle
from marketplace.core import proof as daily
from marketplace.core.audit import FIRST, AuditEntry
from marketplace.extensions import db
from marketplace.money.receipts.models import Receipt

BINDS = ("receipt.issue", "receipt.reverse")
SHAPE = {"receipt": dict, "entry": list, "day": str, "root": str, "index": int, "size": int, "path": list}


@dataclass(frozen=True)
class Standing:
    """ "waiting" until the `day` of its entry is published, then "proven"; "broken" when it does not fit what was."""

    state: str
    day: date | None


def facts(receipt: Receipt, reverses: Receipt | None = None, replaces: Receipt | None = None) -> dict:
    """The public facts, in plain values. The payer's name is not among them: whoever guessed it could prove the guess."""
    return {"number": receipt.number, "organisation": receipt.organisation, "credit_code": receipt.credit_code,
            "kind": receipt.kind, "amount_fen": receipt.amount_fen, "currency": "CNY", "for": receipt.title,
            "items": [list(item) for item in receipt.items], "given_on": receipt.given_on.isoformat(),
            "issued_at": receipt.issued_at.isoformat(), "reverses": reverses.number if reverses else "",
            "replaces": replaces.number if replaces else ""}


def digest(receipt: Receipt, reverses: Receipt | None = None, replaces: Receipt | None = None) -> str:
    return daily.digest_of(facts(receipt, reverses, replaces))


def known_facts(receipt: Receipt) -> dict:
    """The facts of a stored receipt."""
    session = db.session
    return facts(receipt, session.get_one(Receipt, receipt.reverses_id) if receipt.reverses_id else None,
                 session.get_one(Receipt, receipt.replaces_id) if receipt.replaces_id else None)


def standing(receipt: Receipt) -> Standing:
    """How the receipt stands to what was published, worked out from the entry up to the root."""
    found = document(receipt)
    if found is None:
        return Standing("waiting" if _entry(receipt) else "broken", None)
    return Standing("broken" if fault(found, daily.published) else "proven", date.fromisoformat(found["day"]))


def document(receipt: Receipt) -> dict | None:
    """All that somebody needs to check a receipt without us; None until the day's proof is published."""
    entry = _entry(receipt)
    where = daily.place(entry) if entry else None
    if where is None or entry is None or entry.position is None:
        return None
    before = db.session.scalar(select(AuditEntry.digest).where(AuditEntry.position == entry.position - 1))
    return {"receipt": known_facts(receipt), "entry": audit.facts(entry, entry.position, before or FIRST),
            "day": where.proof.day.isoformat(), "root": where.proof.root, "index": where.index, "size": where.proof.entries,
            "path": list(where.path)}


def fault(found: Mapping[str, Any], published: Callable[[str], tuple[str, int]]) -> str:
    """What is wrong with a document, or "": "shape", "receipt", "entry", "path", or "day" for one that was not published.

    `published` gives the root that was published of a day and over how many entries.
    """
    if any(type(found.get(name)) is not kind for name, kind in SHAPE.items()) or len(found["entry"]) != 8:
        return "shape"
    _position, _id, _at, _actor, capability, subject, reason, _before = found["entry"]
    if capability not in BINDS or subject != f"receipt:{found['receipt'].get('number')}":
        return "entry"
    if reason != daily.digest_of(found["receipt"]):
        return "receipt"
    try:
        steps = [bytes.fromhex(step) for step in found["path"]]
    except (TypeError, ValueError):
        return "shape"
    leaf = merkle.leaf(sha256(json.dumps(found["entry"], ensure_ascii=False).encode()).digest())
    top = merkle.climbed(leaf, found["index"], found["size"], steps)
    if top is None or top.hex() != found["root"]:
        return "path"
    return "" if published(found["day"]) == (found["root"], found["size"]) else "day"


def _entry(receipt: Receipt) -> AuditEntry | None:
    """The entry that binds the receipt into the chain; None when somebody has taken it away."""
    return db.session.scalars(select(AuditEntry).where(
        AuditEntry.subject == f"receipt:{receipt.number}", AuditEntry.capability.in_(BINDS)).order_by(AuditEntry.id)).first()
