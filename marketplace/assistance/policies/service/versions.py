"""The texts of the catalogue: proposed, previewed, and published by somebody else."""
from datetime import datetime

from sqlalchemy import func, select

from marketplace.assistance.policies import results
from marketplace.assistance.policies.models import Screening
from marketplace.assistance.policies.rules import (
    AlreadyRunning,
    KnownAlready,
    PreviewMissing,
    PreviewStale,
    refuse_new_columns,
)
from marketplace.assistance.policies.service import runs
from marketplace.catalogue import catalogue as catalogues
from marketplace.core import audit, clock
from marketplace.core.audit import AuditEntry
from marketplace.core.errors import WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.network.registry import redeciding, rulebook
from marketplace.network.registry.rulebook import VERSION, CatalogueVersion
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand


def propose(text: str, note: str, by: User) -> CatalogueVersion:
    """Keep a changed text as a draft. Raises NotAllowed, Faulty (faults with their lines; nothing is kept), KnownAlready."""
    demand(by, "catalogue.propose", CatalogueVersion)
    proposed = catalogues.parse(text)
    refuse_new_columns(proposed, catalogues.built_in())
    with transaction() as session:
        demand(by, "catalogue.propose", CatalogueVersion)
        rulebook.keep_first()
        who = {"proposed_by": by.id, "proposed_at": clock.now(), "note": note.strip(), "previewed_by": 0}
        version = session.scalars(select(CatalogueVersion).where(CatalogueVersion.hash == proposed.hash)).first()
        if version is None:
            version = CatalogueVersion(hash=proposed.hash, text=text, **who)
            session.add(version)
            session.flush()
        elif version.state in VERSION.arrows["propose"].sources:
            VERSION.move(version, "propose", **who)
        else:
            raise KnownAlready(version.state)
        audit.record(by.id, "catalogue.propose", f"catalogue:{version.id}", version.hash[:12])
    return version


def withdraw(version: CatalogueVersion, by: User) -> None:
    """Take a draft back. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "catalogue.propose", version)
        VERSION.move(version, "withdraw")
        audit.record(by.id, "catalogue.propose", f"catalogue:{version.id}", "withdrawn")


def preview(version: CatalogueVersion, by: User) -> Screening:
    """Compare a draft with the catalogue in force over the whole registry, as of today; no result is touched.

    Raises NotAllowed, WrongState, AlreadyRunning, Invalid("as_of") when it does not cover today.
    """
    with transaction():
        demand(by, "catalogue.propose", version)
        if version.state not in VERSION.arrows["preview"].sources:
            raise WrongState("preview", version.state)
        run = runs.queue("preview", version.hash, clock.today(), by.id, against=rulebook.keep_first().hash)
        audit.record(by.id, "catalogue.propose", f"catalogue:{version.id}", f"preview:{run.id}")
    return run


def publish(version: CatalogueVersion, by: User) -> Screening:
    """Put a previewed text in force: eligibility is decided again by it, and the city screened. Returns that run.

    Raises NotAllowed (also for whoever proposed or previewed it), WrongState, PreviewMissing, PreviewStale,
    AlreadyRunning.
    """
    with transaction() as session:
        demand(by, "catalogue.publish", version)
        results.take_turn()  # before the rows of versions, as a preview that comes to its end does
        session.refresh(version)
        if version.state not in VERSION.arrows["publish"].sources:
            raise WrongState("publish", version.state)
        before = rulebook.keep_first()
        _demand_preview(version, before)
        if (other := runs.active("full")) is not None:
            raise AlreadyRunning(other)
        VERSION.move(before, "retire")
        VERSION.move(version, "publish", published_by=by.id, published_at=clock.now())
        run = runs.queue("full", version.hash, clock.today(), by.id)
        redeciding.begin()
        audit.record(by.id, "catalogue.publish", f"catalogue:{version.id}", version.hash[:12])
    return run


def newest_preview(version: CatalogueVersion) -> Screening | None:
    """The last preview of this text that came to its end."""
    return db.session.scalars(
        select(Screening).where(Screening.kind == "preview", Screening.state == "done", Screening.catalogue == version.hash)
        .order_by(Screening.id.desc()).limit(1)).first()


def registry_loaded_at() -> datetime | None:
    """When files were last loaded into the registry."""
    return db.session.scalar(select(func.max(AuditEntry.at)).where(AuditEntry.capability == "registry.import"))


def _demand_preview(version: CatalogueVersion, in_force: CatalogueVersion) -> None:
    run = newest_preview(version)
    if run is None or run.against != in_force.hash:
        raise PreviewMissing
    loaded = registry_loaded_at()
    if loaded and run.started_at and loaded >= run.started_at:
        raise PreviewStale
