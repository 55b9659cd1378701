"""A gift of money to a campaign or a charity's fund, once."""
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.core import audit, clock
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.campaigns.queries import figures
from marketplace.market.funds import queries as funds
from marketplace.market.gifts import targets
from marketplace.market.gifts.models import Gift, GiftContact
from marketplace.market.gifts.rules import LEAST_FEN, MOST_FEN, NotOpen, Spent, check_shown
from marketplace.market.gifts.service import moving
from marketplace.market.pledges.rules import AmountTooSmall
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import PaymentLine
from marketplace.people.accounts.permissions import demand
from marketplace.people.accounts.rules import normal_phone


@dataclass(frozen=True)
class Given:
    """A fresh gift and the secret of its link, shown once."""

    gift: Gift
    secret: str


def give(account: str, amount_fen: int, by, if_ended: str = "refund", shown_as: str = "", language: str = "zh",
         phone: str = "", mail: str = "") -> Given:
    """Begin a gift of money, which lapses after HELD_FOR unless paid.

    Raises NotAllowed, NotOpen, AmountTooSmall, Invalid (a name to publish that gives a number away).
    """
    with transaction():
        demand(by, "gift.reserve")
        target = check(account, amount_fen)
        gift, secret = moving.new(
            account, target.charity.id, amount_fen, giver_id=by.id, if_ended=if_ended, shown_as=check_shown(shown_as),
            language=language, **contact_of(by, phone, mail))
        payments.start([payments.Line(moving.purpose(gift), account, amount_fen)], target.charity.id, gift.lapses_at)
        audit.record(by.id, "gift.reserve", f"gift:{gift.id}")
    return Given(gift, secret)


def check(account: str, amount_fen: int) -> targets.Target:
    """What the account is for, if money can be given to it now. Raises NotOpen, AmountTooSmall, Invalid."""
    target = targets.of(account)
    if not targets.is_open_here(target):
        raise NotOpen
    if amount_fen < LEAST_FEN:
        raise AmountTooSmall(LEAST_FEN)
    if amount_fen > MOST_FEN:
        raise Invalid("yuan", "too_much", most_fen=MOST_FEN)
    return target


def contact_of(by, phone: str, mail: str) -> dict:
    """How to reach somebody: what they typed, else what their account knows. Raises Invalid("phone")."""
    typed = normal_phone(phone) if phone.strip() else ""
    return {"phone": private(typed) or getattr(by, "phone", None), "mail": private(mail.strip()),
            "name": private(by.display_name)}


def leave_contact(gift: Gift, by, name: str = "", phone: str = "", mail: str = "") -> None:
    """Say how the giver can be reached. Raises NotAllowed."""
    with transaction() as session:
        demand(by, "gift.cancel", gift)
        contact = session.get_one(GiftContact, gift.id)
        contact.name, contact.phone, contact.mail = (
            private(name.strip()) or contact.name, private(normal_phone(phone) if phone.strip() else "") or contact.phone,
            private(mail.strip()) or contact.mail)


def cancel(gift: Gift, by) -> None:
    """The giver changes their mind before paying. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "gift.cancel", gift)
        moving.lock(gift)
        if gift.state != "reserved":
            raise WrongState("cancel", gift.state)
        moving.end(gift, "cancel", "giver", by.id)


def refund(gift: Gift, by) -> None:
    """The charity gives a gift back that it has not used. Raises NotAllowed, WrongState, Spent."""
    with transaction():
        demand(by, "gift.refund", gift)
        moving.lock(gift)
        found = moving.line(gift)
        if gift.state != "committed":
            raise WrongState("refund", gift.state)
        if _free(found) < found.left_fen:
            raise Spent
        moving.end(gift, "cancel", "charity", by.id)
        moving.ask_back(gift)
        if found.account.startswith("fund:") and ledger.held(found.account) < 0:  # given to a wish at the same moment
            raise Spent


def _free(line: PaymentLine) -> int:
    """Fen on the account of a gift that nobody has used or spoken for; other gifts that banks ask back are none of them."""
    target = targets.of(line.account)
    if target.campaign:
        return figures.free(target.campaign)
    return funds.free(target.charity.id) + (line.left_fen if line.payment.state == "disputed" else 0)


def lapse() -> int:
    """End gifts that were not paid in time. Safe to run twice. Returns how many."""
    due = db.session.scalars(select(Gift.id).where(Gift.state == "reserved", Gift.lapses_at < clock.now())).all()
    ended = 0
    for gift_id in due:
        with transaction() as session:
            gift = session.get_one(Gift, gift_id)
            moving.lock(gift)
            if gift.state == "reserved" and moving.line(gift).payment.state == "created":
                moving.end(gift, "expire", "not_paid", 0)
                ended += 1
    return ended
