"""What a charity does about things that came back or got lost: something of its store instead, or into its store."""
from dataclasses import dataclass

from sqlalchemy import or_, select

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import problems, service
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.records import CONDITIONS, DeliveryProblem
from marketplace.market.offers import conditions
from marketplace.market.offers import service as offers
from marketplace.market.offers import telling as of_offers
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges import telling as of_promises
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock import service as stock
from marketplace.market.stock.models import Batch, Holding, Store
from marketplace.market.stock.rules import GIVEN_OUT, BatchDraft, TooFewInStore
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need, Wish
from marketplace.market.wishes.rules import NotPublic
from marketplace.people.accounts.permissions import demand, narrow

PIECES_MOST = 99  # that a gift of money for one need can have bought


@dataclass(frozen=True)
class Instead:
    """A batch in one of the charity's stores of which enough is free; and whether its giver is asked before."""

    batch: Batch
    store: Store
    free: int
    asks_giver: bool


@dataclass(frozen=True)
class Found:
    """A problem with its delivery and what the household waits for."""

    problem: DeliveryProblem
    delivery: Delivery
    need: Need

    @property
    def public(self) -> bool:
        """Whether its wish is still one: only then anything is promised to it."""
        return public.is_visible(self.need.wish_id)

    @property
    def can_come_again(self) -> bool:
        """Whether it is what gifts had bought, still wanted, and can be brought once more."""
        return (self.delivery.kind == "money" and self.delivery.state == "returned" and self.problem.decision == "waits"
                and self.problem.condition != "unsafe" and self.public)


def one(user, capability: str, problem_id: int) -> Found:
    """Raises NoResultFound."""
    row = db.session.execute(
        narrow(user, capability, select(DeliveryProblem, Delivery, Need), DeliveryProblem)
        .join(Delivery, Delivery.id == DeliveryProblem.delivery_id).join(Need, Need.id == Delivery.need_id)
        .where(DeliveryProblem.id == problem_id)).one()
    return Found(*row)


def proposals(found: Found, limit: int = 5) -> list[Instead]:
    """What of the charity's stores could be promised instead: the same thing, in a size that fits, for whom its giver means
    it; what ends first first."""
    code, size = _asked(found)
    if not code or found.need.left < found.problem.units:
        return []
    statement = select(Batch, Store, Holding.units - Holding.reserved).join(Holding, Holding.batch_id == Batch.id).join(
        Store, Store.id == Holding.store_id).where(
        Store.organisation_id == found.problem.organisation_id, Batch.item_code == code, Batch.condition.in_(GIVEN_OUT),
        or_(Batch.expires_on.is_(None), Batch.expires_on >= clock.today()),
        Holding.units - Holding.reserved >= found.problem.units)
    if size:
        statement = statement.where(Batch.size == size)
    rows = db.session.execute(statement.order_by(Batch.expires_on.is_(None), Batch.expires_on, Batch.id)).all()
    asked = conditions.of_batches([row[0] for row in rows])
    wish = db.session.get_one(Wish, found.need.wish_id)
    return [Instead(*row, asked[row[0].id].asked is not None) for row in rows if asked[row[0].id].fit(wish)][:limit]


def _asked(found: Found) -> tuple[str, str]:
    """The item and size that were asked for, or that were brought."""
    if found.need.item_code:
        return found.need.item_code, found.need.size
    brought = pledges.reservations(found.delivery.id)
    return (brought[0].batch.item_code, brought[0].batch.size) if brought else ("", "")


def promise_instead(found: Found, batch_id: int, store_id: int, by) -> Pledge:
    """Promise the household something of the charity's store for what came back or got lost. Who wants to be asked before is
    asked now.

    Raises NotAllowed, WrongState, TooFewInStore (not among the proposals), GivenElsewhere, NotPublic, TooFewLeft.
    """
    with transaction():
        demand(by, "problem.settle", found.problem)
        chosen = [p for p in proposals(found) if (p.batch.id, p.store.id) == (batch_id, store_id)]
        if not chosen:
            raise TooFewInStore(found.problem.units, 0)
        problems.decide(found.problem, "replaced", by.id)
        return pledges.from_stock(found.need, found.problem.units, chosen[0].batch, store_id,
                                  f"delivery:{found.delivery.id}", by)


