"""The board for everyone: names that their givers want to be seen, with a year and a number of gifts. Never for whom."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, or_, select

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.gifts.models import Gift
from marketplace.market.honours.models import KINDS, Honour
from marketplace.market.honours.rules import STANDING
from marketplace.market.pledges.models import Pledge

PAGE = 60
SORTS = ("newest", "name")


@dataclass(frozen=True)
class Filter:
    """What a visitor looks for; 0 and "" mean anything."""

    year: int = 0
    kind: str = ""
    sort: str = "newest"


def board(wanted: Filter, after: str = "") -> Page:
    """Rows of shown_as, kind, year, gifts and amount_fen (of the money whose giver lets it be seen), in one statement."""
    seen: ColumnElement[int] = case((~Honour.with_amount, 0), (Pledge.kind == "money", Pledge.units),
                                    else_=func.coalesce(Gift.amount_fen, 0))
    standing = or_(Pledge.state.in_(STANDING), Gift.state.in_(STANDING))
    rows = (select(Honour.shown_as, Honour.kind, Honour.year, func.count().label("gifts"),
                   func.sum(seen).label("amount_fen"), func.max(Honour.id).label("last"))
            .outerjoin(Pledge, Pledge.id == Honour.pledge_id).outerjoin(Gift, Gift.id == Honour.gift_id)
            .where(Honour.state == "shown", standing)
            .group_by(Honour.giver, Honour.shown_as, Honour.kind, Honour.year))
    if wanted.year:
        rows = rows.where(Honour.year == wanted.year)
    if wanted.kind in KINDS:
        rows = rows.where(Honour.kind == wanted.kind)
    found = rows.subquery()
    if wanted.sort == "name":
        return page(select(found), Order((found.c.shown_as, found.c.last), (False, True)), PAGE, after,
                    lambda row: (row.shown_as, row.last))
    return page(select(found), Order((found.c.last,), (True,)), PAGE, after, lambda row: (row.last,))


def years() -> Sequence[int]:
    """Years with a name, the latest first."""
    return db.session.scalars(select(Honour.year).where(Honour.state == "shown").distinct()
                              .order_by(Honour.year.desc()).limit(20)).all()
