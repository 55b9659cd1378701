"""What givers hear of things that went through a store: once a day in sum, never of one household.

Whoever is asked about each use hears of each by its own promise, and is not told again here.
"""
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, String, and_, cast, func, literal, select

from marketplace.core import audit, clock
from marketplace.core.audit import AuditEntry
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery, DeliveryStep, Thanks
from marketplace.market.offers import conditions, telling
from marketplace.market.offers.models import Offer
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock.models import Batch, Reservation

FROM_HOUR = 8  # nobody is woken
LOOKS_BACK = timedelta(days=7)
TOLD = "offer.tell"
News = dict[date, Counter[str]]  # by day: units "arrived" at stations and "confirmed" by households, and words of "thanks"


def tell() -> int:
    """Tell each giver what became of their things until yesterday, and was not told yet. Safe twice. How many were told."""
    if clock.now().astimezone(clock.CITY).hour < FROM_HOUR:
        return 0
    until = clock.today()
    return sum(_tell(number, news, until) for number, news in _news(until - LOOKS_BACK, until).items())


def _tell(offer_id: int, news: News, until: date) -> bool:
    subject = f"offer:{offer_id}"
    with transaction() as session:
        session.get_one(Offer, offer_id, with_for_update=True)
        last = session.scalar(select(func.max(AuditEntry.reason)).where(
            AuditEntry.subject == subject, AuditEntry.capability == TOLD)) or ""
        sums = sum((counted for day, counted in news.items() if day.isoformat() >= last), Counter[str]())
        if not sums:
            return False
        telling.giver(offer_id, "offer_used", **{kind: sums[kind] for kind in ("arrived", "confirmed", "thanks")})
        audit.record(0, TOLD, subject, until.isoformat())
    return True


def _news(since: date, until: date) -> dict[int, News]:
    """By offer, from the first day on and before the last."""
    rows = [*_moved(since, until), *_thanked(since, until)]
    asked_for = conditions.of_batches({batch.id: batch for *_rest, batch in rows}.values())
    found: dict[int, News] = defaultdict(lambda: defaultdict(Counter))
    for at, kind, units, batch in rows:
        of = asked_for[batch.id]
        if len(of.offers) == 1 and not of.asked and of.offers[0].item_code == batch.item_code:
            found[of.offers[0].id][clock.day_of(at)][kind] += units
    return found


def _moved(since: date, until: date) -> Iterator[tuple[datetime, str, int, Batch]]:
    return map(tuple, db.session.execute(_of_store(
        select(DeliveryStep.at, DeliveryStep.state, Reservation.units, Batch)
        .join(Pledge, Pledge.delivery_id == DeliveryStep.delivery_id))
        .where(DeliveryStep.state.in_(("arrived", "confirmed")), DeliveryStep.at >= _begin(since),
               DeliveryStep.at < _begin(until))))


def _thanked(since: date, until: date) -> Iterator[tuple[datetime, str, int, Batch]]:
    let_pass = and_(AuditEntry.subject == literal("thanks:") + cast(Thanks.id, String),
                    AuditEntry.capability == "thanks.moderate", AuditEntry.reason == "approved")
    return map(tuple, db.session.execute(_of_store(
        select(AuditEntry.at, literal("thanks"), literal(1), Batch).select_from(AuditEntry).join(Thanks, let_pass)
        .join(Delivery, Delivery.id == Thanks.delivery_id).join(Pledge, Pledge.delivery_id == Delivery.id))
        .where(Thanks.state == "approved", AuditEntry.at >= _begin(since), AuditEntry.at < _begin(until))))


def _of_store(statement: Select) -> Select:
    """Only of promises of what lay in a store, with its batch."""
    return (statement.join(Reservation, Pledge.source == literal("stock:") + cast(Reservation.id, String))
            .join(Batch, Batch.id == Reservation.batch_id))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), clock.CITY)
