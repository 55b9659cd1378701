from sqlalchemy import select

from marketplace.extensions import db
from marketplace.market.campaigns.models import Update


def one(campaign_id: int, number: int) -> Update:
    """A piece of news of this campaign. Raises NoResultFound."""
    return db.session.scalars(select(Update).where(Update.id == number, Update.campaign_id == campaign_id)).one()
