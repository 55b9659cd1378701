"""A certificate of voluntary service as whoever knows its number sees it: what the paper shows, the name but its first
character hidden. No column here is personal."""
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.market.attestations.models import NUMBERED, Attestation
from marketplace.market.attestations.rules import normal_number


@dataclass(frozen=True)
class Shown:
    """A certificate, and the one that took its place."""

    attestation: Attestation
    replaced_by: Attestation | None


def one(number: str) -> Shown | None:
    """The certificate of a number as typed or scanned; None for every number that is not one of ours."""
    found = db.session.scalars(select(Attestation).where(
        Attestation.number == (normal_number(number) or "-"), Attestation.state.in_(NUMBERED))).first()
    if found is None:
        return None
    return Shown(found, db.session.get(Attestation, found.replaced_by_id) if found.replaced_by_id else None)
