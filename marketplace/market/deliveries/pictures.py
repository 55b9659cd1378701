"""Pictures of goods at a hand-over: drawn again and stripped at once, looked at by the worker, then kept or thrown away."""
from datetime import timedelta

from sqlalchemy import select

from marketplace.core import audit, clock, images, storage
from marketplace.core.errors import NotAllowed
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.records import ProofPicture
from marketplace.people.accounts.permissions import demand

UNWANTED_AFTER = timedelta(days=1)


def show(delivery: Delivery, photo: bytes, by) -> ProofPicture:
    """Have a photo drawn again, without place and time in it, for its worker to look at. It takes an earlier one's place.

    Raises NotAllowed, Invalid (photo).
    """
    drawn = images.redraw(photo)[0]
    key = storage.new_key("proof")
    with transaction() as session:
        demand(by, "delivery.hand_over", delivery)
        _clear(delivery.id, by.id)
        storage.store().put(f"{key}-{images.WIDTHS[0]}.webp", drawn.content)
        picture = ProofPicture(delivery_id=delivery.id, key=key, by_id=by.id, shown_at=clock.now())
        session.add(picture)
    return picture


def waiting(delivery_id: int, by_id: int) -> ProofPicture | None:
    """The picture that this worker has not decided about yet."""
    return db.session.scalars(select(ProofPicture).where(
        ProofPicture.delivery_id == delivery_id, ProofPicture.by_id == by_id)).first()


def drop(delivery: Delivery, by) -> None:
    """There is a face on it, or an address: it is not kept. Raises NotAllowed."""
    with transaction():
        demand(by, "delivery.hand_over", delivery)
        _clear(delivery.id, by.id)


def keep(picture: ProofPicture, delivery_id: int, by_id: int) -> str:
    """The worker has looked: no face, no address. The key of the picture as proof. Joins. Raises NotAllowed."""
    if (picture.delivery_id, picture.by_id) != (delivery_id, by_id):
        raise NotAllowed("delivery.hand_over")
    db.session.delete(picture)
    audit.record(by_id, "delivery.hand_over", f"delivery:{picture.delivery_id}", "photo without faces")
    return picture.key


def forget_unwanted() -> int:
    """Throw away what nobody decided about. Safe to run twice. Returns how many."""
    with transaction() as session:
        old = session.scalars(select(ProofPicture).where(ProofPicture.shown_at < clock.now() - UNWANTED_AFTER)).all()
        for picture in old:
            _remove(picture)
    return len(old)


def _clear(delivery_id: int, by_id: int) -> None:
    for picture in db.session.scalars(select(ProofPicture).where(
            ProofPicture.delivery_id == delivery_id, ProofPicture.by_id == by_id)).all():
        _remove(picture)
    db.session.flush()


def _remove(picture: ProofPicture) -> None:
    storage.store().remove(f"{picture.key}-{images.WIDTHS[0]}.webp")
    db.session.delete(picture)
