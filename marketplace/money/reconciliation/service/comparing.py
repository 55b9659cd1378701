"""Every line of the provider beside the bookings about it, and every booking on the provider's account beside a line."""
from collections.abc import Iterable, Iterator
from datetime import timedelta

from sqlalchemy import Select, func, select, update

from marketplace.core import clock
from marketplace.core.outbox import still_at_work
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.money.ledger.models import Account, Booking, Entry
from marketplace.money.payments.models import UNKNOWN_PAYMENT, Payment, ProviderEvent, Refund
from marketplace.money.reconciliation.models import LIFE, Agreement, BalanceLine, Difference

BLOCK = 500
PATIENCE = timedelta(hours=1)  # what the books say may be a little ahead of the provider's list


def compare() -> int:
    """Hold both sides together, and write down where they differ. Returns how many differences are open."""
    found: set[tuple[str, str]] = set()
    for block in _blocks(select(BalanceLine).where(~BalanceLine.agreed).order_by(BalanceLine.id), BalanceLine.id):
        still_at_work()
        with transaction():
            found.update(_agree(block))
    with transaction():
        found.update(_alone())
        found.update(_failed_refunds())
        found.update(_unknown_events())
        _settle_gone(found)
        return db.session.scalar(select(func.count()).select_from(Difference).where(Difference.state == "open")) or 0


def _blocks(statement: Select, key) -> Iterator[list[str]]:
    """The numbers of the rows, block by block, each read fresh."""
    last = ""
    while numbers := list(db.session.scalars(statement.with_only_columns(key).where(key > last).limit(BLOCK))):
        yield numbers
        last = numbers[-1]


def _causes(line: BalanceLine, payments: dict[str, int], refunds: dict[str, list[int]]) -> list[str]:
    """What the bookings about a line are named after."""
    fee = [f"fee:{line.id}"]
    if line.type in ("charge", "payment"):
        return [f"payment:{payments.get(line.intent_id, 0)}", *fee]
    if line.type in ("refund", "payment_refund"):
        return [f"refund:{number}" for number in refunds.get(line.source, ())] + fee
    if line.type in ("refund_failure", "payment_failure_refund"):
        return [f"refund_failed:{number}" for number in refunds.get(line.source, ())] + fee
    return [f"dispute:{line.id}", f"payout:{line.id}", *fee]


def _agree(numbers: list[str]) -> Iterator[tuple[str, str]]:
    lines = db.session.scalars(select(BalanceLine).where(BalanceLine.id.in_(numbers))).all()
    refunds: dict[str, list[int]] = {}
    for number, source in db.session.execute(select(Refund.id, Refund.provider_id).where(
            Refund.provider_id.in_([line.source for line in lines]))):
        refunds.setdefault(source or "", []).append(number)
    payments = {intent or "": number for intent, number in db.session.execute(select(Payment.intent_id, Payment.id).where(
        Payment.intent_id.in_([line.intent_id for line in lines])))}
    causes = {line.id: _causes(line, payments, refunds) for line in lines}
    booked = _on_provider(cause for named in causes.values() for cause in named)
    taken = set(db.session.scalars(select(Agreement.booking_id).where(
        Agreement.booking_id.in_([number for number, _fen in booked.values()]))))
    for line in lines:
        mine = [booked[cause] for cause in causes[line.id] if cause in booked]
        db.session.add_all(Agreement(booking_id=number, line_id=line.id) for number, _fen in mine if number not in taken)
        total = sum(amount for _number, amount in mine)
        if total == line.net_fen:
            line.agreed = True
        else:
            yield _note("amount" if mine else "not_in_books", line.id, line.on, line.net_fen, total)


def _on_provider(causes: Iterable[str]) -> dict[str, tuple[int, int]]:
    """For bookings of these causes: their number, and what they change on the provider's account."""
    return {cause: (number, amount) for cause, number, amount in db.session.execute(
        select(Booking.cause, Booking.id, Entry.amount_fen).join(Entry, Entry.booking_id == Booking.id)
        .join(Account, Account.id == Entry.account_id)
        .where(Booking.cause.in_(set(causes)), Account.name == "provider"))}


def _alone() -> Iterator[tuple[str, str]]:
    """Bookings on the provider's account that no line of the provider is about."""
    rows = db.session.execute(
        select(Booking.cause, Booking.at, Entry.amount_fen).join(Entry, Entry.booking_id == Booking.id)
        .join(Account, Account.id == Entry.account_id).outerjoin(Agreement, Agreement.booking_id == Booking.id)
        .where(Account.name == "provider", Agreement.booking_id.is_(None), Booking.at < clock.now() - PATIENCE)
        .order_by(Booking.id))
    for cause, at, amount in rows.all():
        yield _note("not_at_provider", cause, clock.day_of(at), 0, amount)


def _failed_refunds() -> Iterator[tuple[str, str]]:
    """Money that was to go back and did not arrive: the charity has it, and a person must settle it with the giver."""
    for refund in db.session.scalars(select(Refund).where(Refund.state == "failed").order_by(Refund.id)).all():
        yield _note("refund_failed", str(refund.id), clock.day_of(refund.asked_at), refund.amount_fen, 0)


def _unknown_events() -> Iterator[tuple[str, str]]:
    """What the provider said about a payment that nobody here knows, for longer than a moment."""
    for event in db.session.scalars(select(ProviderEvent).where(
            ProviderEvent.outcome == UNKNOWN_PAYMENT, ProviderEvent.received_at < clock.now() - PATIENCE)).all():
        yield _note("unknown_event", event.id, clock.day_of(event.received_at), 0, 0)


def _note(kind: str, subject: str, on, provider_fen: int, ledger_fen: int) -> tuple[str, str]:
    known = db.session.scalars(select(Difference).where(Difference.kind == kind, Difference.subject == subject)).first()
    if known is None:
        db.session.add(Difference(kind=kind, subject=subject, on=on, provider_fen=provider_fen, ledger_fen=ledger_fen,
                                  found_at=clock.now()))
    elif (known.provider_fen, known.ledger_fen) != (provider_fen, ledger_fen):
        known.provider_fen, known.ledger_fen, known.gone_at = provider_fen, ledger_fen, None
        if known.state == "resolved":
            LIFE.move(known, "reopen", resolved_at=None, resolved_by=0)
    return kind, subject


def _settle_gone(found: set[tuple[str, str]]) -> None:
    """A difference that is no more stays on the list, with the moment when it went, until a person has seen it."""
    for one in db.session.scalars(select(Difference).where(Difference.gone_at.is_(None))).all():
        if (one.kind, one.subject) not in found and one.state == "open":
            db.session.execute(update(Difference).where(Difference.id == one.id).values(gone_at=clock.now()))
