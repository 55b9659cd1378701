"""What a gift of money can be for, besides a wish: a charity's own fund."""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.exc import NoResultFound

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.people.organisations.models import Certificate, Organisation
from marketplace.people.organisations.queries.papers import holds


@dataclass(frozen=True)
class Target:
    """Where a gift goes. `title` is empty for a charity's own fund; `open` says whether money can be given now.

    `certificate` is what the charity raises funds by today, None when it may not.
    """

    account: str
    charity: Organisation
    certificate: Certificate | None
    title: str
    english: str
    ref: str
    open: bool

    @property
    def until(self) -> date | None:
        """The last day on which the charity may raise funds, as far as is known today."""
        return self.certificate.valid_until if self.certificate else None


def fund(organisation_id: int) -> Target:
    """A charity's own fund, open while it may raise funds from the public. Raises NoResultFound."""
    return of(f"fund:{organisation_id}")


def of(account: str) -> Target:
    """What an account of the books is for. Raises NoResultFound."""
    return of_all({account})[account]


def of_all(accounts: Collection[str]) -> dict[str, Target]:
    """What each of several accounts is for, in a fixed number of statements. Raises NoResultFound."""
    numbers = [int(account.removeprefix("fund:")) for account in accounts if account.startswith("fund:")]
    found = {target.account: target for target in _funds(Organisation.id.in_(numbers))} if numbers else {}
    if len(found) < len(set(accounts)):
        raise NoResultFound
    return found


def charities() -> list[Target]:
    """The funds of all charities that may raise funds from the public now, by area."""
    return [target for target in _funds(Organisation.kind == "charity") if target.open]


def similar(account: str) -> Target | None:
    """Something open of the same charity that money for `account` could go to instead."""
    return None


def _funds(wanted: ColumnElement[bool]) -> Sequence[Target]:
    """Funds of charities, each with the certificate that holds the longest, in one statement."""
    rows = db.session.execute(
        select(Organisation, Certificate)
        .outerjoin(Certificate, and_(Certificate.organisation_id == Organisation.id, holds(clock.today())))
        .where(wanted).order_by(Organisation.area_code, Organisation.id, Certificate.valid_until, Certificate.id)).all()
    papers = {charity.id: certificate for charity, certificate in rows}  # of several the last, which holds the longest
    return [Target(f"fund:{charity.id}", charity, papers[charity.id], "", "", "", papers[charity.id] is not None)
            for charity in dict.fromkeys(row[0] for row in rows)]
