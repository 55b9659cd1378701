from sqlalchemy import update

from marketplace.extensions import db
from marketplace.people.organisations.models import Organisation


def lock(organisation_id: int) -> None:
    """One writer for an organisation's papers and people from here to the end of the open transaction."""
    db.session.execute(update(Organisation).where(Organisation.id == organisation_id).values(kind=Organisation.kind))
