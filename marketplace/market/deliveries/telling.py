"""Messages to households about what comes to them."""
from typing import Any

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.market.wishes.models import Wish, WishOrigin
from marketplace.network.registry.models import Person
from marketplace.people.notices import service as notices


def household(wish: Wish, kind: str, **facts: Any) -> None:
    """Leave a message of this kind on the phone of who made the wish, or else of the first member who has one."""
    person = db.session.get_one(Person, db.session.get_one(WishOrigin, wish.id).person_id)
    phone = person.phone or db.session.scalars(select(Person.phone).where(
        Person.household_id == wish.household_id, Person.phone.is_not(None), Person.counted)
        .order_by(Person.id)).first()
    if phone:
        notices.write("sms", phone.reveal(), kind, title=wish.title, **facts)
