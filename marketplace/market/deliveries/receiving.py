"""The household says that it has it: asked when it was handed over, by message, and reminded twice; never taken as said."""
import hmac
import secrets
from datetime import timedelta

from sqlalchemy import exists, func, select, update

from marketplace.core import audit, clock, crypto
from marketplace.core.crypto import Private
from marketplace.core.errors import Invalid
from marketplace.core.transaction import changed, inserting, transaction
from marketplace.extensions import db
from marketplace.market.deliveries import proving, replies, service, telling
from marketplace.market.deliveries.models import Delivery, DeliveryStep
from marketplace.market.deliveries.records import Acknowledgement, InboundMessage, Reminder, ReplyCode
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.network.registry import queries as registry
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand
from marketplace.people.accounts.rules import normal_phone
from marketplace.people.notices import service as notices

TRIES = 5
REMIND_AFTER = (timedelta(days=2), timedelta(days=5))
ANSWERED_AGAIN_AFTER = timedelta(hours=1)
RATED_WITHIN = timedelta(days=30)


def ask(delivery_id: int) -> None:
    """Send the household the digits with which it confirms by message; the ones before stop working. Joins."""
    delivery = db.session.get_one(Delivery, delivery_id)
    if delivery.state == "handed_over" and telling.reached(delivery):
        telling.about(delivery, "delivery_handed_over", reply=_new_code(delivery_id))


def _new_code(delivery_id: int) -> str:
    code = f"{secrets.randbelow(10**replies.DIGITS):0{replies.DIGITS}}"
    kept = db.session.get(ReplyCode, delivery_id) or ReplyCode(delivery_id=delivery_id)
    kept.digest, kept.code, kept.wrong, kept.made_at = digest(delivery_id, code), Private(code), 0, clock.now()
    db.session.add(kept)
    return code


def _ask_again(delivery_id: int) -> None:
    """With the same digits, unless there are none, or they were tried too often."""
    delivery, kept = db.session.get_one(Delivery, delivery_id), db.session.get(ReplyCode, delivery_id)
    if delivery.state == "handed_over" and telling.reached(delivery):
        code = kept.code.reveal() if kept and kept.wrong < TRIES else _new_code(delivery_id)
        telling.about(delivery, "delivery_reminder", reply=code)


def digest(delivery_id: int, code: str) -> str:
    """What is kept of the digits for a reply."""
    return proving.digest(delivery_id, f"reply {code}")


def handed_at():
    """When the deliveries of a statement were handed over, the last time."""
    return select(func.max(DeliveryStep.at)).where(
        DeliveryStep.delivery_id == Delivery.id, DeliveryStep.state == "handed_over").scalar_subquery()


def remind() -> int:
    """Remind households that have not said whether they have it, two days and five after they got it. Safe to run twice."""
    now, sent = clock.now(), 0
    for number, wait in enumerate(REMIND_AFTER, 1):
        later = REMIND_AFTER[number] if number < len(REMIND_AFTER) else timedelta(days=3650)
        for delivery_id in db.session.scalars(select(Delivery.id).where(
                Delivery.state == "handed_over", handed_at() <= now - wait, handed_at() > now - later,
                ~exists().where(Reminder.delivery_id == Delivery.id, Reminder.number == number,
                                Reminder.at >= handed_at()))).all():
            with transaction():
                if _reminds(delivery_id, number):
                    _ask_again(delivery_id)
                    sent += 1
    return sent


def _reminds(delivery_id: int, number: int) -> bool:
    """Note a reminder, unless it was sent since the last hand-over: what was put right after a dispute begins anew."""
    handed = select(func.max(DeliveryStep.at)).where(
        DeliveryStep.delivery_id == delivery_id, DeliveryStep.state == "handed_over").scalar_subquery()
    return bool(changed(
        inserting(Reminder).values(delivery_id=delivery_id, number=number, at=clock.now()).on_conflict_do_update(
            index_elements=["delivery_id", "number"], set_={"at": clock.now()}, where=Reminder.at < handed)))


