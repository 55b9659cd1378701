"""A word of thanks from the household to its giver; read by a worker first."""
from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries.events import ThanksApproved
from marketplace.market.deliveries.models import THANKS_LIFE, Delivery, Thanks
from marketplace.market.wishes.rules import check_anonymous
from marketplace.network.registry.models import Person
from marketplace.people.accounts.permissions import demand

MOST = 300


def write(delivery: Delivery, words: str, by) -> Thanks:
    """Thank for a confirmed delivery, once. Raises NotAllowed, Invalid."""
    with transaction() as session:
        demand(by, "thanks.write", delivery)
        if not words.strip() or delivery.state != "confirmed":
            raise Invalid("words", "empty")
        if len(words) > MOST:
            raise Invalid("words", "too_long", most=MOST)
        if session.scalar(select(Thanks.id).where(Thanks.delivery_id == delivery.id)):
            raise Invalid("words", "written_before")
        thanks = Thanks(delivery_id=delivery.id, household_id=delivery.household_id, place_code=delivery.place_code,
                        author_id=by.id, words=words.strip(), written_at=clock.now())
        session.add(thanks)
        session.flush()
        audit.record(by.id, "thanks.write", f"thanks:{thanks.id}")
    return thanks


def approve(thanks: Thanks, by) -> None:
    """Let the giver see it. Raises NotAllowed, WrongState, Invalid when it would identify the family."""
    with transaction():
        demand(by, "thanks.moderate", thanks)
        names = db.session.scalars(select(Person.name).where(Person.household_id == thanks.household_id))
        check_anonymous("words", thanks.words, [n.reveal() for n in names if n])
        THANKS_LIFE.move(thanks, "approve")
        audit.record(by.id, "thanks.moderate", f"thanks:{thanks.id}", "approved")
        announce(ThanksApproved(thanks.id))


def decline(thanks: Thanks, by) -> None:
    """Keep it from the giver. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "thanks.moderate", thanks)
        THANKS_LIFE.move(thanks, "decline")
        audit.record(by.id, "thanks.moderate", f"thanks:{thanks.id}", "declined")
