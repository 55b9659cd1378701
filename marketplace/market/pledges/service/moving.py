"""How a promise moves from one state to another, with what it holds and the money it stands for. All of these join."""
from datetime import datetime

from sqlalchemy import select, update

from marketplace.core import audit, clock
from marketplace.core.outbox import announce
from marketplace.core.transaction import changed
from marketplace.extensions import db
from marketplace.market.offers import service as offers
from marketplace.market.pledges import hooks
from marketplace.market.pledges.events import PledgeCommitted, PledgeEnded
from marketplace.market.pledges.models import HOLDING, LIFE, Pledge
from marketplace.market.pledges.rules import CHOOSE_WITHIN, SENT_WITHIN
from marketplace.market.stock import service as stock
from marketplace.market.wishes import public
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import queries as paid
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import Payment, PaymentLine


def purpose(pledge: Pledge) -> str:
    """What its payment calls a promise."""
    return f"pledge:{pledge.id}"


def line(pledge: Pledge) -> PaymentLine:
    """The line of the payment for a promise of money. Raises NoResultFound."""
    return db.session.scalars(select(PaymentLine).where(PaymentLine.purpose == purpose(pledge))).one()


def payment_of(pledge: Pledge) -> Payment:
    """The payment that a promise of money waits for, or came with. Raises NoResultFound for other kinds."""
    return line(pledge).payment


def lock(pledge: Pledge) -> None:
    """Read a promise as it is now; nobody else changes it until this transaction ends."""
    db.session.refresh(pledge, with_for_update=True)


def make_firm(pledge: Pledge, verb: str, actor: int) -> None:
    """Confirmed, or paid. Raises what the hooks refuse with, for goods and services."""
    if pledge.kind != "money":
        hooks.ask(pledge)
    LIFE.move(pledge, verb, committed_at=clock.now(), lapses_at=clock.now() + SENT_WITHIN)
    audit.record(actor, "pledge.commit", f"pledge:{pledge.id}")
    announce(PledgeCommitted(pledge.id))


def keep_until(pledge: Pledge, moment: datetime) -> None:
    """Let a firm promise not lapse before this moment: a day for it is agreed."""
    changed(update(Pledge).where(Pledge.id == pledge.id, Pledge.state == "committed", Pledge.lapses_at < moment)
            .values(lapses_at=moment))
    db.session.refresh(pledge)


def end(pledge: Pledge, verb: str, why: str, actor: int) -> None:
    """Nothing comes of it: free what it held, and give up what is planned for it.

    A page to pay on closes when nothing else is to be paid there.
    """
    lock(pledge)
    held = pledge.state in HOLDING
    LIFE.move(pledge, verb, ended_at=clock.now(), ended_why=why)
    if held:
        let_go(pledge)
    if pledge.kind == "money" and not pledge.source:
        _abandon(line(pledge))
    audit.record(actor, f"pledge.{verb}", f"pledge:{pledge.id}", why)
    hooks.ended(pledge)
    announce(PledgeEnded(pledge.id, why))


def let_go(pledge: Pledge) -> None:
    """Open to others what a promise held: of the need, and of the store or the offer that it came from."""
    wishes.release(pledge.need_id, pledge.units)
    if pledge.source.startswith("stock:"):
        stock.release(stock.one(int(pledge.source.removeprefix("stock:"))))
    if pledge.offer_id:
        offers.release(pledge.offer_id, pledge.units)


def _abandon(found: PaymentLine) -> None:
    numbers = [int(one.purpose.removeprefix("pledge:")) for one in found.payment.lines]
    if not db.session.scalar(select(Pledge.id).where(Pledge.id.in_(numbers), Pledge.state == "reserved").limit(1)):
        payments.cancel(found.payment)


