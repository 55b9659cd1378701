"""Messages to those who offer: what the charity said, and what came to its store. Never anything of a household."""
import re
from typing import Any

from marketplace.extensions import db
from marketplace.market.offers.models import Offer, OfferContact
from marketplace.market.wishes import goods
from marketplace.people.notices import service as notices
from marketplace.people.organisations import queries as organisations

MOBILE = re.compile(r"(\+86)?1\d{10}")


def giver(offer_id: int, kind: str, **facts: Any) -> None:
    """Leave a message of this kind for whoever made an offer, with the secret link. Joins.

    It goes to a mobile phone; to the mail address of somebody, mostly a company, who has told us another number.
    """
    offer, contact = db.session.get_one(Offer, offer_id), db.session.get_one(OfferContact, offer_id)
    phone, mail = (one.reveal() if one else "" for one in (contact.phone, contact.mail))
    charity = organisations.one(offer.organisation_id)
    thing = goods.items().get(offer.item_code) or goods.categories()[offer.category]
    said = {"thing": thing.zh, "thing_en": thing.en, "charity": charity.name, "charity_en": charity.english or charity.name}
    for channel, where in (("sms", phone if MOBILE.fullmatch(re.sub(r"[ -]", "", phone)) else ""), ("mail", mail),
                           ("sms", phone)):
        if where:
            notices.write(channel, where, kind, contact.language, secret=contact.secret.reveal(), **said, **facts)
            return
