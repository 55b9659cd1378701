from collections.abc import Sequence

from sqlalchemy import select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.people.organisations.models import Organisation


def serving(place_code: str) -> Sequence[Organisation]:
    """Charities qualified today that serve the place, the nearest area first."""
    prefixes = [place_code[:n] for n in (4, 6, 9, 12)]
    return db.session.scalars(
        select(Organisation).where(Organisation.area_code.in_(prefixes), Organisation.qualified_until >= clock.today())
        .order_by(Organisation.area_code.desc(), Organisation.id)).all()


def names() -> dict[int, Organisation]:
    """All charities by their number."""
    return {one.id: one for one in db.session.scalars(select(Organisation))}


def one(organisation_id: int) -> Organisation:
    """The organisation. Raises NoResultFound."""
    return db.session.scalars(select(Organisation).where(Organisation.id == organisation_id)).one()