def bring_again(found: Found, by) -> Delivery:
    """What gifts had bought and the household still wants sets out once more, from wherever it lies; nobody pays again.

    Raises NotAllowed, WrongState (decided before, not wanted, or not bought), NotPublic.
    """
    with transaction() as session:
        demand(by, "problem.settle", found.problem)
        session.refresh(found.problem, with_for_update=True)
        if not found.public:
            raise NotPublic
        if not found.can_come_again:
            raise WrongState("decide", found.problem.decision)
        problems.decide(found.problem, "again", by.id)
        problems.there(found.problem, by.id)
        return service.plan_again(found.delivery, by.id)


def take_in(found: Found, store: Store, draft: BatchDraft, by) -> Batch:
    """What a giver does not get back, or what gifts had bought, comes into one of the charity's stores. How many pieces that
    is, money does not say: then the storekeeper does. What may be brought again is decided about first. The givers are told.

    Raises NotAllowed, WrongState (it is there already, or waits for that decision), StoreClosed, Invalid.
    """
    with transaction() as session:
        problem = found.problem
        demand(by, "problem.take_in", problem)
        if store.organisation_id != problem.organisation_id:
            raise NotAllowed("problem.take_in")
        bought = found.delivery.kind == "money"
        if not (0 < draft.units <= PIECES_MOST if bought else draft.units == problem.units):
            raise Invalid("units", "units_between", most=PIECES_MOST if bought else problem.units)
        session.refresh(problem, with_for_update=True)
        if problem.goes_to != "charity" or problem.done_at:
            raise WrongState("take_in", "taken_in")
        if bought and problem.decision == "waits":
            raise WrongState("take_in", "decide_first")
        batch = stock.take_in(store, draft, _source(found.delivery), by, "came back")
        _count_in(found.delivery)
        problems.there(problem, by.id, batch.id)
        _tell_in_store(found.delivery, batch)
    return batch


def _tell_in_store(delivery: Delivery, batch: Batch) -> None:
    """Tell every giver that it is in the charity's store, and whether another family can have it. Joins."""
    becomes = "in_store" if batch.condition in GIVEN_OUT else "unfit"
    for pledge in db.session.scalars(select(Pledge).where(Pledge.delivery_id == delivery.id).order_by(Pledge.id)):
        if pledge.offer_id:
            of_offers.giver(pledge.offer_id, f"offer_{becomes}", came=pledge.units)
        else:
            of_promises.giver(pledge.id, f"delivery_{becomes}_giver")


def _count_in(delivery: Delivery) -> None:
    """Of an offer it is in a store now, and promised to nobody."""
    for pledge in db.session.scalars(select(Pledge).where(Pledge.delivery_id == delivery.id, Pledge.offer_id.is_not(None))):
        offers.bring_in(pledge.offer_id or 0, pledge.units)


def take_back(found: Found, condition: str, by) -> None:
    """The storekeeper has what came from the store, and sees its condition: free again, apart if damaged, or written off.

    Raises NotAllowed, WrongState (it is there already), Invalid (condition).
    """
    with transaction() as session:
        problem = found.problem
        demand(by, "problem.take_in", problem)
        if condition not in CONDITIONS:
            raise Invalid("condition", "unknown")
        session.refresh(problem, with_for_update=True)
        if problem.goes_to != "store" or problem.done_at:
            raise WrongState("take_in", "taken_in")
        carried = [one for one in pledges.reservations(found.delivery.id) if one.state == "on_way"]
        for reservation in carried:
            if condition == "unsafe":
                stock.discard(reservation, by.id)
            else:
                stock.take_back(reservation, by.id, "" if condition == "good" else condition)
        problems.there(problem, by.id, carried[0].batch_id if carried else 0)


def _source(delivery: Delivery) -> str:
    """What the ledger of goods says of where it comes from."""
    pledge = db.session.scalars(select(Pledge).where(Pledge.delivery_id == delivery.id).order_by(Pledge.id)).first()
    if pledge is None or pledge.kind == "money":
        return f"purchase:delivery-{delivery.id}"
    return f"offer:{pledge.offer_id}" if pledge.offer_id else f"pledge:{pledge.id}"
