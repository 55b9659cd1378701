"""How a gift moves from one state to another, and its money with it. All of these join."""
import secrets

from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.outbox import announce
from marketplace.extensions import db
from marketplace.market.gifts import targets
from marketplace.market.gifts.events import GiftCommitted, GiftEnded
from marketplace.market.gifts.models import LIFE, Gift, GiftContact
from marketplace.market.gifts.rules import CHOOSE_WITHIN, HELD_FOR
from marketplace.market.pledges.service import digest
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import PaymentLine


def purpose(gift: Gift) -> str:
    """What its payment calls a gift."""
    return f"gift:{gift.id}"


def line(gift: Gift) -> PaymentLine:
    """The line of the payment for a gift. Raises NoResultFound."""
    return db.session.scalars(select(PaymentLine).where(PaymentLine.purpose == purpose(gift))).one()


def new(account: str, organisation_id: int, amount_fen: int, *, name=None, phone=None, mail=None, language: str = "zh",
        **facts: object) -> tuple[Gift, str]:
    """A gift that waits for its money, and the secret of its link."""
    secret, now = secrets.token_urlsafe(24), clock.now()
    gift = Gift(**{
        "ref": secrets.token_hex(5), "account": account, "organisation_id": organisation_id, "amount_fen": amount_fen,
        "follow_digest": digest(secret), "lapses_at": now + HELD_FOR, "created_at": now, "giver_id": 0, **facts})
    db.session.add(gift)
    db.session.flush()
    db.session.add(GiftContact(gift_id=gift.id, secret=secret, language=language, name=name, phone=phone, mail=mail))
    db.session.flush()
    return gift, secret


def lock(gift: Gift) -> None:
    """Read a gift as it is now; nobody else changes it until this transaction ends."""
    db.session.refresh(gift, with_for_update=True)


def make_firm(gift: Gift, verb: str, actor: int) -> None:
    """Its money is there, for what it was given for."""
    LIFE.move(gift, verb, committed_at=clock.now())
    audit.record(actor, "gift.commit", f"gift:{gift.id}")
    announce(GiftCommitted(gift.id))


def end(gift: Gift, verb: str, why: str, actor: int) -> None:
    """Nothing comes of it; its page to pay on closes."""
    LIFE.move(gift, verb, ended_at=clock.now(), ended_why=why)
    payments.cancel(line(gift).payment)
    audit.record(actor, f"gift.{verb}", f"gift:{gift.id}", why)
    announce(GiftEnded(gift.id, why))


def come_late(gift: Gift) -> None:
    """Its money is there, but nothing takes it: kept apart until the giver chooses, or the time for that is over."""
    LIFE.move(gift, "come_late", choose_until=clock.now() + CHOOSE_WITHIN)
    payments.redirect(line(gift), f"unassigned:{gift.organisation_id}", "late")
    audit.record(0, "gift.come_late", f"gift:{gift.id}")
    announce(GiftEnded(gift.id, "late"))


def carry_out(gift: Gift, choice: str, actor: int) -> bool:
    """Do with late money what its giver chose; False when there is nothing similar to take it."""
    if choice == "reroute":
        return _place(gift, actor)
    if choice == "fund":
        _give_on(gift, actor)
    else:
        end(gift, "cancel", "too_late", actor)
        ask_back(gift)
    return True


def ask_back(gift: Gift) -> None:
    """Ask for all that is left of its money to go back, once. While a bank disputes it, that waits for the bank's word."""
    payments.ask_refund(line(gift), "whole")


def _place(gift: Gift, actor: int) -> bool:
    to = targets.similar(gift.account)
    if to is None:
        return False
    gift.account = to.account
    db.session.flush()
    make_firm(gift, "place", actor)
    payments.redirect(line(gift), to.account, "rerouted")
    announce(GiftEnded(gift.id, "rerouted"))
    return True


def _give_on(gift: Gift, actor: int) -> None:
    LIFE.move(gift, "give_on", ended_at=clock.now(), ended_why="too_late")
    payments.redirect(line(gift), f"fund:{gift.organisation_id}", "late")
    audit.record(actor, "gift.give_on", f"gift:{gift.id}")
    announce(GiftEnded(gift.id, "moved"))
