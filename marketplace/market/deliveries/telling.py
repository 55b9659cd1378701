"""Messages to households about what comes to them: to who made the wish, or else to the first member who has a phone."""
from typing import Any

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.wishes.models import Wish, WishOrigin
from marketplace.network.registry.models import Person
from marketplace.people.notices import service as notices


def phone(wish: Wish) -> str:
    """Where the household is reached about this wish; "" for nowhere."""
    person = db.session.get_one(Person, db.session.get_one(WishOrigin, wish.id).person_id)
    found = person.phone or db.session.scalars(select(Person.phone).where(
        Person.household_id == wish.household_id, Person.phone.is_not(None), Person.counted)
        .order_by(Person.id)).first()
    return found.reveal() if found else ""


def household(wish: Wish, kind: str, **facts: Any) -> None:
    """Leave a message of this kind for the household, where it can be reached."""
    if number := phone(wish):
        notices.write("sms", number, kind, title=wish.title, **facts)


def reached(delivery: Delivery) -> str:
    """The number at which the household of a delivery is reached; "" for none."""
    return phone(db.session.get_one(Wish, delivery.wish_id))


def about(delivery: Delivery, kind: str, **facts: Any) -> None:
    """Leave a message about a delivery for its household, where it can be reached."""
    household(db.session.get_one(Wish, delivery.wish_id), kind, **facts)
