"""Part of a delivery goes its own way: both have come the same way so far."""
from sqlalchemy import inspect, select

from marketplace.core import audit
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery, DeliveryStep
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge

# what each delivery has of its own, or is not kept
OWN = {"id", "ref", "units", "follow_digest", "code_digest", "code_wrong", "proof_photo", "straight"}


def split(delivery: Delivery, units: int, actor: int) -> Delivery:
    """Make `units` of it a delivery of their own in the same state, with the steps so far. What was bought with gifts of
    money is one thing and is not split. Joins; the caller has asked the rule table. Raises Invalid (units)."""
    with transaction() as session:
        session.refresh(delivery, with_for_update=True)
        if delivery.kind == "money" or not 0 < units < delivery.units:
            raise Invalid("units", "part_only", most=delivery.units - 1)
        pledge = session.scalars(select(Pledge).where(Pledge.delivery_id == delivery.id)).one()
        promised = pledges.split(pledge, units, actor)
        kept = {c.key: getattr(delivery, c.key) for c in inspect(Delivery).column_attrs if c.key not in OWN}
        part = Delivery(**kept, units=units, follow_digest=promised.follow_digest if delivery.follow_digest else "")
        delivery.units -= units
        session.add(part)
        session.flush()
        promised.delivery_id = part.id
        session.add_all(DeliveryStep(delivery_id=part.id, wish_id=part.wish_id, state=step.state, at=step.at)
                        for step in delivery.steps)
        db.session.flush()
        audit.record(actor, "delivery.split", f"delivery:{delivery.id}", f"{units} as delivery:{part.id}")
    return part
