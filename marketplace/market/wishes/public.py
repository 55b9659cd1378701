"""Wishes as everyone may see them. The only way to list one on the public site.

Columns are safe by definition, and every statement starts from `visible`, which joins eligibility and consent at the
moment of reading: a wish is public while it is published, its household eligible and its consent valid.
"""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, distinct, exists, func, select
from sqlalchemy.orm import aliased

from marketplace.core import clock, places
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.wishes import search
from marketplace.market.wishes.models import KINDS, URGENCIES, Consent, Need, Wish, WishPhoto
from marketplace.network.registry.models import Household, KindCount
from marketplace.people.accounts.permissions import narrow

ENOUGH = 5
PAGE = 24
SORTS = ("waiting", "newest", "urgent")

_in_town, _in_county = aliased(KindCount), aliased(KindCount)
shown_place: ColumnElement[str] = case(
    (_in_town.households >= ENOUGH, Wish.town_code),
    (_in_county.households >= ENOUGH, func.substr(Wish.town_code, 1, 6)),
    else_=func.substr(Wish.town_code, 1, 4))


@dataclass(frozen=True)
class Filter:
    """What a visitor looks for; "" and None mean anything. Amounts are fen still missing."""

    kind: str = ""
    category: str = ""
    area: str = ""
    urgency: str = ""
    most_fen: int | None = None
    query: str = ""
    sort: str = "waiting"


@dataclass(frozen=True)
class PublicNeed:
    """A need of a public wish; `left` in whole units, fen for money."""

    id: int
    kind: str
    category: str
    item: str
    unit: str
    wanted: int
    pledged: int
    received: int
    price_fen: int

    @property
    def left(self) -> int:
        return self.wanted - self.pledged


@dataclass(frozen=True)
class PublicWish:
    """A wish without anything that identifies: what a card or a page shows."""

    id: int
    ref: str
    title: str
    alias: str
    age_band: str
    story: str
    urgency: str
    place_code: str
    published_at: datetime
    closes_on: date
    organisation_id: int
    needs: tuple[PublicNeed, ...]
    photos: tuple[str, ...]


def visible(*columns: Any) -> Select:
    """The one statement behind every public view of wishes."""
    return (
        select(*columns)
        .select_from(Wish)
        .join(Household, Household.id == Wish.household_id)
        .join(Consent, Consent.id == Wish.consent_id)
        .outerjoin(_in_town, and_(_in_town.place_code == Wish.town_code, _in_town.kind == Wish.age_band))
        .outerjoin(_in_county, and_(_in_county.place_code == func.substr(Wish.town_code, 1, 6),
                                    _in_county.kind == Wish.age_band))
        .where(Wish.state == "published", Household.eligible_until >= clock.today(), Consent.withdrawn_at.is_(None),
               Wish.closes_on >= clock.today())
    )


COLUMNS = (Wish.id, Wish.ref, Wish.title, Wish.alias, Wish.age_band, Wish.story, Wish.urgency,
           shown_place.label("place_code"), Wish.published_at, Wish.closes_on, Wish.organisation_id)


def browse(wanted: Filter, after: str = "") -> tuple[Sequence[PublicWish], str | None]:
    """A page of open wishes and the cursor of the next one, in three statements whatever its size."""
    statement = _narrowed(visible(*COLUMNS), wanted).where(_still_open())
    order = _order(wanted.sort)
    found: Page = page(statement, order, PAGE, after, lambda row: _key(row, wanted.sort))
    return _whole(found.rows), found.after


def of_categories(categories: Sequence[str], limit: int = 6) -> list[PublicWish]:
    """Open wishes with a need of one of these categories, the longest waiting first."""
    fitting = exists().where(Need.wish_id == Wish.id, Need.pledged < Need.wanted, Need.category.in_(categories))
    rows = db.session.execute(visible(*COLUMNS).where(fitting).order_by(Wish.published_at, Wish.id).limit(limit)).all()
    return _whole(rows)


def one(ref: str) -> PublicWish | None:
    """The public wish, or None when there is none now."""
    rows = _whole(db.session.execute(visible(*COLUMNS).where(Wish.ref == ref)).all())
    return rows[0] if rows else None


def of_needs(need_ids: Collection[int]) -> list[PublicWish]:
    """The public wishes that one of these needs belongs to, in three statements."""
    theirs = exists().where(Need.wish_id == Wish.id, Need.id.in_(need_ids))
    return _whole(db.session.execute(visible(*COLUMNS).where(theirs).order_by(Wish.id)).all()) if need_ids else []


