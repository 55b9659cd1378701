"""A promise begins: of one need, or of several needs of money that are paid for together."""
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.crypto import private
from marketplace.core.errors import WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.pledges.rules import (
    HELD_FOR,
    LEAST_FEN,
    MOST_AT_ONCE,
    AmountTooSmall,
    ContactMissing,
    Full,
    NotTogether,
    SomeFull,
)
from marketplace.market.pledges.service import moving
from marketplace.market.wishes import public
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.market.wishes.rules import NotPublic
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import Payment
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations import queries as organisations
from marketplace.people.organisations.rules import NotCertified


@dataclass(frozen=True)
class Reserved:
    """A fresh promise and the secret of its link, shown once."""

    pledge: Pledge
    secret: str


def digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def reserve(need: Need, units: int, by, if_ended: str = "refund", language: str = "zh") -> Reserved:
    """Promise `units` of a public need (fen for money); lapses after HELD_FOR unless confirmed or paid.

    Money starts a payment to the charity that carries the wish, if that may raise funds today. Raises NotAllowed,
    NotPublic, TooFewLeft, AmountTooSmall, NotCertified.
    """
    with transaction():
        demand(by, "pledge.reserve")
        wishes.hold(need, units)
        if need.kind == "money" and units < LEAST_FEN and need.left:
            raise AmountTooSmall(LEAST_FEN)
        made = _promise(need, units, by, if_ended, language)
        if need.kind == "money":
            pay_together([made.pledge])
    return made


def reserve_many(parts: Sequence[tuple[Need, int]], by, if_ended: str = "refund", language: str = "zh") -> list[Reserved]:
    """Promise money to several public needs of one charity, paid for at once: all of them or none.

    `parts` are needs, each with its fen. Raises NotAllowed, NotTogether, SomeFull, AmountTooSmall (in all), NotPublic,
    NotCertified.
    """
    with transaction():
        demand(by, "pledge.reserve")
        needs = {need.id for need, _fen in parts}
        if not 1 <= len(parts) <= MOST_AT_ONCE or len(needs) < len(parts) or any(n.kind != "money" for n, _fen in parts):
            raise NotTogether
        full = [_full(need) for need, fen in sorted(parts, key=_number) if not _held(need, fen)]
        if full:
            raise SomeFull(full)
        if sum(fen for _need, fen in parts) < LEAST_FEN:
            raise AmountTooSmall(LEAST_FEN)
        made = [_promise(need, fen, by, if_ended, language) for need, fen in parts]
        if len({one.pledge.organisation_id for one in made}) > 1:
            raise NotTogether
        pay_together([one.pledge for one in made])
    return made


def _number(part: tuple[Need, int]) -> int:
    """Needs are held in one order, so that two baskets never wait for one another."""
    return part[0].id


def _held(need: Need, fen: int) -> bool:
    return wishes.try_hold(need, fen) and public.is_visible(need.wish_id)


def _full(need: Need) -> Full:
    return Full(need.id, need.item, need.left if public.is_visible(need.wish_id) else 0)


def _promise(need: Need, units: int, by, if_ended: str, language: str) -> Reserved:
    session = db.session
    wish = session.get_one(Wish, need.wish_id)
    if by.household_id == wish.household_id:
        raise NotPublic
    if need.kind == "money" and organisations.certificate(wish.organisation_id) is None:
        raise NotCertified
    secret = secrets.token_urlsafe(24)
    pledge = new(need, wish, units, secret, giver_id=by.id, if_ended=if_ended)
    session.add(PledgeContact(pledge_id=pledge.id, secret=secret, language=language,
                              phone=getattr(by, "phone", None), name=by.display_name or None))
    audit.record(by.id, "pledge.reserve", f"pledge:{pledge.id}")
    return Reserved(pledge, secret)


def new(need: Need, wish: Wish, units: int, secret: str, **facts: object) -> Pledge:
    """A promise that waits, with these facts. Joins; what it holds of the need is the caller's."""
    now = clock.now()
    pledge = Pledge(
        ref=secrets.token_hex(5), need_id=need.id, wish_id=wish.id, household_id=wish.household_id,
        place_code=wish.place_code, kind=need.kind, follow_digest=digest(secret), units=units, lapses_at=now + HELD_FOR,
        created_at=now, **{"organisation_id": wish.organisation_id, **facts})
    db.session.add(pledge)
    db.session.flush()
    return pledge