def take_reply(gateway_id: str, phone: str, text: str, unsaid: str) -> None:
    """Somebody answered by message, once by the gateway's number of it. `unsaid` stands for what is wrong and was not told.

    Whoever we do not know, and whoever we know but not these digits, gets the same answer, at most once an hour. Never
    says to the gateway what came of it.
    """
    with transaction() as session:
        number = _normal(phone)
        index, now = crypto.index(registry.PHONE, number), clock.now()
        if not changed(inserting(InboundMessage).values(gateway_id=gateway_id, phone_index=index, outcome="", at=now)
                       .on_conflict_do_nothing()):
            return
        outcome = _answered(number, text, unsaid)
        if outcome == "unclear" and not session.scalar(select(func.count()).where(
                InboundMessage.phone_index == index, InboundMessage.outcome == "unclear",
                InboundMessage.at > now - ANSWERED_AGAIN_AFTER)):
            notices.write("sms", number, "reply_unclear")
        changed(update(InboundMessage).where(InboundMessage.gateway_id == gateway_id).values(outcome=outcome))


def _normal(phone: str) -> str:
    try:
        return normal_phone(phone)
    except Invalid:
        return phone.strip()[:40]


def _answered(number: str, text: str, unsaid: str) -> str:
    """What a message brought about: confirmed, rated, disputed or unclear."""
    reply = replies.read(text)
    delivery = _meant(number, reply.code) if reply else None
    if reply is None or delivery is None or _gave(delivery, number):
        return "unclear"
    actor = db.session.scalar(select(User.id).where(
        User.phone_index.in_(crypto.indexes("user.phone", number)), User.role == "beneficiary",
        User.household_id == delivery.household_id)) or 0
    if delivery.state == "confirmed":
        kept = said(delivery.id)
        if not (reply.satisfaction and kept and kept.satisfaction is None):
            return "unclear"
        kept.satisfaction = reply.satisfaction
        return "rated"
    if reply.trouble:
        service.contest(delivery, reply.trouble if reply.trouble != "0" else unsaid, actor)
        notices.write("sms", number, "reply_disputed")
        return "disputed"
    service.receive(delivery, "confirm", actor, "reply").satisfaction = reply.satisfaction or None
    notices.write("sms", number, "reply_confirmed")
    return "confirmed"


def _meant(number: str, code: str) -> Delivery | None:
    """The delivery to the household of this phone that these digits belong to; a wrong try is counted."""
    homes = registry.homes_of_phone(number)
    found = db.session.execute(
        select(Delivery, ReplyCode).join(ReplyCode, ReplyCode.delivery_id == Delivery.id)
        .where(Delivery.household_id.in_(homes), Delivery.state.in_(("handed_over", "confirmed")), ReplyCode.wrong < TRIES,
               ReplyCode.made_at > clock.now() - RATED_WITHIN)
        .order_by(Delivery.state.desc(), Delivery.id)).all() if homes else []
    for delivery, kept in found:
        if hmac.compare_digest(kept.digest, digest(delivery.id, code)):
            return delivery
    for _delivery, kept in found:
        kept.wrong += 1
    return None


def _gave(delivery: Delivery, number: str) -> bool:
    """Whether this phone is a giver's of the delivery: a giver never confirms."""
    if delivery.giver_id and db.session.scalar(select(User.id).where(
            User.id == delivery.giver_id, User.phone_index.in_(crypto.indexes("user.phone", number)))):
        return True
    phones = db.session.scalars(select(PledgeContact.phone).join(Pledge, Pledge.id == PledgeContact.pledge_id)
                                .where(Pledge.delivery_id == delivery.id))
    return number in {_normal(phone.reveal()) for phone in phones if phone}


def said(delivery_id: int) -> Acknowledgement | None:
    """How the household said that it has a delivery."""
    return db.session.get(Acknowledgement, delivery_id)


def rate(delivery: Delivery, satisfaction: int, by) -> None:
    """How content the household is with what it received, once. Raises NotAllowed, Invalid (satisfaction)."""
    with transaction() as session:
        demand(by, "delivery.rate", delivery)
        session.refresh(delivery)
        if satisfaction not in range(1, 6):
            raise Invalid("satisfaction", "unknown")
        kept = session.get(Acknowledgement, delivery.id, with_for_update=True)
        if delivery.state != "confirmed" or kept is None:
            raise Invalid("satisfaction", "not_confirmed")
        if kept.satisfaction is not None:
            raise Invalid("satisfaction", "rated_before")
        kept.satisfaction = satisfaction
        audit.record(by.id, "delivery.rate", f"delivery:{delivery.id}")