def is_visible(wish_id: int) -> bool:
    return db.session.execute(visible(Wish.id).where(Wish.id == wish_id)).first() is not None


def photo(key: str) -> bool:
    """Whether the public may see this picture: reviewed, and its wish visible now."""
    return db.session.execute(
        visible(WishPhoto.id).join(WishPhoto, WishPhoto.wish_id == Wish.id)
        .where(WishPhoto.key == key, WishPhoto.reviewed)).first() is not None


def totals() -> dict[str, int]:
    """How many wishes are open to the public now, and how many have been fulfilled ever (counts only)."""
    waiting = db.session.scalar(select(func.count()).select_from(visible(Wish.id).where(_still_open()).subquery()))
    done = db.session.scalar(select(func.count()).select_from(Wish).where(
        Wish.state == "closed", ~exists().where(Need.wish_id == Wish.id, Need.received < Need.wanted)))
    return {"open": waiting or 0, "fulfilled": done or 0}


def unmet(user, place, area: str) -> dict[tuple[str, str], int]:
    """By place and kind: households with an open wish that still needs something. Exact, for callers who make it coarse."""
    low, high = places.span(area or places.CITY)
    statement = narrow(user, "needs.read", visible(place, Need.kind, func.count(distinct(Wish.household_id))), Wish)
    rows = db.session.execute(
        statement.join(Need, Need.wish_id == Wish.id).where(Need.pledged < Need.wanted, Wish.town_code >= low,
                                                            Wish.town_code < high).group_by(place, Need.kind))
    return {(code, kind): number for code, kind, number in rows}


def _still_open() -> ColumnElement[bool]:
    return exists().where(Need.wish_id == Wish.id, Need.pledged < Need.wanted)


def _narrowed(statement: Select, wanted: Filter) -> Select:
    need = [Need.wish_id == Wish.id, Need.pledged < Need.wanted]
    if wanted.kind in KINDS:
        need.append(Need.kind == wanted.kind)
    if wanted.category:
        need.append(Need.category == wanted.category)
    if len(need) > 2:
        statement = statement.where(exists().where(*need))
    if wanted.area:
        low, high = places.span(wanted.area)
        statement = statement.where(shown_place >= low, shown_place < high)
    if wanted.urgency in URGENCIES:
        statement = statement.where(Wish.urgency == URGENCIES.index(wanted.urgency))
    if wanted.most_fen is not None:
        missing = case((Need.kind == "money", Need.wanted - Need.pledged),
                       else_=(Need.wanted - Need.pledged) * Need.price_fen)
        total = select(func.sum(missing)).where(Need.wish_id == Wish.id).scalar_subquery()
        statement = statement.where(total <= wanted.most_fen)
    return search.matching(statement, wanted.query) if wanted.query.strip() else statement


def _order(sort: str) -> Order:
    if sort == "newest":
        return Order((Wish.published_at, Wish.id), (True, True))
    if sort == "urgent":
        return Order((Wish.urgency, Wish.published_at, Wish.id), (True, False, False))
    return Order((Wish.published_at, Wish.id), (False, False))


def _key(row, sort: str) -> tuple:
    return (row.urgency, row.published_at, row.id) if sort == "urgent" else (row.published_at, row.id)


def _whole(rows: Sequence) -> list[PublicWish]:
    """Rows with their needs and reviewed photos, in two more statements."""
    ids = [row.id for row in rows]
    needs: dict[int, list[PublicNeed]] = {i: [] for i in ids}
    photos: dict[int, list[str]] = {i: [] for i in ids}
    if ids:
        columns = (Need.id, Need.kind, Need.category, Need.item, Need.unit, Need.wanted, Need.pledged, Need.received,
                   Need.price_fen)
        for wish_id, *facts in db.session.execute(
                select(Need.wish_id, *columns).where(Need.wish_id.in_(ids)).order_by(Need.id)):
            needs[wish_id].append(PublicNeed(*facts))
        for wish_id, key in db.session.execute(
                select(WishPhoto.wish_id, WishPhoto.key).where(WishPhoto.wish_id.in_(ids), WishPhoto.reviewed)
                .order_by(WishPhoto.id)):
            photos[wish_id].append(key)
    return [PublicWish(**{**row._mapping, "urgency": URGENCIES[row.urgency]}, needs=tuple(needs[row.id]),
                       photos=tuple(photos[row.id])) for row in rows]


__all__ = ["PAGE", "SORTS", "Filter", "PublicNeed", "PublicWish", "browse", "is_visible", "of_categories", "of_needs", "one",
           "photo",           "totals", "unmet", "visible"]
