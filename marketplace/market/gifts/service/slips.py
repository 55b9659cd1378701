"""Gifts that came by transfer or at the counter: recorded by a clerk from the slip, true once a second person says so."""
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.core import audit, clock, images, storage
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.gifts import targets
from marketplace.market.gifts.models import SLIP_LIFE, SLIP_WAYS, Slip, SlipContact
from marketplace.market.gifts.rules import MOST_FEN, SlipKnown, check_shown
from marketplace.market.gifts.service import moving
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import IF_ENDED
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import Payment
from marketplace.people.accounts.permissions import demand
from marketplace.people.accounts.rules import normal_phone


@dataclass(frozen=True)
class SlipDraft:
    """What a clerk reads from a slip. For a need of money (`need_id`), or for an account of the books ("fund:3")."""

    way: str
    amount_fen: int
    paid_on: date
    reference: str
    need_id: int = 0
    account: str = ""
    if_ended: str = "fund"
    shown_as: str = ""
    name: str = ""
    phone: str = ""
    mail: str = ""
    language: str = "zh"


def record_slip(draft: SlipDraft, photo: bytes, by) -> Slip:
    """Keep what a slip says, with its picture, until a second person has compared them.

    Raises NotAllowed, SlipKnown (its number was recorded before), Invalid (way, amount, day, number, purpose, photo).
    """
    pictures = images.redraw(photo) if photo else []
    with transaction() as session:
        demand(by, "slip.record")
        _check(draft, by.organisation_id, bool(pictures))
        slip = Slip(
            organisation_id=by.organisation_id, way=draft.way, amount_fen=draft.amount_fen, need_id=draft.need_id,
            account="" if draft.need_id else draft.account, paid_on=draft.paid_on, reference=draft.reference.strip(),
            photo=storage.new_key("slip"), if_ended=draft.if_ended, shown_as=check_shown(draft.shown_as),
            recorded_by=by.id, recorded_at=clock.now())
        _add(slip)
        session.add(SlipContact(
            slip_id=slip.id, name=private(draft.name.strip()), mail=private(draft.mail.strip()), language=draft.language,
            phone=private(normal_phone(draft.phone) if draft.phone.strip() else "")))
        for width, picture in zip(images.WIDTHS, pictures, strict=True):
            storage.store().put(f"{slip.photo}-{width}.webp", picture.content)
        audit.record(by.id, "slip.record", f"slip:{slip.id}", f"{slip.amount_fen} fen")
    return slip


def _check(draft: SlipDraft, organisation_id: int, pictured: bool) -> None:
    if not pictured:
        raise Invalid("photo", "empty")
    if not 0 < draft.amount_fen <= MOST_FEN:
        raise Invalid("yuan", "not_positive")
    if draft.paid_on > clock.today():
        raise Invalid("paid_on", "not_come")
    if not draft.reference.strip():
        raise Invalid("reference", "empty")
    if draft.way not in SLIP_WAYS or draft.if_ended not in IF_ENDED:
        raise Invalid("way", "unknown")
    if not _own(draft, organisation_id):
        raise Invalid("target", "unknown")


def _own(draft: SlipDraft, organisation_id: int) -> bool:
    """Whether the money is for something of this charity."""
    if not draft.need_id:
        return bool(draft.account) and targets.of(draft.account).charity.id == organisation_id
    return db.session.scalar(select(Need.id).join(Wish, Wish.id == Need.wish_id).where(
        Need.id == draft.need_id, Need.kind == "money", Wish.organisation_id == organisation_id)) is not None


def _add(slip: Slip) -> None:
    """Of two that record the same slip at once, one is told so. Raises SlipKnown."""
    same = select(Slip.id).where(Slip.organisation_id == slip.organisation_id, Slip.way == slip.way,
                                 Slip.reference == slip.reference, Slip.state != "refused")
    if (known := db.session.scalar(same)) is not None:
        raise SlipKnown(known)
    try:
        with db.session.begin_nested():
            db.session.add(slip)
    except IntegrityError as error:
        raise SlipKnown(db.session.scalar(same) or 0) from error


def confirm_slip(slip: Slip, by) -> None:
    """A second person has compared slip and account: the gift is there.

    What its purpose cannot take any more is there all the same, and its giver chooses. Raises NotAllowed (also for its
    recorder), WrongState.
    """
    with transaction():
        demand(by, "slip.confirm", slip)
        SLIP_LIFE.move(slip, "confirm", decided_by=by.id, decided_at=clock.now())
        slip.purpose, payment = _become(slip, by.id)
        db.session.flush()
        audit.record(by.id, "slip.confirm", f"slip:{slip.id}")
        payments.receive(payment, by.id)


def _become(slip: Slip, actor: int) -> tuple[str, Payment]:
    known = db.session.get_one(SlipContact, slip.id)
    contact: dict = {name: getattr(known, name) for name in ("name", "phone", "mail", "language")}
    if slip.need_id:
        need = db.session.get_one(Need, slip.need_id)
        made, payment = pledges.record(need, slip.amount_fen, slip.way, slip.if_ended, actor, **contact)
        return f"pledge:{made.pledge.id}", payment
    gift, _secret = moving.new(slip.account, slip.organisation_id, slip.amount_fen, if_ended=slip.if_ended,
                               shown_as=slip.shown_as, **contact)
    line = payments.Line(moving.purpose(gift), slip.account, slip.amount_fen)
    return moving.purpose(gift), payments.start([line], slip.organisation_id, gift.lapses_at, slip.way)


def refuse_slip(slip: Slip, reason: str, by) -> None:
    """A second person finds that it is not so, and why. Raises NotAllowed (also for its recorder), WrongState, Invalid."""
    with transaction():
        demand(by, "slip.refuse", slip)
        if not reason.strip():
            raise Invalid("reason", "empty")
        SLIP_LIFE.move(slip, "refuse", decided_by=by.id, decided_at=clock.now(), reason=reason.strip()[:300])
        audit.record(by.id, "slip.refuse", f"slip:{slip.id}")
