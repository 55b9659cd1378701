"""The verbs of a promise: reserve, commit, end; and where it goes when its wish cannot be fulfilled."""
import secrets
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.crypto import private
from marketplace.core.errors import WrongState
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.pledges.events import PledgeCommitted, PledgeEnded
from marketplace.market.pledges.models import LIFE, Pledge, PledgeContact
from marketplace.market.pledges.rules import HELD_FOR, LEAST_FEN, SENT_WITHIN, AmountTooSmall, ContactMissing, fate
from marketplace.market.wishes import public
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.market.wishes.rules import NotPublic
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import Payment, PaymentLine
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
    with transaction() as session:
        demand(by, "pledge.reserve")
        wishes.hold(need, units)
        if need.kind == "money" and units < LEAST_FEN and need.left:
            raise AmountTooSmall(LEAST_FEN)
        wish = session.get_one(Wish, need.wish_id)
        if by.household_id == wish.household_id:
            raise NotPublic
        if need.kind == "money" and organisations.certificate(wish.organisation_id) is None:
            raise NotCertified
        secret = secrets.token_urlsafe(24)
        pledge = _new(need, wish, units, secret, giver_id=by.id, if_ended=if_ended)
        session.add(PledgeContact(pledge_id=pledge.id, secret=secret, language=language,
                                  phone=getattr(by, "phone", None), name=by.display_name or None))
        if need.kind == "money":
            payments.start([payments.Line(f"pledge:{pledge.id}", f"wish:{wish.id}", units)], wish.organisation_id,
                           pledge.lapses_at)
        audit.record(by.id, "pledge.reserve", f"pledge:{pledge.id}")
    return Reserved(pledge, secret)


def fund(need: Need, units: int, account: str, cause: str, by) -> Pledge:
    """Give to a public wish's need of money what a charity holds on `account` ("campaign:5"): a firm promise, paid at once.

    Asks no provider. Should the promise end, the money goes back to the account. `cause` names the booking. Joins; the
    caller has asked the rule table. Raises NotPublic, TooFewLeft, Overdrawn.
    """
    with transaction() as session:
        wishes.hold(need, units)
        wish, secret = session.get_one(Wish, need.wish_id), secrets.token_urlsafe(24)
        pledge = _new(need, wish, units, secret, giver_id=0, source=account)
        session.add(PledgeContact(pledge_id=pledge.id, secret=secret))
        ledger.move(f"wish:{wish.id}", account, units, cause)
        _commit(pledge, "commit", by.id)
    return pledge


def _new(need: Need, wish: Wish, units: int, secret: str, **facts: object) -> Pledge:
    now = clock.now()
    pledge = Pledge(
        ref=secrets.token_hex(5), need_id=need.id, wish_id=wish.id, household_id=wish.household_id,
        place_code=wish.place_code, organisation_id=wish.organisation_id, kind=need.kind, follow_digest=digest(secret),
        units=units, lapses_at=now + HELD_FOR, created_at=now, **facts)
    db.session.add(pledge)
    db.session.flush()
    return pledge


def commit(pledge: Pledge, by, name: str = "", phone: str = "", mail: str = "") -> None:
    """Make a promise of goods or a service firm, with how to reach the giver.

    Raises NotAllowed, WrongState (it lapsed), ContactMissing.
    """
    with transaction() as session:
        demand(by, "pledge.commit", pledge)
        if pledge.kind == "money" or pledge.lapses_at < clock.now():
            raise WrongState("commit", "expired" if pledge.kind != "money" else pledge.state)
        contact = session.get_one(PledgeContact, pledge.id)
        contact.name, contact.phone, contact.mail = (
            private(name.strip()) or contact.name, private(phone.strip()) or contact.phone,
            private(mail.strip()) or contact.mail)
        if not (contact.phone or contact.mail):
            raise ContactMissing
        _commit(pledge, "commit", by.id)


def _commit(pledge: Pledge, verb: str, actor: int) -> None:
    LIFE.move(pledge, verb, committed_at=clock.now(), lapses_at=clock.now() + SENT_WITHIN)
    audit.record(actor, "pledge.commit", f"pledge:{pledge.id}")
    announce(PledgeCommitted(pledge.id))


def cancel(pledge: Pledge, by) -> None:
    """The giver takes a promise of goods or a service back, before it is sent. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "pledge.cancel", pledge)
        if pledge.kind == "money" and pledge.state != "reserved":
            raise WrongState("cancel", pledge.state)
        _end(pledge, "cancel", "giver", by.id)


def refund(pledge: Pledge, by) -> None:
    """The charity gives an unspent gift back. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "pledge.refund", pledge)
        if pledge.kind != "money" or pledge.delivery_id:
            raise WrongState("refund", pledge.state)
        _give_back(pledge, "charity", by.id)


