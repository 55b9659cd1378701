"""What is free in charities' own funds, and what was given out of them."""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.funds.models import Grant, account
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.ledger import service as ledger
from marketplace.money.ledger.models import Account
from marketplace.money.payments import queries as payments
from marketplace.people.accounts.permissions import narrow

PAGE = 50


@dataclass(frozen=True)
class Open:
    """A need of money that the fund may give to: with its wish's title and public number, its place as coarse as the public
    sees it, and `missing` fen that nobody has promised or proposed."""

    need: Need
    title: str
    ref: str
    place_code: str
    missing: int


def spendable(organisation_id: int) -> int:
    """Fen of a charity's own fund that no bank asks back at the moment; below zero when banks took back what was given."""
    name = account(organisation_id)
    return ledger.held(name) - payments.disputed_on([name]).get(name, 0)


def set_aside(organisation_id: int) -> int:
    """Fen of it that are proposed and wait for a second person."""
    return _proposed({organisation_id}).get(organisation_id, 0)


def free(organisation_id: int) -> int:
    """Fen of it that are spendable and nobody has spoken for."""
    return spendable(organisation_id) - set_aside(organisation_id)


def all_free(organisation_id: int = 0) -> dict[int, int]:
    """What is free in every fund that has something, or in one, by charity; in three statements."""
    statement = select(Account.name, Account.balance_fen).where(Account.kind == "fund", Account.balance_fen < 0)
    if organisation_id:
        statement = statement.where(Account.name == account(organisation_id))
    held = {int(name.partition(":")[2]): -fen for name, fen in db.session.execute(statement)}
    spoken_for, disputed = _proposed(set(held)), payments.disputed_on([account(number) for number in held])
    left = {number: fen - spoken_for.get(number, 0) - disputed.get(account(number), 0)
            for number, fen in sorted(held.items())}
    return {number: fen for number, fen in left.items() if fen > 0}


def _proposed(organisation_ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(select(Grant.organisation_id, func.sum(Grant.amount_fen)).where(
        Grant.organisation_id.in_(organisation_ids), Grant.state == "proposed").group_by(Grant.organisation_id))
    return {number: int(fen) for number, fen in rows}


def waiting_for(need_ids: Collection[int] | None = None) -> dict[int, int]:
    """Fen that are proposed and not approved, by need; of all needs with None."""
    statement = select(Grant.need_id, func.sum(Grant.amount_fen)).where(Grant.state == "proposed").group_by(Grant.need_id)
    if need_ids is not None:
        statement = statement.where(Grant.need_id.in_(need_ids))
    return {number: int(fen) for number, fen in db.session.execute(statement)}


def turned_down(since: datetime) -> list[tuple[int, int]]:
    """Needs, each with the charity whose people said no since then to what its fund would give."""
    rows = db.session.execute(select(Grant.need_id, Grant.organisation_id).where(
        Grant.state.in_(("refused", "cancelled")), Grant.ended_at > since))
    return [(need_id, charity) for need_id, charity in rows]


def one(user, capability: str, grant_id: int) -> Grant:
    """The grant, if the user may do `capability` to it. Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Grant), Grant).where(Grant.id == grant_id)).one()


def some(user, capability: str, grant_ids: Sequence[int]) -> Sequence[Grant]:
    """Those of them that the user may do this to, the longest waiting first."""
    return db.session.scalars(narrow(user, capability, select(Grant), Grant).where(Grant.id.in_(grant_ids))
                              .order_by(Grant.id)).all()


def listed(user, state: str = "", after: str = "", organisation_id: int = 0) -> Page:
    """A page of rows of a Grant and the public number of its wish, the newest first; of one state, of one charity."""
    statement = narrow(user, "grant.read", select(Grant, Wish.ref).join(Wish, Wish.id == Grant.wish_id), Grant)
    if state:
        statement = statement.where(Grant.state == state)
    if organisation_id:
        statement = statement.where(Grant.organisation_id == organisation_id)
    return page(statement, Order((Grant.id,), (True,)), PAGE, after, lambda row: (row.Grant.id,))


def counts(user) -> dict[str, int]:
    """How many the user may see, by state."""
    return {state: number for state, number in db.session.execute(
        narrow(user, "grant.read", select(Grant.state, func.count()), Grant).group_by(Grant.state))}


def open_needs(organisation_id: int, after: str = "") -> Page:
    """A page of `Open` of the wishes that a charity carries, the longest waiting first, in one statement."""
    waits = select(func.coalesce(func.sum(Grant.amount_fen), 0)).where(
        Grant.need_id == Need.id, Grant.state == "proposed").correlate(Need).scalar_subquery()
    statement = public.visible(
        Need, Wish.title, Wish.ref, Wish.published_at, public.shown_place.label("place_code"), waits.label("waits")).join(
        Need, Need.wish_id == Wish.id).where(Need.kind == "money", Need.pledged + waits < Need.wanted,
                                             Wish.organisation_id == organisation_id)
    found = page(statement, Order((Wish.published_at, Need.id), (False, False)), PAGE, after,
                 lambda row: (row.published_at, row.Need.id))
    return Page([Open(row.Need, row.title, row.ref, row.place_code, row.Need.left - int(row.waits)) for row in found.rows],
                found.after)
