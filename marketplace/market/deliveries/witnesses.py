"""Who may stand for a household that has neither its code nor its card."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.core import places
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid, Refused
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.records import Witnessing
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.network.registry.models import Person
from marketplace.people.accounts.models import User

RELATIONS = ("committee", "neighbour", "relative", "teacher", "doctor")
NAME_MOST = 40


class BadWitness(Refused):
    """Somebody who cannot witness this: `why` is unknown, giver, deliverer, household, or same."""

    def __init__(self, number: int, why: str):
        super().__init__(number, why)
        self.number, self.why = number, why


@dataclass(frozen=True)
class Witness:
    """A worker by the name to sign in with, or a person who signed, with what they are to the household."""

    username: str = ""
    name: str = ""
    relation: str = ""


def record(delivery: Delivery, two: Sequence[Witness], reason: str, by) -> None:
    """Write down both, whom nothing binds to the gift. Joins. Raises BadWitness, Invalid (reason)."""
    if not reason.strip():
        raise Invalid("reason", "empty")
    first, second = (_checked(number, one, delivery, by) for number, one in enumerate(two, 1))
    if first == second or (first[1] and first[1] == second[1]):
        raise BadWitness(2, "same")
    db.session.add(Witnessing(
        delivery_id=delivery.id, reason=reason.strip(), first_id=first[0], first_name=private(first[1]),
        first_relation=first[2], second_id=second[0], second_name=private(second[1]), second_relation=second[2]))


def _checked(number: int, witness: Witness, delivery: Delivery, by) -> tuple[int, str, str]:
    """The account, name and relation to keep of a witness. Raises BadWitness."""
    if witness.username.strip():
        return _worker(number, witness.username.strip(), delivery, by), "", ""
    name = witness.name.strip()[:NAME_MOST]
    if len(name) < 2 or witness.relation not in RELATIONS:
        raise BadWitness(number, "unknown")
    if name in _names(select(Person.name).where(Person.household_id == delivery.household_id)):
        raise BadWitness(number, "household")
    if name in _names(select(PledgeContact.name).join(Pledge, Pledge.id == PledgeContact.pledge_id)
                      .where(Pledge.delivery_id == delivery.id)):
        raise BadWitness(number, "giver")
    if name == by.display_name:
        raise BadWitness(number, "deliverer")
    return 0, name, witness.relation


def _worker(number: int, username: str, delivery: Delivery, by) -> int:
    user = db.session.scalars(select(User).where(User.username == username, User.active)).first()
    if user is None or user.role != "social_worker" or not _answers_for(user.area_code, delivery.place_code):
        raise BadWitness(number, "unknown")
    for why, met in (("deliverer", user.id == by.id), ("giver", user.id == delivery.giver_id),
                     ("household", user.household_id == delivery.household_id)):
        if met:
            raise BadWitness(number, why)
    return user.id


def _answers_for(area: str, place: str) -> bool:
    low, high = places.span(area)
    return low <= place < high


def _names(statement) -> set[str]:
    return {name.reveal() for name in db.session.scalars(statement) if name}


def of(delivery_id: int) -> Witnessing | None:
    """What is written down about the witnesses of a delivery."""
    return db.session.get(Witnessing, delivery_id)


def saw(delivery: Delivery, by) -> bool:
    """Whether this account witnessed the hand-over: then it does not confirm the receipt as well."""
    found = of(delivery.id) if delivery.proof == "witnesses" else None
    return found is not None and by.id in (found.first_id, found.second_id)
