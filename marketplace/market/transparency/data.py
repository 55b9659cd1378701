"""The books and the wishes as open data: every entry, one row each, so that they add up to what the pages show."""
from collections.abc import Iterator

from sqlalchemy import select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.campaigns import public
from marketplace.market.matches.models import Match
from marketplace.market.transparency.trails import needs_of, shown
from marketplace.market.wishes.models import Wish
from marketplace.money.ledger.models import WHERE, Account, Booking, Entry
from marketplace.people.organisations.models import Organisation

BLOCK = 1000
ENTRY = ("booking", "date", "cause", "account", "of", "side", "amount_fen")
WISH = ("ref", "state", "charity", "kind", "category", "wanted", "received", "unit", "published")


def entries() -> Iterator[tuple]:
    """Every entry of the books, in the order of the bookings: rows of ENTRY.

    `of` is a charity's credit code, or the public number of a wish or campaign; nothing where that is not public now.
    Amounts of a booking add up to zero; `side` is "where" money is or "whose" it is.
    """
    campaigns = public.refs()
    charities = {str(n): code for n, code in db.session.execute(select(Organisation.id, Organisation.credit_code))}
    holders = {str(n): code for n, code in db.session.execute(
        select(Match.id, Organisation.credit_code).join(Organisation, Organisation.id == Match.organisation_id))}
    last = 0
    while rows := db.session.execute(
            select(Entry.id, Booking.id, Booking.booked_on, Booking.kind, Account.name, Account.kind, Entry.amount_fen)
            .join(Booking, Booking.id == Entry.booking_id).join(Account, Account.id == Entry.account_id)
            .where(Entry.id > last).order_by(Entry.id).limit(BLOCK)).all():
        refs = _refs({name.partition(":")[2] for _e, _b, _on, _cause, name, kind, _fen in rows if kind == "wish"})
        last = rows[-1][0]
        for _entry, booking, on, cause, name, kind, fen in rows:
            number = name.partition(":")[2]
            of = {"wish": refs, "campaign": campaigns, "match": holders}.get(kind, charities).get(number, "")
            yield booking, on.isoformat(), cause, kind, of, "where" if kind in WHERE else "whose", fen


def _refs(numbers: set[str]) -> dict[str, str]:
    rows = db.session.execute(select(Wish.id, Wish.ref).where(Wish.id.in_([int(n) for n in numbers]), shown()))
    return {str(number): ref for number, ref in rows}


def wishes() -> Iterator[tuple]:
    """Every need of every wish whose trail is public: rows of WISH, money in fen."""
    charities = {n: code for n, code in db.session.execute(select(Organisation.id, Organisation.credit_code))}
    last = 0
    while rows := db.session.execute(
            select(Wish.id, Wish.ref, Wish.state, Wish.organisation_id, Wish.published_at)
            .where(Wish.id > last, shown()).order_by(Wish.id).limit(BLOCK)).all():
        needs, last = needs_of([row.id for row in rows]), rows[-1].id
        for row in rows:
            for need in needs[row.id]:
                yield (row.ref, "fulfilled" if row.state == "closed" else "open", charities.get(row.organisation_id, ""),
                       need.kind, need.category, need.wanted, need.received, need.unit,
                       clock.day_of(row.published_at).isoformat())
