"""What the manager of a charity should do about its papers."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.people.accounts.permissions import may
from marketplace.people.organisations.models import Certificate, Cooperation, Organisation
from marketplace.people.organisations.queries import papers
from marketplace.people.organisations.rules import certificate_task


@dataclass(frozen=True)
class Task:
    """One thing to do; `kind` is a task of the certificate or "answer_cooperation", `on` the day that it is about."""

    kind: str
    on: date | None = None
    number: int = 1


def tasks(user, organisation: Organisation) -> Sequence[Task]:
    """The tasks of this user in the organisation, nothing for who does not manage it."""
    found = []
    if may(user, "certificate.submit") and organisation.kind == "charity":
        mine = db.session.scalars(select(Certificate).where(Certificate.organisation_id == organisation.id)
                                  .order_by(Certificate.id)).all()
        kind, day = certificate_task(mine, clock.today(), papers.cooperation(organisation.id) is not None)
        found += [Task(kind, day)] if kind else []
    if may(user, "cooperation.agree"):
        waiting = db.session.scalar(select(func.count()).select_from(Cooperation).where(
            Cooperation.charity_id == organisation.id, Cooperation.state == "proposed"))
        found += [Task("answer_cooperation", number=waiting)] if waiting else []
    return found