def pay_together(made: Sequence[Pledge], way: str = "provider") -> Payment:
    """The payment that promises of money to one charity wait for. Joins."""
    first = made[0]
    lines = [payments.Line(moving.purpose(one), f"wish:{one.wish_id}", one.units) for one in made]
    return payments.start(lines, first.organisation_id, first.lapses_at, way)


def record(need: Need, fen: int, way: str, if_ended: str, actor: int, language: str = "zh", **contact: object) -> tuple[
        Reserved, Payment]:
    """A gift to a need of money that came by transfer ("bank") or at the counter ("cash"), and its payment, not yet booked.

    What the need cannot hold any more is recorded all the same; once booked, its giver chooses. `contact`: name, phone,
    mail. Joins; the caller has asked the rule table.
    """
    with transaction() as session:
        wish, secret = session.get_one(Wish, need.wish_id), secrets.token_urlsafe(24)
        held = public.is_visible(wish.id) and wishes.try_hold(need, fen)
        lapsed = {} if held else {"state": "expired", "ended_at": clock.now(), "ended_why": "too_late"}
        pledge = new(need, wish, fen, secret, giver_id=0, if_ended=if_ended, **lapsed)
        session.add(PledgeContact(pledge_id=pledge.id, secret=secret, language=language, **contact))
        audit.record(actor, "pledge.reserve", f"pledge:{pledge.id}", way)
        made = Reserved(pledge, secret)
        payment = pay_together([made.pledge], way)
    return made, payment


def commit(pledge: Pledge, by, name: str = "", phone: str = "", mail: str = "") -> None:
    """Make a promise of goods or a service firm, with how to reach the giver.

    Raises NotAllowed, WrongState (it lapsed), ContactMissing, and what the hooks refuse with.
    """
    with transaction():
        demand(by, "pledge.commit", pledge)
        if pledge.kind == "money" or pledge.lapses_at < clock.now():
            raise WrongState("commit", "expired" if pledge.kind != "money" else pledge.state)
        contact = _reach(pledge, name, phone, mail)
        if not (contact.phone or contact.mail):
            raise ContactMissing
        moving.make_firm(pledge, "commit", by.id)


def leave_contact(pledge: Pledge, by, name: str = "", phone: str = "", mail: str = "") -> None:
    """Say how the giver of money can be reached, for this and all that is paid with it. Raises NotAllowed."""
    with transaction() as session:
        demand(by, "pledge.commit", pledge)
        together = [int(one.purpose.removeprefix("pledge:")) for one in moving.line(pledge).payment.lines]
        for one in session.scalars(select(Pledge).where(Pledge.id.in_(together))):
            _reach(one, name, phone, mail)


def _reach(pledge: Pledge, name: str, phone: str, mail: str) -> PledgeContact:
    contact = db.session.get_one(PledgeContact, pledge.id)
    contact.name, contact.phone, contact.mail = (
        private(name.strip()) or contact.name, private(phone.strip()) or contact.phone,
        private(mail.strip()) or contact.mail)
    return contact


def cancel(pledge: Pledge, by) -> None:
    """The giver takes a promise back, before goods are sent and before money is paid. Raises NotAllowed, WrongState.

    What was to be paid together is taken back together.
    """
    with transaction() as session:
        demand(by, "pledge.cancel", pledge)
        if pledge.kind != "money":
            moving.end(pledge, "cancel", "giver", by.id)
            return
        if pledge.state != "reserved":
            raise WrongState("cancel", pledge.state)
        together = [int(one.purpose.removeprefix("pledge:")) for one in moving.line(pledge).payment.lines]
        for one in session.scalars(select(Pledge).where(Pledge.id.in_(together), Pledge.state == "reserved")
                                   .order_by(Pledge.id)).all():
            moving.end(one, "cancel", "giver", by.id)
