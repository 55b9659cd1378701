"""Who may stand for a household that has neither its code nor its card."""
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select, update

from marketplace.core import audit, clock, places
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid, NotAllowed, Refused, WrongState
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.records import Witnessing
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.network.registry.models import Person
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand

RELATIONS = ("committee", "neighbour", "relative", "teacher", "doctor")
NAME_MOST = 40


class NotSignedYet(Refused):
    """A worker is named as a witness and has not said yet, under the own sign-in, to have seen it."""


class BadWitness(Refused):
    """Somebody who cannot witness this: `why` is unknown, giver, deliverer, household, worker, same, or no_account."""

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
    """Write down both, whom nothing binds to the gift; at least one is a worker, who is asked to say so too. Joins.

    Raises BadWitness, Invalid (reason).
    """
    if not reason.strip():
        raise Invalid("reason", "empty")
    first, second = (_checked(number, one, delivery, by) for number, one in enumerate(two, 1))
    if first == second or (first[1] and _plain(first[1]) == _plain(second[1])):
        raise BadWitness(2, "same")
    if not (first[0] or second[0]):
        raise BadWitness(2, "no_account")
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
    for why, names in _bound(delivery, by):
        if _plain(name) in names:
            raise BadWitness(number, why)
    return 0, name, witness.relation


def _bound(delivery: Delivery, by) -> Iterator[tuple[str, set[str]]]:
    """Names that are no witness on paper, and why: a worker of the area says so under the own sign-in."""
    yield "household", _names(select(Person.name).where(Person.household_id == delivery.household_id))
    yield "giver", _names(select(PledgeContact.name).join(Pledge, Pledge.id == PledgeContact.pledge_id)
                          .where(Pledge.delivery_id == delivery.id))
    yield "deliverer", {_plain(by.display_name)}
    workers = db.session.execute(select(User.display_name, User.area_code).where(User.role == "social_worker", User.active))
    yield "worker", {_plain(name) for name, area in workers if _answers_for(area, delivery.place_code)}


def _plain(name: str) -> str:
    """A name as it is compared: however it is spaced, and in whichever letters."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


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
    return {_plain(name.reveal()) for name in db.session.scalars(statement) if name}


def of(delivery_id: int) -> Witnessing | None:
    """What is written down about the witnesses of a delivery."""
    return db.session.get(Witnessing, delivery_id)


def saw(delivery: Delivery, by) -> bool:
    """Whether this account witnessed the hand-over: then it does not confirm the receipt as well."""
    found = of(delivery.id) if delivery.proof == "witnesses" else None
    return found is not None and by.id in (found.first_id, found.second_id)


def demand_apart(delivery: Delivery, by, capability: str) -> None:
    """Raises NotAllowed for who witnessed the hand-over."""
    if saw(delivery, by):
        raise NotAllowed(capability)


def is_waiting() -> ColumnElement[bool]:
    """Of a Witnessing, for statements: a worker who is named has not said yet to have seen it."""
    return or_(and_(Witnessing.first_id > 0, Witnessing.first_at.is_(None)),
               and_(Witnessing.second_id > 0, Witnessing.second_at.is_(None)))


def demand_signed(delivery: Delivery) -> None:
    """Raises NotSignedYet while a worker who is named as a witness has not said so too."""
    if delivery.proof == "witnesses" and db.session.scalar(
            select(Witnessing.delivery_id).where(Witnessing.delivery_id == delivery.id, is_waiting())):
        raise NotSignedYet


def asked(delivery: Delivery, by) -> bool:
    """Whether this account is named as a witness and has not answered."""
    found = of(delivery.id) if delivery.proof == "witnesses" and delivery.state == "handed_over" else None
    return found is not None and (by.id, None) in ((found.first_id, found.first_at), (found.second_id, found.second_at))


def waiting(user) -> list[Delivery]:
    """Hand-overs that this worker is named as a witness of and has not answered for, the oldest first."""
    mine = or_(and_(Witnessing.first_id == user.id, Witnessing.first_at.is_(None)),
               and_(Witnessing.second_id == user.id, Witnessing.second_at.is_(None)))
    return list(db.session.scalars(select(Delivery).join(Witnessing, Witnessing.delivery_id == Delivery.id).where(
        mine, Delivery.state == "handed_over", Delivery.proof == "witnesses").order_by(Delivery.id)))


def sign(delivery: Delivery, by) -> None:
    """A worker who is named as a witness has seen it. Raises NotAllowed, WrongState (answered before)."""
    with transaction() as session:
        demand(by, "delivery.witness", delivery)
        if not saw(delivery, by):
            raise NotAllowed("delivery.witness")
        signed = 0
        for number, at in ((Witnessing.first_id, Witnessing.first_at), (Witnessing.second_id, Witnessing.second_at)):
            signed += changed(update(Witnessing).where(Witnessing.delivery_id == delivery.id, number == by.id, at.is_(None))
                              .values({at.key: clock.now()}))
        if not signed:
            raise WrongState("sign", "signed")
        session.expire_all()
        audit.record(by.id, "delivery.witness", f"delivery:{delivery.id}")
