"""The board for everyone: names that their givers want to be seen, with a year and a number of gifts. Never for whom."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, func, select

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
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
    seen = case((and_(Honour.with_amount, Pledge.kind == "money"), Pledge.units), else_=0)
    rows = (select(Honour.shown_as, Honour.kind, Honour.year, func.count().label("gifts"),
                   func.sum(seen).label("amount_fen"), func.max(Honour.id).label("last"))
            .join(Pledge, Pledge.id == Honour.pledge_id).where(Honour.state == "shown", Pledge.state.in_(STANDING))
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
