"""The hotline: somebody calls and says what came of a hand-over, and proves by digits or card which one is meant."""
import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, Refused
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import replies, service, telling
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.queries import Item
from marketplace.market.deliveries.receiving import RATED_WITHIN, TRIES, digest
from marketplace.market.deliveries.records import ReplyCode
from marketplace.market.wishes.models import Need, Wish
from marketplace.network.registry import service as registry
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand, narrow

CALLBACKS = ("called", "no_phone")
LOOKED, MISSED = "hotline:receipts", "nothing found"
MISSES, MISSED_WITHIN = 10, timedelta(hours=1)


class TooManyMisses(Refused):
    """This account has typed wrong digits and numbers too often; it waits for an hour."""


class NotProven(Refused):
    """The digits or the card belong to another delivery, or to none that waits."""


@dataclass(frozen=True)
class Call:
    """What a caller said: that all is well, or what is not; whether the number on record was called back."""

    well: bool
    words: str
    callback: str
    satisfaction: int = 0


@dataclass(frozen=True)
class Meant:
    """A hand-over that a caller may mean, and the number on record to call back; "" for none."""

    item: Item
    phone: str


def find(proof: str, by) -> list[Meant]:
    """Open hand-overs that the digits from a message, or the number of a card, belong to. The look is recorded.

    Raises NotAllowed, TooManyMisses.
    """
    demand(by, "delivery.take_call")
    _demand_tries(by)
    with transaction() as session:
        rows = [Item(*row) for row in session.execute(_open(by, select(Delivery, Need, Wish)).join(
            Need, Need.id == Delivery.need_id).join(Wish, Wish.id == Delivery.wish_id)
            .where(Delivery.id.in_(_proven(proof, by))).order_by(Delivery.id))]
        audit.record(by.id, "delivery.take_call", LOOKED, f"{len(rows)} found" if rows else MISSED)
        for item in rows:
            audit.record(by.id, "household.read", f"household:{item.delivery.household_id}", "hotline")
        return [Meant(item, telling.phone(item.wish)) for item in rows]


def _demand_tries(by) -> None:
    """Nobody finds digits by trying: MISSES in vain in an hour lock the account out, which is written down too."""
    with transaction() as session:
        session.get(User, by.id, with_for_update=True)
        missed = audit.count(LOOKED, "delivery.take_call", MISSED, clock.now() - MISSED_WITHIN, by.id)
        if missed >= MISSES:
            audit.record(by.id, "delivery.take_call", LOOKED, "locked out")
    if missed >= MISSES:
        raise TooManyMisses


def _open(user, statement: Select) -> Select:
    return narrow(user, "delivery.take_call", statement.select_from(Delivery), Delivery).where(
        Delivery.state == "handed_over")


def _proven(proof: str, by) -> list[int]:
    """The open hand-overs that a proof belongs to."""
    given = proof.strip()
    if len(given) == replies.DIGITS and given.isdigit():
        rows = db.session.execute(_open(by, select(Delivery.id, ReplyCode.digest)).join(
            ReplyCode, ReplyCode.delivery_id == Delivery.id).where(
            ReplyCode.wrong < TRIES, ReplyCode.made_at > clock.now() - RATED_WITHIN))
        return [number for number, kept in rows if hmac.compare_digest(kept, digest(number, given))]
    home = registry.card_holder(given)
    return list(db.session.scalars(_open(by, select(Delivery.id)).where(Delivery.household_id == home))) if home else []


def take(delivery: Delivery, proof: str, call: Call, by) -> None:
    """Confirm, or dispute, on the word of a caller who has the digits or the card, and who was called back. A household
    with a number on record is told by message what was written down.

    Raises NotAllowed, NotProven, TooManyMisses, WrongState, Invalid (words, callback).
    """
    demand(by, "delivery.take_call", delivery)
    _demand_tries(by)
    with transaction():
        if not (proven := delivery.id in _proven(proof, by)):
            audit.record(by.id, "delivery.take_call", LOOKED, MISSED)
    if not proven:
        raise NotProven
    with transaction():
        demand(by, "delivery.take_call", delivery)
        if not call.words.strip():
            raise Invalid("words", "empty")
        known = bool(telling.reached(delivery))
        if call.callback not in CALLBACKS or known != (call.callback == "called"):
            raise Invalid("callback", "call_back" if known else "no_number")
        if not call.well:
            service.contest(delivery, call.words, by.id)
            return
        said = service.receive(delivery, "take_call", by.id, "hotline", call.words.strip())
        said.callback, said.satisfaction = call.callback, call.satisfaction or None
        if known:
            telling.about(delivery, "delivery_confirmed_by_phone")
