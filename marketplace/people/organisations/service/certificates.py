"""The certificate of public fundraising: sent in by the charity's manager, checked by an officer of its area."""
from sqlalchemy import select

from marketplace.core import audit, clock, images, storage
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations.models import CERTIFICATE_LIFE, Certificate, Organisation
from marketplace.people.organisations.rules import (
    CertificateDraft,
    CharitiesAlone,
    WaitsAlready,
    check_certificate,
    check_reason,
)
from marketplace.people.organisations.service.locking import lock


def submit(organisation: Organisation, draft: CertificateDraft, upload: bytes, by: User) -> Certificate:
    """Send in what stands on the certificate, with its picture, drawn again without metadata.

    Raises NotAllowed, CharitiesAlone, WaitsAlready, Invalid (a field, or "photo").
    """
    if not upload:
        raise Invalid("photo", "empty")
    check_certificate(draft, organisation.registered_on)
    pictures = images.redraw(upload)
    with transaction() as session:
        made = Certificate(
            organisation_id=organisation.id, area_code=organisation.area_code, number=draft.number.strip(),
            issued_on=draft.issued_on, valid_from=draft.valid_from, valid_until=draft.valid_until,
            picture=storage.new_key("certificate"), recorded_by=by.id, recorded_at=clock.now())
        demand(by, "certificate.submit", made)
        if organisation.kind != "charity":
            raise CharitiesAlone
        lock(organisation.id)
        if session.scalar(select(Certificate.id).where(Certificate.organisation_id == organisation.id,
                                                       Certificate.state == "submitted")):
            raise WaitsAlready
        for width, picture in zip(images.WIDTHS, pictures, strict=True):
            storage.store().put(f"{made.picture}-{width}.webp", picture.content)
        session.add(made)
        session.flush()
        audit.record(by.id, "certificate.submit", f"certificate:{made.id}")
    return made


def approve(certificate: Certificate, by: User) -> None:
    """Say that it is genuine and says what was sent in: it counts. Raises NotAllowed, WrongState, Invalid("valid_until")."""
    with transaction():
        demand(by, "certificate.approve", certificate)
        if certificate.valid_until < clock.today():
            raise Invalid("valid_until", "over")
        _decide(certificate, "approve", by)


def refuse(certificate: Certificate, reason: str, by: User) -> None:
    """Say why it does not count; the charity reads the reason. Raises NotAllowed, WrongState, Invalid("reason")."""
    said = check_reason(reason)
    with transaction():
        demand(by, "certificate.refuse", certificate)
        _decide(certificate, "refuse", by, said)


def revoke(certificate: Certificate, reason: str, by: User) -> None:
    """It counts no more, from this moment on. Raises NotAllowed, WrongState, Invalid("reason")."""
    said = check_reason(reason)
    with transaction():
        demand(by, "certificate.revoke", certificate)
        _decide(certificate, "revoke", by, said)


def withdraw(certificate: Certificate, by: User) -> None:
    """Take it back before it is checked. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "certificate.withdraw", certificate)
        CERTIFICATE_LIFE.move(certificate, "withdraw")
        audit.record(by.id, "certificate.withdraw", f"certificate:{certificate.id}")


def _decide(certificate: Certificate, verb: str, by: User, reason: str = "") -> None:
    CERTIFICATE_LIFE.move(certificate, verb, checked_by=by.id, checked_at=clock.now(), reason=reason)
    audit.record(by.id, f"certificate.{verb}", f"certificate:{certificate.id}")
