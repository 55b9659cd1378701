from marketplace.extensions import db
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.wishes.models import Wish
from marketplace.people.notices import service as notices


def giver(pledge_id: int, kind: str) -> None:
    """Leave a message of this kind for the giver of a promise, where they can be reached, with their secret link."""
    contact = db.session.get_one(PledgeContact, pledge_id)
    title = db.session.get_one(Wish, db.session.get_one(Pledge, pledge_id).wish_id).title
    for channel, where in (("sms", contact.phone), ("mail", contact.mail)):
        if where:
            notices.write(channel, where.reveal(), kind, contact.language, title=title,
                          secret=contact.secret.reveal())
            return
