"""Part of a promise goes another way than the rest: what came back of what was brought."""
import secrets

from marketplace.core import audit
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.pledges.rules import KitWhole
from marketplace.market.pledges.service import moving, reserving
from marketplace.market.stock import service as stock
from marketplace.market.stock.rules import is_kit

KEPT = ("need_id", "wish_id", "household_id", "place_code", "organisation_id", "giver_id", "kind", "offer_id", "state",
        "lapses_at", "if_ended", "created_at", "committed_at", "delivery_id")


def split(pledge: Pledge, units: int, actor: int) -> Pledge:
    """Make `units` of a promise of goods or a service that is on its way a promise of their own, of the same giver.

    What the need and the offer hold stays the same together; goods from store are split there too. Joins; the caller has
    asked the rule table. Raises Invalid (units), KitWhole.
    """
    with transaction() as session:
        moving.lock(pledge)
        if pledge.kind == "money" or not 0 < units < pledge.units:
            raise Invalid("units", "part_only", most=pledge.units - 1)
        contact, secret = session.get_one(PledgeContact, pledge.id), secrets.token_urlsafe(24)
        source = pledge.source
        if source.startswith("stock:"):
            part_of = stock.one(int(source.removeprefix("stock:")))
            if is_kit(part_of.batch.item_code):
                raise KitWhole
            source = f"stock:{stock.split(part_of, units, actor).id}"
        part = Pledge(ref=secrets.token_hex(5), follow_digest=reserving.digest(secret), units=units, source=source,
                      **{name: getattr(pledge, name) for name in KEPT})
        pledge.units -= units
        session.add(part)
        db.session.flush()
        session.add(PledgeContact(pledge_id=part.id, secret=secret, name=contact.name, phone=contact.phone,
                                  mail=contact.mail, language=contact.language))
        audit.record(actor, "pledge.split", f"pledge:{pledge.id}", f"{units} as pledge:{part.id}")
    return part