def come_late(pledge: Pledge) -> None:
    """Its money is there, but nothing can take it: kept apart until the giver chooses, or the time for that is over."""
    until = clock.now() + CHOOSE_WITHIN
    LIFE.move(pledge, "come_late", choose_until=until)
    payments.redirect(line(pledge), f"unassigned:{pledge.organisation_id}", "late")
    audit.record(0, "pledge.come_late", f"pledge:{pledge.id}")
    announce(PledgeEnded(pledge.id, "late"))


def carry_out(pledge: Pledge, choice: str, why: str, actor: int) -> bool:
    """Do with unspent money what its giver chose; False when there is no similar wish to take it."""
    if choice == "reroute":
        return reroute(pledge, why, actor)
    (give_on if choice == "fund" else give_back)(pledge, why, actor)
    return True


def give_back(pledge: Pledge, why: str, actor: int) -> None:
    """End it and send the money back, or to the account that a charity took it from.

    While a bank disputes the payment, that waits for the bank's word.
    """
    end(pledge, "cancel", why, actor)
    if pledge.source:
        ledger.move(pledge.source, f"wish:{pledge.wish_id}", pledge.units, f"fund_back:{pledge.id}")
        LIFE.move(pledge, "refund")
    else:
        ask_back(pledge)


def ask_back(pledge: Pledge) -> None:
    """Ask for all that is left of its money to go back, once."""
    payments.ask_refund(line(pledge), "whole")


def give_on(pledge: Pledge, why: str, actor: int) -> None:
    """Let the charity's own fund have the money."""
    lock(pledge)
    held = pledge.state in HOLDING
    LIFE.move(pledge, "give_on", ended_at=clock.now(), ended_why=why)
    if held:
        let_go(pledge)
    payments.redirect(line(pledge), f"fund:{pledge.organisation_id}", why)
    audit.record(actor, "pledge.give_on", f"pledge:{pledge.id}", why)
    announce(PledgeEnded(pledge.id, "moved"))


def lose(pledge: Pledge) -> None:
    """The bank took the money back for good. What it left goes to the charity's own fund."""
    held = pledge.state in HOLDING
    LIFE.move(pledge, "lose", ended_at=clock.now(), ended_why="disputed")
    if held:
        let_go(pledge)
    payments.redirect(line(pledge), f"fund:{pledge.organisation_id}", "disputed")
    audit.record(0, "pledge.lose", f"pledge:{pledge.id}")
    announce(PledgeEnded(pledge.id, "disputed"))


def similar(pledge: Pledge) -> int | None:
    """The need of money that could take all of it: same charity, same category before others, the longest waiting."""
    need = db.session.get_one(Need, pledge.need_id)
    return db.session.scalar(
        public.visible(Need.id).join(Need, Need.wish_id == Wish.id).where(
            Need.kind == "money", Need.wanted - Need.pledged >= pledge.units, Wish.id != pledge.wish_id,
            Wish.organisation_id == pledge.organisation_id,
        ).order_by(Need.category != need.category, Wish.published_at, Need.id).limit(1))


def reroute(pledge: Pledge, why: str, actor: int) -> bool:
    """Move unspent money to a similar wish; False when there is none."""
    lock(pledge)
    found = similar(pledge)
    other = db.session.get_one(Need, found) if found else None
    if other is None or not wishes.try_hold(other, pledge.units):
        return False
    if pledge.state == "late":
        make_firm(pledge, "place", actor)
    else:
        wishes.release(pledge.need_id, pledge.units)
    to = db.session.get_one(Wish, other.wish_id)
    pledge.need_id, pledge.wish_id = other.id, to.id
    pledge.household_id, pledge.place_code = to.household_id, to.place_code
    payments.redirect(line(pledge), f"wish:{to.id}", why)
    audit.record(actor, "pledge.reroute", f"pledge:{pledge.id}", why)
    announce(PledgeEnded(pledge.id, "rerouted"))
    return True


def all_gone(pledge: Pledge) -> bool:
    """Whether nothing is left of its money: given back, or taken back by a bank."""
    found = paid.line(purpose(pledge))
    return found is not None and not found.left_fen
