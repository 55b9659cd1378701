"""A word of thanks from the household to its giver, or a drawing; seen by a worker first."""
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.core import audit, clock, images, storage
from marketplace.core.errors import Invalid
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import offered
from marketplace.market.deliveries.events import ThanksApproved
from marketplace.market.deliveries.models import THANKS_LIFE, Delivery, Thanks
from marketplace.market.deliveries.records import ThanksDrawing
from marketplace.market.wishes.models import Wish
from marketplace.market.wishes.rules import check_anonymous
from marketplace.network.registry.models import Person
from marketplace.people.accounts.permissions import demand

MOST = 300
MOST_SHOWN = 50


@dataclass(frozen=True)
class Said:
    """Approved thanks as a giver sees them."""

    words: str
    drawing: ThanksDrawing | None
    alias: str
    at: datetime
    thanks_id: int


def write(delivery: Delivery, words: str, by, drawing: bytes = b"") -> Thanks:
    """Thank for a confirmed delivery, once, with words, a drawing, or both. Raises NotAllowed, Invalid (words, drawing)."""
    picture = _drawn(drawing) if drawing else None
    with transaction() as session:
        demand(by, "thanks.write", delivery)
        if not (words.strip() or picture) or delivery.state != "confirmed":
            raise Invalid("words", "empty")
        if len(words) > MOST:
            raise Invalid("words", "too_long", most=MOST)
        if session.scalar(select(Thanks.id).where(Thanks.delivery_id == delivery.id)):
            raise Invalid("words", "written_before")
        thanks = Thanks(delivery_id=delivery.id, household_id=delivery.household_id, place_code=delivery.place_code,
                        author_id=by.id, words=words.strip(), written_at=clock.now())
        session.add(thanks)
        session.flush()
        if picture:
            _keep(thanks.id, picture)
        audit.record(by.id, "thanks.write", f"thanks:{thanks.id}")
    return thanks


def _drawn(drawing: bytes) -> images.Picture:
    """A drawing, drawn again. Raises Invalid (drawing)."""
    try:
        return images.redraw(drawing)[0]
    except Invalid as no:
        raise Invalid("drawing", no.rule, **no.facts) from no


def _keep(thanks_id: int, picture: images.Picture) -> None:
    key = storage.new_key("thanks")
    storage.store().put(f"{key}-{images.WIDTHS[0]}.webp", picture.content)
    db.session.add(ThanksDrawing(thanks_id=thanks_id, key=key, width=picture.width, height=picture.height))


def drawings(thanks_ids: Collection[int]) -> dict[int, ThanksDrawing]:
    """The drawings that belong to words of thanks; one statement, none for none."""
    if not thanks_ids:
        return {}
    return {d.thanks_id: d for d in db.session.scalars(
        select(ThanksDrawing).where(ThanksDrawing.thanks_id.in_(thanks_ids)))}


def thanks_of_offer(offer_id: int) -> list[Said]:
    """What households say to the giver of an offer whose things they received, straight or out of a store, newest first.

    Only what a worker has approved; never who says it.
    """
    rows = db.session.execute(
        select(Thanks, ThanksDrawing, Wish.alias).join(Delivery, Delivery.id == Thanks.delivery_id)
        .join(Wish, Wish.id == Delivery.wish_id).outerjoin(ThanksDrawing, ThanksDrawing.thanks_id == Thanks.id)
        .where(Thanks.state == "approved", Thanks.delivery_id.in_(offered.deliveries(offer_id)))
        .order_by(Thanks.id.desc()).limit(MOST_SHOWN))
    return [Said(thanks.words, drawing, alias, thanks.written_at, thanks.id) for thanks, drawing, alias in rows]


def approve(thanks: Thanks, by) -> None:
    """Let the giver see it. Raises NotAllowed, WrongState, Invalid when it would identify the family."""
    with transaction():
        demand(by, "thanks.moderate", thanks)
        names = db.session.scalars(select(Person.name).where(Person.household_id == thanks.household_id))
        check_anonymous("words", thanks.words, [n.reveal() for n in names if n])
        THANKS_LIFE.move(thanks, "approve")
        audit.record(by.id, "thanks.moderate", f"thanks:{thanks.id}", "approved")
        announce(ThanksApproved(thanks.id))


def decline(thanks: Thanks, by) -> None:
    """Keep it from the giver. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "thanks.moderate", thanks)
        THANKS_LIFE.move(thanks, "decline")
        audit.record(by.id, "thanks.moderate", f"thanks:{thanks.id}", "declined")
