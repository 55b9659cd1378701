"""What is open today, as the engine reads it: public needs, and what stores, offers and charities' funds have for them."""
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import String, and_, cast, func, literal, or_, select

from marketplace.core import clock, places
from marketplace.extensions import db
from marketplace.market.funds import queries as funds
from marketplace.market.matching import hooks
from marketplace.market.matching.engine import EVERY_GROUP, LONG, Line, Need
from marketplace.market.matching.models import Proposal
from marketplace.market.matching.rules import BARRED_FOR, SAID_NO
from marketplace.market.offers import conditions
from marketplace.market.offers.models import Offer
from marketplace.market.pledges.models import Pledge
from marketplace.market.pledges.rules import LEAST_FEN
from marketplace.market.stock.models import Batch, Holding, Reservation, Store
from marketplace.market.stock.rules import GIVEN_OUT
from marketplace.market.wishes import goods, public
from marketplace.market.wishes.models import Need as WishNeed
from marketplace.market.wishes.models import Wish
from marketplace.network.registry.eligibility import AGE_BANDS, MINORS

Key = tuple[int, int, int, int]  # batch, store, offer, fund


@dataclass(frozen=True)
class Origin:
    """Where a line of the engine comes from: a batch in a store, an offer, or a charity's own fund; the offer whose giver is
    asked each time, 0 if nobody is; and whether that giver may come where a child may be met.
    """

    batch_id: int
    store_id: int
    offer_id: int
    organisation_id: int
    kind: str
    asked: int
    with_children: bool = True
    fund_id: int = 0

    @property
    def key(self) -> Key:
        return self.batch_id, self.store_id, self.offer_id, self.fund_id


@dataclass(frozen=True)
class Open:
    """Needs by their number, lines by their place in `origins`, the wish and kind of each need, and pairs to which people,
    the charity's or the giver, said no lately."""

    needs: list[Need]
    lines: list[Line]
    origins: list[Origin]
    wishes: dict[int, tuple[int, str]]
    barred: frozenset[tuple[int, int]]


def read(organisation_id: int = 0) -> Open:
    """All public needs, against what one charity has, or with 0 what all have; however much, in the same statements.

    What other charities have proposed for a need and not decided yet is left to them, and what waits in a fund for a second
    person is spoken for.
    """
    today = clock.today()
    found = [*_stock(organisation_id, today), *_offers(organisation_id, today), *_funds(organisation_id)]
    origins = [origin for origin, _facts in found]
    lines = [Line(id=number, **facts) for number, (_origin, facts) in enumerate(found)]
    spoken_for = _spoken_for(organisation_id)
    needs, wishes = _needs(today, spoken_for)
    return Open(needs, lines, origins, wishes,
                _declined(origins) | _refused(origins) | _unguarded(needs, lines, origins))


def _in_other_units(kind: str, category: str, unit: str) -> bool:
    """Whether a need counts hours where offers of its kind count visits, or the other way round: people see to it."""
    return kind == "service" and goods.in_hours(unit) != goods.categories()[category].in_hours


def item_of(kind: str, category: str, item_code: str) -> str:
    """What the engine calls it: things by the list, services by their kind, money alike; "" for what cannot be matched."""
    return {"goods": item_code, "service": f"service:{category}", "money": "money"}[kind]


