"""Proposals for those who decide on them; of a wish only what everybody may see, and only while everybody may see it."""
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, func, select

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.matching.models import Proposal
from marketplace.market.offers.models import Offer
from marketplace.market.stock.models import Batch, Store
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.permissions import narrow


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; what is empty narrows nothing. `area` is a division code of at most a town."""

    state: str = "proposed"
    kind: str = ""
    area: str = ""
    item_code: str = ""


@dataclass(frozen=True)
class Shown:
    """A proposal with what it would serve and what it would take."""

    proposal: Proposal
    item: str
    unit: str
    size: str
    ref: str
    title: str
    alias: str
    place_code: str
    batch: Batch | None
    store: Store | None
    offer: Offer | None

    @property
    def terms(self) -> dict[str, int]:
        """Why: points by the name of what earned them; together they are the score."""
        return json.loads(self.proposal.terms)


def listed(user, wanted: Wanted, after: str = "", size: int = 50) -> Page:
    """A page of `Shown` by score, the highest first, in a fixed number of statements."""
    statement = _narrowed(_visible(user, *COLUMNS), wanted)
    order = Order((Proposal.score, Proposal.id), (True, False))
    found = page(statement, order, size, after, lambda row: (row.Proposal.score, row.Proposal.id))
    return Page(_whole(found.rows), found.after)


COLUMNS = (Proposal, Need.item, Need.unit, Need.size, Wish.ref, Wish.title, Wish.alias,
           public.shown_place.label("place_code"))


def shown(user, proposal: Proposal) -> Shown:
    """One of them with all that belongs to it. Raises NoResultFound when its wish is not public any more."""
    return _whole([db.session.execute(_visible(user, *COLUMNS).where(Proposal.id == proposal.id)).one()])[0]


def one(user, capability: str, proposal_id: int) -> Proposal:
    """Raises NoResultFound."""
    return db.session.scalars(narrow(user, capability, select(Proposal), Proposal).where(Proposal.id == proposal_id)).one()


def some(user, capability: str, proposal_ids: Sequence[int]) -> Sequence[Proposal]:
    """Those of them that the user may do this to, the highest score first."""
    return db.session.scalars(narrow(user, capability, select(Proposal), Proposal).where(
        Proposal.id.in_(proposal_ids)).order_by(Proposal.score.desc(), Proposal.id)).all()


def counts(user, wanted: Wanted = Wanted()) -> dict[str, int]:
    """How many of these proposals the user may see, by state, whatever state is wanted."""
    statement = _narrowed(_visible(user, Proposal.state, func.count()), replace(wanted, state=""))
    return {state: number for state, number in db.session.execute(statement.group_by(Proposal.state))}


def _visible(user, *columns) -> Select:
    return narrow(user, "proposal.read", public.visible(*columns), Proposal).join(
        Proposal, Proposal.wish_id == Wish.id).join(Need, Need.id == Proposal.need_id)


def _narrowed(statement: Select, wanted: Wanted) -> Select:
    if wanted.state:
        statement = statement.where(Proposal.state == wanted.state)
    if wanted.kind:
        statement = statement.where(Proposal.kind == wanted.kind)
    if wanted.area:
        statement = statement.where(public.shown_place.startswith(wanted.area, autoescape=True))
    if wanted.item_code:
        statement = statement.where(Need.item_code == wanted.item_code)
    return statement


def _whole(rows: Sequence) -> list[Shown]:
    batches = {b.id: b for b in db.session.scalars(select(Batch).where(Batch.id.in_({r.Proposal.batch_id for r in rows})))}
    stores = {s.id: s for s in db.session.scalars(select(Store).where(Store.id.in_({r.Proposal.store_id for r in rows})))}
    offers = {o.id: o for o in db.session.scalars(select(Offer).where(Offer.id.in_({r.Proposal.offer_id for r in rows})))}
    return [Shown(row.Proposal, row.item, row.unit, row.size, row.ref, row.title, row.alias, row.place_code,
                  batches.get(row.Proposal.batch_id), stores.get(row.Proposal.store_id), offers.get(row.Proposal.offer_id))
            for row in rows]