def take_payment(pledge_id: int) -> None:
    """The money is there: make the promise firm. If it lapsed meanwhile, hold the rest again, or give it back."""
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        if pledge.state == "reserved":
            _commit(pledge, "commit", 0)
        elif pledge.state in ("expired", "cancelled"):
            _revive(pledge)


def _revive(pledge: Pledge) -> None:
    need = db.session.get_one(Need, pledge.need_id)
    if public.is_visible(pledge.wish_id) and wishes.try_hold(need, pledge.units):
        _commit(pledge, "revive", 0)
    else:
        payments.ask_refund(_line(pledge), "late")
        announce(PledgeEnded(pledge.id, "too_late"))


def payment_ended(pledge_id: int) -> None:
    """Nothing was paid: free what was held. Safe twice."""
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        if pledge.state == "reserved":
            _end(pledge, "expire", "not_paid", 0)


def refunded(pledge_id: int) -> None:
    """The provider gave all of it back. Safe twice."""
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        if pledge.state in ("committed", "reserved"):
            wishes.release(pledge.need_id, pledge.units)
        if pledge.state in ("committed", "cancelled", "expired", "failed"):
            LIFE.move(pledge, "refund")


def lapse() -> int:
    """End promises that were not confirmed, paid or sent in time. Safe to run twice. Returns how many."""
    due = db.session.scalars(select(Pledge.id).where(
        Pledge.state.in_(("reserved", "committed")), Pledge.lapses_at < clock.now())).all()
    ended = 0
    for pledge_id in due:
        with transaction() as session:
            pledge = session.get_one(Pledge, pledge_id)
            if pledge.lapses_at >= clock.now():
                continue
            if pledge.state == "reserved":
                _end(pledge, "expire", "not_confirmed", 0)
                ended += 1
            elif pledge.state == "committed" and pledge.kind != "money":
                _end(pledge, "cancel", "not_sent", 0)
                ended += 1
    return ended


def end_of_wish(wish_id: int, why: str) -> None:
    """Settle everything promised to a wish that cannot be fulfilled now, by `rules.fate`. Safe twice."""
    with transaction() as session:
        for pledge in session.scalars(select(Pledge).where(
                Pledge.wish_id == wish_id, Pledge.state.in_(("reserved", "committed"))).order_by(Pledge.id)):
            what = fate(pledge.state, pledge.kind, pledge.if_ended)
            if what == "free":
                _end(pledge, "expire", why, 0)
            elif what == "end":
                _end(pledge, "cancel", why, 0)
            elif what == "refund" or (what == "reroute" and not _reroute(pledge, why)):
                _give_back(pledge, why, 0)


def _reroute(pledge: Pledge, why: str) -> bool:
    """Move an unspent gift to a similar wish: same charity, same category before others, the longest waiting."""
    need = db.session.get_one(Need, pledge.need_id)
    similar = public.visible(Need.id).join(Need, Need.wish_id == Wish.id).where(
        Need.kind == "money", Need.wanted - Need.pledged >= pledge.units, Wish.id != pledge.wish_id,
        Wish.organisation_id == pledge.organisation_id,
    ).order_by(Need.category != need.category, Wish.published_at, Need.id).limit(1)
    found = db.session.scalar(similar)
    if found is None:
        return False
    other = db.session.get_one(Need, found)
    if not wishes.try_hold(other, pledge.units):
        return False
    wishes.release(pledge.need_id, pledge.units)
    to = db.session.get_one(Wish, other.wish_id)
    pledge.need_id, pledge.wish_id = other.id, to.id
    pledge.household_id, pledge.place_code = to.household_id, to.place_code
    payments.redirect(_line(pledge), f"wish:{to.id}", why)
    audit.record(0, "pledge.reroute", f"pledge:{pledge.id}", why)
    announce(PledgeEnded(pledge.id, "rerouted"))
    return True


def _give_back(pledge: Pledge, why: str, actor: int) -> None:
    _end(pledge, "cancel", why, actor)
    if pledge.source:
        ledger.move(pledge.source, f"wish:{pledge.wish_id}", pledge.units, f"fund_back:{pledge.id}")
        LIFE.move(pledge, "refund")
    else:
        payments.ask_refund(_line(pledge), "whole")


def _end(pledge: Pledge, verb: str, why: str, actor: int) -> None:
    LIFE.move(pledge, verb, ended_at=clock.now(), ended_why=why)
    wishes.release(pledge.need_id, pledge.units)
    if pledge.kind == "money" and not pledge.source:
        payments.cancel(_line(pledge).payment)
    audit.record(actor, f"pledge.{verb}", f"pledge:{pledge.id}", why)
    announce(PledgeEnded(pledge.id, why))


def payment_of(pledge: Pledge) -> Payment:
    """The payment that a promise of money waits for, or came with. Raises NoResultFound for other kinds."""
    return _line(pledge).payment


def _line(pledge: Pledge) -> PaymentLine:
    return db.session.scalars(select(PaymentLine).where(PaymentLine.purpose == f"pledge:{pledge.id}")).one()
