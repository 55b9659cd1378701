"""Campaigns as everyone may see them, from approval on: the filed plan, its news, and its money from the ledger."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.campaigns.models import (
    Allocation,
    BudgetLine,
    Campaign,
    Disclosure,
    Picture,
    PlanChange,
    Settlement,
    Update,
)
from marketplace.market.campaigns.queries import figures
from marketplace.market.campaigns.queries.figures import Figures
from marketplace.market.campaigns.rules import PUBLIC_STATES
from marketplace.market.wishes.models import Need
from marketplace.people.organisations.models import Organisation

PAGE = 24
_rank: ColumnElement[int] = case({state: number for number, state in enumerate(PUBLIC_STATES)}, value=Campaign.state)
_runs, _raises = aliased(Organisation), aliased(Organisation)


@dataclass(frozen=True)
class Filter:
    """What a visitor looks for; "" and 0 mean anything."""

    drive: str = ""
    area: str = ""
    charity: int = 0
    state: str = ""


@dataclass(frozen=True)
class Card:
    """A campaign in a list."""

    id: int
    ref: str
    state: str
    title: str
    english: str
    summary: str
    drive: str
    picture: str
    area_code: str
    starts_on: date
    ends_on: date
    goal_fen: int
    charity: str
    charity_english: str
    figures: Figures = field(default=figures.NOTHING)


@dataclass(frozen=True)
class Line:
    """A line of the account: one thing that money went to, with the budget line and the invoice it belongs to.

    A gift to a wish has no `purpose` here, for its words are public only while the wish is: it names the category of the
    need and the number of the wish.
    """

    id: int
    kind: str
    item: str
    purpose: str
    category: str
    wish_id: int
    amount_fen: int
    invoice: str
    paid_at: datetime


COLUMNS = (Campaign.id, Campaign.ref, Campaign.state, Campaign.title, Campaign.english, Campaign.summary, Campaign.drive,
           Campaign.picture, Campaign.area_code, Campaign.starts_on, Campaign.ends_on, Campaign.goal_fen,
           _raises.name.label("charity"), _raises.english.label("charity_english"))


def shown(*columns) -> Select:
    """The one statement behind every public view of campaigns."""
    return select(*columns).select_from(Campaign).join(_raises, _raises.id == Campaign.raiser_id).join(
        _runs, _runs.id == Campaign.organisation_id).where(Campaign.state.in_(PUBLIC_STATES))


def browse(wanted: Filter, after: str = "") -> tuple[Sequence[Card], str | None]:
    """A page of campaigns, live ones first, and the cursor of the next; two statements whatever its size."""
    order = Order((_rank, Campaign.starts_on, Campaign.id), (False, True, True))
    found: Page = page(_narrowed(shown(*COLUMNS, _rank.label("rank")), wanted), order, PAGE, after,
                       lambda row: (row.rank, row.starts_on, row.id))
    money = figures.of_all([row.id for row in found.rows]) if found.rows else {}
    return [Card(**{name: value for name, value in row._mapping.items() if name != "rank"}, figures=money[row.id])
            for row in found.rows], found.after


def _narrowed(statement: Select, wanted: Filter) -> Select:
    if wanted.drive:
        statement = statement.where(Campaign.drive == wanted.drive)
    if wanted.area:  # what helps inside it, and what helps everywhere around it
        around = [wanted.area[:digits] for digits in (4, 6, 9) if digits < len(wanted.area)]
        statement = statement.where(or_(Campaign.area_code.startswith(wanted.area, autoescape=True),
                                        Campaign.area_code.in_(around)))
    if wanted.charity:
        statement = statement.where(or_(Campaign.organisation_id == wanted.charity, Campaign.raiser_id == wanted.charity))
    if wanted.state in PUBLIC_STATES:
        statement = statement.where(Campaign.state == wanted.state)
    return statement


def charities() -> list[tuple[int, str, str]]:
    """The charities that have, or had, a campaign: number and names, for the filter."""
    rows = db.session.execute(shown(_raises.id, _raises.name, _raises.english).distinct().order_by(_raises.id))
    return [(number, name, english) for number, name, english in rows]


def refs() -> dict[str, str]:
    """The public numbers of all public campaigns, by their own."""
    return {str(number): ref for number, ref in db.session.execute(shown(Campaign.id, Campaign.ref))}


def one(ref: str) -> Campaign | None:
    """The campaign with its lines and targets, all of which the public may see; None when it is not public."""
    return db.session.scalars(shown(Campaign).options(selectinload(Campaign.lines), selectinload(Campaign.targets))
                              .where(Campaign.ref == ref)).first()


def updates(campaign_id: int) -> list[tuple[Update, list[Update]]]:
    """News, the newest first, each with its corrections in their order."""
    rows = db.session.scalars(select(Update).options(selectinload(Update.pictures))
                              .where(Update.campaign_id == campaign_id).order_by(Update.id)).all()
    first: dict[int, int] = {}
    found: dict[int, tuple[Update, list[Update]]] = {}
    for row in rows:
        start = first[row.id] = first.get(row.corrects_id, row.id)
        if start == row.id:
            found[start] = (row, [])
        else:
            found[start][1].append(row)
    return list(reversed(found.values()))


def changes(campaign_id: int) -> Sequence[PlanChange]:
    """Approved changes of the plan, the newest first."""
    return db.session.scalars(select(PlanChange).options(selectinload(PlanChange.lines)).where(
        PlanChange.campaign_id == campaign_id, PlanChange.state == "approved").order_by(PlanChange.decided_at.desc())).all()


def reports(campaign_id: int) -> Sequence[Disclosure]:
    """Reports of a campaign, published ones and those that are due, in the order of their days."""
    return db.session.scalars(select(Disclosure).where(Disclosure.campaign_id == campaign_id)
                              .order_by(Disclosure.due_on, Disclosure.id)).all()


def report(campaign_id: int, number: int) -> Disclosure | None:
    """A published report."""
    return db.session.scalars(select(Disclosure).where(
        Disclosure.campaign_id == campaign_id, Disclosure.id == number, Disclosure.published_at.is_not(None))).first()


def settlement(campaign_id: int) -> Settlement | None:
    """The account of a settled campaign."""
    return db.session.scalars(select(Settlement).where(
        Settlement.campaign_id == campaign_id, Settlement.state == "approved")).first()


def lines(campaign_id: int) -> list[Line]:
    """Everything that was paid, to the line, in the order in which it was."""
    rows = db.session.execute(
        select(Allocation.id, Allocation.kind, BudgetLine.item,
               case((Allocation.kind == "wish", ""), else_=Allocation.purpose).label("purpose"),
               func.coalesce(Need.category, "").label("category"), func.coalesce(Need.wish_id, 0).label("wish_id"),
               Allocation.amount_fen, Allocation.invoice, Allocation.paid_at)
        .join(BudgetLine, BudgetLine.id == Allocation.line_id).outerjoin(Need, Need.id == Allocation.need_id)
        .where(Allocation.campaign_id == campaign_id, Allocation.state == "paid")
        .order_by(Allocation.paid_at, Allocation.id))
    return [Line(**row._mapping) for row in rows]


def picture(key: str) -> bool:
    """Whether the public may see this picture: of a public campaign, or of its news."""
    told = exists().where(Update.campaign_id == Campaign.id, Picture.update_id == Update.id, Picture.key == key)
    return bool(key) and db.session.execute(shown(Campaign.id).where(or_(Campaign.picture == key, told))).first() is not None


def target(account: str) -> Campaign | None:
    """The public campaign that an account of the ledger belongs to; None for a charity's fund."""
    kind, _colon, number = account.partition(":")
    if kind != "campaign":
        return None
    return db.session.scalars(shown(Campaign).where(Campaign.id == int(number))).first()
