"""A gift that comes again each month: begun by its giver, kept up by the provider, stopped by its giver at once."""
import secrets
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.errors import WrongState
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.gifts.events import MonthlyMoved
from marketplace.market.gifts.models import MONTHLY_LIFE as LIFE
from marketplace.market.gifts.models import MonthlyContact, MonthlyGift
from marketplace.market.gifts.rules import HELD_FOR, check_shown
from marketplace.market.gifts.service import moving
from marketplace.market.gifts.service.giving import check, contact_of
from marketplace.market.pledges.rules import ContactMissing
from marketplace.market.pledges.service import digest
from marketplace.money.payments import queries as paid
from marketplace.money.payments import service as payments
from marketplace.people.accounts.permissions import demand

VERBS = {("created", "active"): "begin", ("created", "past_due"): "fall_behind", ("active", "past_due"): "fall_behind",
         ("past_due", "active"): "catch_up"}


@dataclass(frozen=True)
class MonthlyGiven:
    """A fresh monthly gift and the secret of its link, shown once."""

    monthly: MonthlyGift
    secret: str


def purpose(monthly: MonthlyGift) -> str:
    """What its subscription calls a monthly gift."""
    return f"monthly:{monthly.id}"


def give_monthly(account: str, amount_fen: int, by, if_ended: str = "refund", shown_as: str = "", language: str = "zh",
                 phone: str = "", mail: str = "") -> MonthlyGiven:
    """Begin a gift for each month; it comes to nothing unless its giver agrees to pay within HELD_FOR.

    Raises NotAllowed, NotOpen, AmountTooSmall, Invalid, ContactMissing (a month that fails must be told of).
    """
    with transaction():
        demand(by, "gift.reserve")
        target = check(account, amount_fen)
        contact = contact_of(by, phone, mail)
        if not (contact["phone"] or contact["mail"]):
            raise ContactMissing
        return _begin(target.charity.id, {"language": language, **contact}, by, account=account, amount_fen=amount_fen,
                      if_ended=if_ended, shown_as=check_shown(shown_as), giver_id=by.id)


def change_monthly(monthly: MonthlyGift, amount_fen: int, by) -> MonthlyGiven:
    """Another amount from now on: a new monthly gift, and this one stops when that one is paid.

    Raises NotAllowed, WrongState, NotOpen, AmountTooSmall.
    """
    with transaction() as session:
        demand(by, "monthly.change", monthly)
        if monthly.state not in ("active", "past_due"):
            raise WrongState("change", monthly.state)
        target, known = check(monthly.account, amount_fen), session.get_one(MonthlyContact, monthly.id)
        contact = {name: getattr(known, name) for name in ("name", "phone", "mail", "language")}
        return _begin(target.charity.id, contact, by, account=monthly.account, amount_fen=amount_fen,
                      if_ended=monthly.if_ended, shown_as=monthly.shown_as, giver_id=monthly.giver_id,
                      replaces_id=monthly.id)


def _begin(organisation_id: int, contact: dict, by, **facts: object) -> MonthlyGiven:
    session, secret, now = db.session, secrets.token_urlsafe(24), clock.now()
    monthly = MonthlyGift(ref=secrets.token_hex(5), organisation_id=organisation_id, follow_digest=digest(secret),
                          created_at=now, **facts)
    session.add(monthly)
    session.flush()
    session.add(MonthlyContact(monthly_id=monthly.id, secret=secret, **contact))
    payments.subscribe(purpose(monthly), organisation_id, monthly.amount_fen, now + HELD_FOR)
    audit.record(by.id, "gift.reserve", f"monthly:{monthly.id}")
    return MonthlyGiven(monthly, secret)


def stop_monthly(monthly: MonthlyGift, by) -> None:
    """No more months, at once. Raises NotAllowed, WrongState."""
    with transaction() as session:
        demand(by, "monthly.stop", monthly)
        session.refresh(monthly, with_for_update=True)
        _end(monthly, "giver", by.id)


def end_monthlies_of(account: str, why: str) -> int:
    """What they were given to takes no gifts any more: no more months. Returns how many ended. Safe twice."""
    with transaction() as session:
        found = session.scalars(select(MonthlyGift).where(MonthlyGift.account == account, MonthlyGift.state != "ended")
                                .order_by(MonthlyGift.id).with_for_update()).all()
        for monthly in found:
            _end(monthly, why, 0)
    return len(found)


def _end(monthly: MonthlyGift, why: str, actor: int) -> None:
    LIFE.move(monthly, "end", ended_at=clock.now(), ended_why=why)
    audit.record(actor, "monthly.stop", f"monthly:{monthly.id}", why)
    announce(MonthlyMoved(monthly.id, "ended", why))
    if (subscription := paid.subscription(purpose(monthly))) is not None:
        payments.stop(subscription)


def follow_subscription(monthly_id: int) -> None:
    """Follow what the provider says of the months. Safe twice, and in any order; what its giver stopped stays stopped."""
    with transaction() as session:
        monthly = session.get_one(MonthlyGift, monthly_id, with_for_update=True, populate_existing=True)
        subscription = paid.subscription(purpose(monthly))
        state = subscription.state if subscription else "ended"
        if monthly.state == "ended":
            if subscription and state in ("active", "past_due"):
                payments.stop(subscription)
        elif state == "ended":
            _end(monthly, "not_paid" if monthly.state == "created" else "not_renewed", 0)
        elif verb := VERBS.get((monthly.state, state)):
            LIFE.move(monthly, verb, began_at=monthly.began_at or clock.now())
            audit.record(0, f"monthly.{verb}", f"monthly:{monthly.id}")
            announce(MonthlyMoved(monthly.id, monthly.state, ""))
            _replace(monthly)


def _replace(monthly: MonthlyGift) -> None:
    before = db.session.get(MonthlyGift, monthly.replaces_id, with_for_update=True) if monthly.replaces_id else None
    if before is not None and before.state != "ended":
        _end(before, "replaced", 0)


def take_month(invoice_id: str, monthly_id: int) -> None:
    """A month was paid: a gift of its own, whose money is there. Once for each invoice."""
    with transaction() as session:
        invoice = payments.untaken(invoice_id)
        if invoice is None:
            return
        monthly, known = session.get_one(MonthlyGift, monthly_id), session.get_one(MonthlyContact, monthly_id)
        gift, _secret = moving.new(
            monthly.account, monthly.organisation_id, invoice.amount_fen, giver_id=monthly.giver_id,
            if_ended=monthly.if_ended, shown_as=monthly.shown_as, monthly_id=monthly.id, created_at=invoice.paid_at,
            name=known.name, phone=known.phone, mail=known.mail, language=known.language)
        payments.take_invoice(invoice, payments.Line(moving.purpose(gift), monthly.account, invoice.amount_fen))
