"""Contacts with households: of one household, and what somebody wrote down lately."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.assistance.policies.models import Outreach
from marketplace.core import clock
from marketplace.extensions import db
from marketplace.network.registry.models import Household
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import narrow

LATELY = timedelta(days=7)
ROWS = 200


@dataclass(frozen=True)
class Contact:
    """One contact, and the name of who had it."""

    contact: Outreach
    by: str


@dataclass(frozen=True)
class Noted:
    """What was written down at one moment, for one household or several."""

    at: datetime
    kind: str
    contacts: Sequence[Outreach]


def of_household(user, home: Household, limit: int = 20) -> list[Contact]:
    """The contacts with a household that the user may read, newest first."""
    statement = select(Outreach, User.display_name).join(Household, Household.id == Outreach.household_id)
    rows = db.session.execute(
        narrow(user, "household.read", statement, Household).outerjoin(User, User.id == Outreach.by_id)
        .where(Outreach.household_id == home.id).order_by(Outreach.id.desc()).limit(limit))
    return [Contact(contact, name or "") for contact, name in rows]


def lately(user) -> list[Noted]:
    """What the user wrote down in the last days and may still take back, newest first."""
    found: dict[tuple[datetime, str], list[Outreach]] = {}
    for contact in db.session.scalars(_own(user).where(Outreach.at > clock.now() - LATELY)
                                      .order_by(Outreach.id.desc()).limit(ROWS)):
        found.setdefault((contact.at, contact.kind), []).append(contact)
    return [Noted(at, kind, contacts) for (at, kind), contacts in found.items()]


def own(user, ids: Sequence[int], household_id: int | None = None) -> Sequence[int]:
    """Those of these contacts, of one household or any, that the user may take back."""
    found = db.session.execute(_own(user).with_only_columns(Outreach.id, Outreach.household_id).where(Outreach.id.in_(ids)))
    return [number for number, home in found if household_id in (None, home)]


def _own(user):
    statement = select(Outreach).join(Household, Household.id == Outreach.household_id)
    return narrow(user, "contact.take_back", narrow(user, "outreach.record", statement, Household), Outreach)


def homes(user, ids: Sequence[int]) -> Sequence[Household]:
    """Those of these households with which the user may note a contact."""
    return db.session.scalars(narrow(user, "outreach.record", select(Household), Household)
                              .where(Household.id.in_(ids)).order_by(Household.id)).all()
