"""What of a certificate is proven: its public facts are hashed, and the hash stands in an entry of the audit chain."""
import json

from sqlalchemy import select

from marketplace.core import proof as daily
from marketplace.core.audit import AuditEntry
from marketplace.extensions import db
from marketplace.market.attestations.models import Attestation
from marketplace.money.receipts.proof import Standing

ISSUE = "attestation.issue"


def digest(issued: Attestation) -> str:
    """The holder's name is not among the facts: whoever guessed it could prove the guess.

    Minutes stand among them where there are any, so that what was issued in whole hours keeps its digest.
    """
    assert issued.issued_at
    return daily.digest_of({
        "number": issued.number, "organisation": issued.organisation, "credit_code": issued.credit_code,
        "first_on": issued.first_on.isoformat(), "last_on": issued.last_on.isoformat(), "hours": issued.hours,
        "visits": issued.visits, "services": issued.services, "for": json.loads(issued.lines),
        "issued_at": issued.issued_at.isoformat(), **({"minutes": issued.minutes} if issued.minutes else {})})


def standing(issued: Attestation) -> Standing:
    """How the certificate stands to what was published, as receipts do."""
    entry = db.session.scalars(select(AuditEntry).where(
        AuditEntry.subject == f"attestation:{issued.number}", AuditEntry.capability == ISSUE)).first()
    if entry is None or entry.reason != issued.digest or digest(issued) != issued.digest:
        return Standing("broken", None)
    where = daily.place(entry)
    return Standing("proven", where.proof.day) if where else Standing("waiting", None)