def _needs(today: date, spoken_for: dict[int, int]) -> tuple[list[Need], dict[int, tuple[int, str]]]:
    needs: list[Need] = []
    wishes: dict[int, tuple[int, str]] = {}
    statement = public.visible(
        WishNeed.id, WishNeed.kind, WishNeed.category, WishNeed.item_code, WishNeed.size, WishNeed.unit, WishNeed.divisible,
        (WishNeed.wanted - WishNeed.pledged).label("left"), Wish.id.label("wish_id"), Wish.town_code, Wish.urgency,
        Wish.published_at, Wish.closes_on, Wish.age_band, Wish.organisation_id).join(WishNeed, WishNeed.wish_id == Wish.id)
    for row in db.session.execute(statement.where(WishNeed.pledged < WishNeed.wanted)):
        item, left = item_of(row.kind, row.category, row.item_code), row.left - spoken_for.get(row.id, 0)
        if not item or left <= 0 or _in_other_units(row.kind, row.category, row.unit):
            continue
        wishes[row.id] = (row.wish_id, row.kind)
        needs.append(Need(
            id=row.id, item=item, units=left, town=row.town_code, size=row.size, urgency=row.urgency,
            splittable=row.kind == "money" or row.divisible, least=LEAST_FEN if row.kind == "money" else 1,
            waited=max(0, (today - clock.day_of(row.published_at)).days), closes_in=(row.closes_on - today).days,
            group=AGE_BANDS.index(row.age_band), category=row.category, charity=row.organisation_id))
    return needs, wishes


def _stock(organisation_id: int, today: date) -> list[tuple[Origin, dict]]:
    """What is free in open stores and may be given; kits are promised by hand."""
    statement = (select(Batch, Store, Holding.units - Holding.reserved)
                 .join(Holding, Holding.batch_id == Batch.id).join(Store, Store.id == Holding.store_id)
                 .where(Holding.units > Holding.reserved, Store.state == "open", Batch.condition.in_(GIVEN_OUT),
                        ~Batch.item_code.startswith("kit:"), or_(Batch.expires_on.is_(None), Batch.expires_on >= today))
                 .order_by(Batch.id, Store.id))
    if organisation_id:
        statement = statement.where(Store.organisation_id == organisation_id)
    rows = db.session.execute(statement).all()
    asked_for = conditions.of_batches({batch.id: batch for batch, *_rest in rows}.values())
    found = []
    for batch, store, free in rows:
        asked = asked_for[batch.id].asked
        origin = Origin(batch.id, store.id, 0, batch.organisation_id, "goods", asked.id if asked else 0)
        ends_in = (batch.expires_on - today).days if batch.expires_on else LONG
        found.append((origin, {"item": batch.item_code, "units": free, "place": store.place_code[:places.TOWN],
                               "size": batch.size, "ends_in": ends_in, **_of_all(asked_for[batch.id].offers)}))
    return found


def _offers(organisation_id: int, today: date) -> list[tuple[Origin, dict]]:
    statement = select(Offer).where(Offer.state == "accepted", Offer.to_store.is_(False), Offer.ends_on >= today,
                                    Offer.taken + Offer.promised < Offer.units).order_by(Offer.id)
    if organisation_id:
        statement = statement.where(Offer.organisation_id == organisation_id)
    rows, found = db.session.scalars(statement).all(), []
    children = hooks.for_children([offer for offer in rows if offer.kind == "service"])
    for offer in rows:
        money, fit = offer.kind == "money", offer.kind != "service" or offer.id in children
        asked = offer.id if offer.asks_giver or money else 0
        origin = Origin(0, 0, offer.id, offer.organisation_id, offer.kind, asked, fit)
        found.append((origin, {
            "item": item_of(offer.kind, offer.category, offer.item_code), "units": offer.left, "place": offer.area_code,
            "size": offer.size, "ends_in": (offer.ends_on - today).days, "charity": offer.organisation_id if money else 0,
            "category": offer.category if money else "",
            **_of_one(offer, fit)}))
    return found


def _funds(organisation_id: int) -> list[tuple[Origin, dict]]:
    """What was given to charities without a purpose and is free: each charity's for the wishes that it carries alone."""
    return [(Origin(0, 0, 0, charity, "money", 0, fund_id=charity),
             {"item": "money", "units": fen, "place": places.CITY, "size": "", "ends_in": LONG, "charity": charity})
            for charity, fen in funds.all_free(organisation_id).items() if fen >= LEAST_FEN]


