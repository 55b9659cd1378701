"""Messages to givers. A thank-you goes out when the money is there, once for each payment."""
from typing import Any

from marketplace.extensions import db
from marketplace.market.gifts import targets
from marketplace.market.gifts.models import Gift, GiftContact, MonthlyContact, MonthlyGift
from marketplace.market.gifts.service import moving
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.wishes.models import Wish
from marketplace.money.payments import queries as paid
from marketplace.money.payments import service as payments
from marketplace.people.notices import service as notices
from marketplace.people.organisations import queries as organisations
from marketplace.people.organisations.models import Organisation

TOLD_ENDS = ("not_renewed", "campaign_closed")


def thank_for_wish(pledge: Pledge) -> None:
    """Thank for money to a wish, or to several that were paid for at once. Nobody is thanked twice for one payment."""
    line = paid.line(f"pledge:{pledge.id}")
    if line is None or not payments.thank_once(line.payment):
        return
    count = len(line.payment.lines)
    _write(db.session.get_one(PledgeContact, pledge.id), "pledge_paid" if count == 1 else "pledges_paid",
           fen=line.payment.amount_fen, count=count, title=db.session.get_one(Wish, pledge.wish_id).title,
           **_names(organisations.one(pledge.organisation_id)))


def thank_for_gift(gift: Gift) -> None:
    """Thank for money to a campaign or a fund, once."""
    if payments.thank_once(moving.line(gift).payment):
        giver(gift, "month_paid" if gift.monthly_id else "gift_paid")


def giver(gift: Gift, kind: str) -> None:
    """Leave a message of this kind for the giver of a gift, where they can be reached."""
    facts: dict[str, Any] = {"fen": gift.amount_fen, **_about(gift.account)}
    if gift.choose_until:
        facts["until"] = gift.choose_until.isoformat()
    _write(db.session.get_one(GiftContact, gift.id), kind, **facts)


def monthly(monthly_id: int, state: str, why: str) -> None:
    """Tell the giver of a monthly gift that a month could not be taken, or that the months have ended by themselves."""
    if state == "past_due":
        kind = "monthly_past_due"
    elif state == "ended" and why in TOLD_ENDS:
        kind = f"monthly_{why}"
    else:
        return
    found = db.session.get_one(MonthlyGift, monthly_id)
    _write(db.session.get_one(MonthlyContact, monthly_id), kind, fen=found.amount_fen, **_about(found.account))


def _about(account: str) -> dict[str, str]:
    target = targets.of(account)
    return {"title": target.title, "title_en": target.english or target.title, **_names(target.charity)}


def _names(charity: Organisation) -> dict[str, str]:
    return {"charity": charity.name, "charity_en": charity.english or charity.name}


def _write(contact: PledgeContact | GiftContact | MonthlyContact, kind: str, **facts: Any) -> None:
    for channel, where in (("sms", contact.phone), ("mail", contact.mail)):
        if where:
            notices.write(channel, where.reveal(), kind, contact.language, secret=contact.secret.reveal(), **facts)
            return
