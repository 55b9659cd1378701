"""The verbs of an offer: from the giver's word to the charity's store, or straight to a household's wish."""
import secrets
from hashlib import sha256

from sqlalchemy import select, update

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid
from marketplace.core.outbox import announce
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.offers import telling
from marketplace.market.offers.events import IntakePutRight, OfferDecided, OfferTakenIn
from marketplace.market.offers.models import LIFE, Offer, OfferContact
from marketplace.market.offers.rules import COMES_LATE, NAME_MOST, NotOpen, OfferDraft, Reach, TooFewOffered, check
from marketplace.market.stock import service as stock
from marketplace.market.stock.models import Batch, Store
from marketplace.market.stock.rules import BatchDraft, check_text, check_units
from marketplace.money.receipts.service import issuing
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations.models import Organisation


def digest(secret: str) -> str:
    """What is kept of the secret of a link."""
    return sha256(secret.encode()).hexdigest()


def make(draft: OfferDraft, by, language: str = "zh", name: str = "") -> Offer:
    """Offer something to a charity. It waits for the charity's answer.

    `name` is whose name stands on receipts, a company's for example; by default that of the account. Raises NotAllowed,
    Invalid.
    """
    with transaction():
        demand(by, "offer.make")
        reach = Reach(check_text("name", name, NAME_MOST) or by.display_name, by.phone.reveal() if by.phone else "")
        return _new(draft, by.id, reach, language, by.id)


def record(draft: OfferDraft, reach: Reach, by, language: str = "zh") -> Offer:
    """Write down what a company or a person offered to the clerk's own charity; they get the link to follow it.

    Raises NotAllowed, Invalid.
    """
    with transaction():
        demand(by, "offer.record")
        if draft.organisation_id != by.organisation_id:
            raise Invalid("organisation_id", "empty")
        if not check_text("name", reach.name, NAME_MOST) or not (reach.phone.strip() or reach.mail.strip()):
            raise Invalid("phone" if reach.name.strip() else "name", "empty")
        offer = _new(draft, 0, reach, language, by.id)
        telling.giver(offer.id, "offer_recorded")
    return offer


def _new(draft: OfferDraft, giver_id: int, reach: Reach, language: str, actor: int) -> Offer:
    session, secret = db.session, secrets.token_urlsafe(24)
    check(draft, clock.today())
    charity = session.get(Organisation, draft.organisation_id)
    if charity is None or charity.kind != "charity":
        raise Invalid("organisation_id", "empty")
    offer = Offer(
        ref=secrets.token_hex(5), organisation_id=charity.id, giver_id=giver_id, follow_digest=digest(secret),
        kind=draft.kind, category=draft.category, units=draft.units, words=draft.words.strip(), area_code=draft.area_code,
        age_bands=",".join(draft.age_bands), asks_giver=draft.asks_giver, to_store=draft.kind == "goods" and draft.to_store,
        ends_on=draft.ends_on, offered_at=clock.now(), **_particulars(draft))
    session.add(offer)
    session.flush()
    session.add(OfferContact(offer_id=offer.id, name=reach.name.strip() or None, phone=reach.phone.strip() or None,
                             mail=reach.mail.strip() or None, secret=secret, language=language))
    audit.record(actor, "offer.make", f"offer:{offer.id}", f"{offer.units} {offer.item_code or offer.category}")
    return offer


def _particulars(draft: OfferDraft) -> dict[str, object]:
    """What only an offer of its kind has."""
    if draft.kind == "goods":
        return {"item_code": draft.item_code, "size": draft.size, "condition": draft.condition}
    if draft.kind == "service":
        return {"hours": draft.hours, "weekdays": ",".join(map(str, sorted(draft.weekdays)))}
    return {}


def accept(offer: Offer, by) -> None:
    """The charity takes the offer. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "offer.accept", offer)
        _decide(offer, "accept", by.id)


def decline(offer: Offer, reason: str, by) -> None:
    """The charity cannot use it, and says why. Raises NotAllowed, WrongState, Invalid."""
    with transaction():
        demand(by, "offer.decline", offer)
        if not reason.strip():
            raise Invalid("reason", "empty")
        _decide(offer, "decline", by.id, reason.strip())


def withdraw(offer: Offer, by) -> None:
    """The giver takes back what nobody counts on yet; what is in store or promised stays. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "offer.withdraw", offer)
        _decide(offer, "withdraw", by.id)


