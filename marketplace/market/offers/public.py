"""What everybody may know before offering something."""
from collections.abc import Sequence

from sqlalchemy import select

from marketplace.core import places
from marketplace.extensions import db
from marketplace.market.stock.models import Store
from marketplace.people.organisations.models import Organisation
from marketplace.people.organisations.queries import papers


def charities(area_code: str) -> Sequence[Organisation]:
    """Who takes offers for an area: charities with a certificate today that serve it, the nearest first. For the whole city
    every one of them, as it may be used anywhere."""
    return papers.certified() if area_code == places.CITY else papers.serving(area_code)


def stores(organisation_id: int) -> Sequence[Store]:
    """Where a charity takes things in: its open stores, which stand in public as its office does."""
    return db.session.scalars(select(Store).where(Store.organisation_id == organisation_id, Store.state == "open")
                              .order_by(Store.id)).all()
