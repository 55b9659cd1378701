from typing import Any

from marketplace.extensions import db
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.wishes.models import Wish
from marketplace.people.notices import service as notices


def giver(pledge_id: int, kind: str) -> None:
    """Leave a message of this kind for the giver of a promise, where they can be reached, with their secret link."""
    contact, pledge = db.session.get_one(PledgeContact, pledge_id), db.session.get_one(Pledge, pledge_id)
    facts: dict[str, Any] = {"title": db.session.get_one(Wish, pledge.wish_id).title}
    if pledge.kind == "money":
        facts["fen"] = pledge.units
    if pledge.choose_until:
        facts["until"] = pledge.choose_until.isoformat()
    for channel, where in (("sms", contact.phone), ("mail", contact.mail)):
        if where:
            notices.write(channel, where.reveal(), kind, contact.language, secret=contact.secret.reveal(), **facts)
            return