def end(offer: Offer, by, reason: str = "") -> None:
    """Nothing more is taken of an accepted offer. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "offer.end", offer)
        _decide(offer, "end", by.id, reason.strip())


def expire_overdue() -> int:
    """End offers past their last day. Safe to run twice. Returns how many."""
    due = db.session.scalars(select(Offer.id).where(
        Offer.state.in_(("offered", "accepted")), Offer.ends_on < clock.today())).all()
    for number in due:
        with transaction() as session:
            offer = session.get_one(Offer, number, with_for_update=True)
            if offer.state in LIFE.arrows["expire"].sources and offer.ends_on < clock.today():
                _decide(offer, "expire", 0)
    return len(due)


def _decide(offer: Offer, verb: str, actor: int, reason: str = "") -> None:
    LIFE.move(offer, verb, reason=reason, decided_by=actor)
    audit.record(actor, f"offer.{verb}", f"offer:{offer.id}")
    announce(OfferDecided(offer.id, offer.state))


def take_in(offer: Offer, store: Store, draft: BatchDraft, by, more: bool = False) -> Batch:
    """Part or all of an accepted offer of goods came to a store; it is what the storekeeper sees, which may differ in size,
    condition or day. `more` says that more came than was offered. Also what came late, see `may_come`.

    Raises NotAllowed, NotOpen, TooFewOffered, StoreClosed, Invalid.
    """
    with transaction():
        demand(by, "offer.take_in", offer)
        if draft.item_code != offer.item_code:
            raise Invalid("item_code", "unknown_item")
        check_units(draft.units)
        _receive(offer, draft.units, more, by.id)
        batch = stock.take_in(store, draft, f"offer:{offer.id}", by)
        announce(OfferTakenIn(offer.id, batch.id))
        if not offer.left and offer.state == "accepted":
            _decide(offer, "end", by.id)
    return batch


def may_come(offer: Offer) -> bool:
    """Whether things of an offer can be taken in today: it is accepted, or was when its last day ended, not long ago."""
    late = offer.ends_on + COMES_LATE >= clock.today()
    return late and (offer.state == "accepted" or offer.state == "expired" and _was_accepted(offer))


def _was_accepted(offer: Offer) -> bool:
    entry = audit.AuditEntry
    return bool(db.session.scalar(select(entry.id).where(
        entry.subject == f"offer:{offer.id}", entry.capability == "offer.accept").limit(1)))


def _receive(offer: Offer, units: int, more: bool, actor: int) -> None:
    """Count what came; what is beyond the offer raises it."""
    db.session.refresh(offer, with_for_update=True)
    if not may_come(offer):
        raise NotOpen
    surplus = max(0, units - offer.left)
    if surplus and not more:
        raise TooFewOffered(units, offer.left)
    offer.units += surplus
    offer.surplus += surplus
    offer.taken += units
    db.session.flush()
    if surplus:
        audit.record(actor, "offer.surplus", f"offer:{offer.id}", str(surplus))


def put_right(batch: Batch, units: int, reason: str, by) -> None:
    """Only so many came as a batch, and not as many as was typed; of an offer, the rest is still to come, and the giver's
    receipt follows. Not when its value was declared already. Raises NotAllowed, IntakeMoved, Invalid."""
    with transaction() as session:
        fewer = stock.put_right(batch, units, reason, by)
        kind, _colon, number = batch.source.partition(":")
        if kind != "offer":
            return
        offer = session.get_one(Offer, int(number), with_for_update=True)
        if issuing.declared(f"batch:{batch.id}"):
            raise Invalid("units", "value_declared")
        if offer.state == "ended" and not offer.left:
            LIFE.move(offer, "go_on")
            audit.record(by.id, "offer.go_on", f"offer:{offer.id}")
        beyond = min(offer.surplus, fewer)
        offer.taken -= fewer
        offer.units -= beyond
        offer.surplus -= beyond
        audit.record(by.id, "offer.put_right", f"offer:{offer.id}", str(fewer))
        announce(IntakePutRight(offer.id, batch.id, fewer))


def bring_in(offer_id: int, units: int) -> None:
    """What was promised straight from the giver came back, and into a store of the charity. Joins."""
    with transaction():
        changed(update(Offer).where(Offer.id == offer_id, Offer.promised >= units)
                .values(promised=Offer.promised - units, taken=Offer.taken + units))


def hold(offer: Offer, units: int) -> None:
    """Set `units` aside for a household straight from the giver. Joins. Raises NotOpen, TooFewOffered."""
    with transaction():
        there = changed(update(Offer).where(
            Offer.id == offer.id, Offer.state == "accepted", Offer.ends_on >= clock.today(),
            Offer.taken + Offer.promised + units <= Offer.units).values(promised=Offer.promised + units))
        db.session.refresh(offer)
        if not there and (offer.state != "accepted" or offer.ends_on < clock.today()):
            raise NotOpen
        if not there:
            raise TooFewOffered(units, offer.left)


def release(offer_id: int, units: int) -> None:
    """Let go of `units` that were held: they are open again, while the offer is. Joins."""
    with transaction():
        changed(update(Offer).where(Offer.id == offer_id, Offer.promised >= units)
                .values(promised=Offer.promised - units))