def _of_all(offers: Sequence[Offer]) -> dict:
    """What the givers of things ask for. A parcel made of several offers is nothing that anybody needs by the list."""
    return _of_one(offers[0]) if offers else {}


def _of_one(offer: Offer, children: bool = True) -> dict:
    """What whoever offered it asks for; and whether it may be proposed to children."""
    bands = offer.age_bands.split(",") if offer.age_bands else [] if children else list(AGE_BANDS)
    groups = sum(1 << number for number, band in enumerate(AGE_BANDS) if band in bands and (children or band not in MINORS))
    return {"area": "" if offer.area_code == places.CITY else offer.area_code, "groups": groups if bands else EVERY_GROUP}


def _unguarded(needs: list[Need], lines: list[Line], origins: list[Origin]) -> frozenset[tuple[int, int]]:
    """Pairs of a service where a child may be met, and a line of who may not meet one."""
    unfit: dict[str, list[int]] = {}
    for line, origin in zip(lines, origins):
        if not origin.with_children:
            unfit.setdefault(line.item, []).append(line.id)
    wanted = {need.id: need.item for need in needs if need.item in unfit}
    return frozenset((need_id, line_id) for need_id in hooks.met_with_children(set(wanted))
                     for line_id in unfit[wanted[need_id]])


def _spoken_for(organisation_id: int) -> dict[int, int]:
    """Units that standing proposals of other charities would serve, and fen that wait in a fund for a second person."""
    found = Counter(funds.waiting_for())
    if organisation_id:
        rows = db.session.execute(select(Proposal.need_id, func.sum(Proposal.units)).where(
            Proposal.state == "proposed", Proposal.organisation_id != organisation_id).group_by(Proposal.need_id))
        found.update({number: int(units) for number, units in rows})
    return found


def _declined(origins: Sequence[Origin]) -> frozenset[tuple[int, int]]:
    """Pairs of a need and a line that a charity declined lately, also what a second person would not have its fund give."""
    lines = {origin.key: number for number, origin in enumerate(origins)}
    since = clock.now() - BARRED_FOR
    rows = db.session.execute(select(Proposal.need_id, Proposal.batch_id, Proposal.store_id, Proposal.offer_id,
                                     Proposal.fund_id).where(Proposal.state == "declined", Proposal.decided_at > since))
    keys: list[tuple[int, Key]] = [(need_id, (batch, store, offer, fund)) for need_id, batch, store, offer, fund in rows]
    keys += [(need_id, (0, 0, 0, charity)) for need_id, charity in funds.turned_down(since)]
    return frozenset((need_id, lines[key]) for need_id, key in keys if key in lines)


def _refused(origins: Sequence[Origin]) -> frozenset[tuple[int, int]]:
    """Pairs of a need and all lines of an offer whose giver was asked lately and said no, was silent, or did not send it."""
    of_batch = Pledge.source == literal("stock:") + cast(Reservation.id, String)
    rows = db.session.execute(
        select(Pledge.need_id, Pledge.offer_id, Batch).outerjoin(Reservation, of_batch)
        .outerjoin(Batch, Batch.id == Reservation.batch_id)
        .where(Pledge.state.in_(("cancelled", "expired")), Pledge.ended_at > clock.now() - BARRED_FOR,
               or_(and_(Pledge.offer_id.is_not(None), Pledge.ended_why.in_((*SAID_NO, "not_sent"))),
                   and_(Pledge.source.startswith("stock:"), Pledge.ended_why.in_(SAID_NO))))).all()
    asked = conditions.of_batches({batch.id: batch for *_rest, batch in rows if batch}.values())
    lines: dict[int, list[int]] = defaultdict(list)
    for number, origin in enumerate(origins):
        lines[origin.asked or origin.offer_id].append(number)
    pairs: set[tuple[int, int]] = set()
    for need_id, offer_id, batch in rows:
        of = offer_id or (found.id if (found := asked[batch.id].asked) else 0)
        pairs |= {(need_id, line) for line in lines[of] if of}
    return frozenset(pairs)
