"""What a gift makes of what the provider says. Each is safe twice, and in any order."""
from marketplace.core import audit, clock
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.gifts import targets
from marketplace.market.gifts.events import GiftEnded
from marketplace.market.gifts.models import LIFE, Gift, MonthlyGift
from marketplace.market.gifts.service import moving
from marketplace.money.payments import service as payments


def take_payment(gift_id: int) -> None:
    """The money is there: make the gift firm, or let its giver choose when what it was for takes nothing any more."""
    with transaction() as session:
        gift = session.get_one(Gift, gift_id)
        moving.lock(gift)
        if not moving.line(gift).left_fen or gift.state not in ("reserved", "expired", "cancelled"):
            return
        if _taken(gift):
            moving.make_firm(gift, "commit" if gift.state == "reserved" else "revive", 0)
        else:
            moving.come_late(gift)


def _taken(gift: Gift) -> bool:
    """Whether its money can be held for what it was given for. A fund takes what was begun while it was open."""
    if gift.monthly_id:
        monthly = db.session.get_one(MonthlyGift, gift.monthly_id)
        if monthly.ended_at and gift.created_at > monthly.ended_at:
            return False
    return gift.account.startswith("fund:") or targets.is_open(targets.of(gift.account))


def payment_ended(gift_id: int) -> None:
    """Nothing was paid."""
    with transaction() as session:
        gift = session.get_one(Gift, gift_id)
        moving.lock(gift)
        if gift.state == "reserved":
            moving.end(gift, "expire", "not_paid", 0)


def refunded(gift_id: int) -> None:
    """All of it went back."""
    with transaction() as session:
        gift = session.get_one(Gift, gift_id)
        moving.lock(gift)
        if gift.state in LIFE.arrows["refund"].sources:
            LIFE.move(gift, "refund")


def dispute_closed(gift_id: int, won: bool) -> None:
    """A giver's bank has decided. Won: what was to go back goes now. Lost: so is the gift."""
    with transaction() as session:
        gift = session.get_one(Gift, gift_id)
        moving.lock(gift)
        if won and gift.state == "cancelled":
            moving.ask_back(gift)
        elif not won and gift.state in LIFE.arrows["lose"].sources:
            LIFE.move(gift, "lose", ended_at=clock.now(), ended_why="disputed")
            payments.redirect(moving.line(gift), f"fund:{gift.organisation_id}", "disputed")
            audit.record(0, "gift.lose", f"gift:{gift.id}")
            announce(GiftEnded(gift.id, "disputed"))
