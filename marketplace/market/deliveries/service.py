"""The verbs of a delivery. Closing one needs the deliverer's record, the household's proof and its confirmation."""
from sqlalchemy import select, update

from marketplace.core import audit, clock, places
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import hooks, pictures, promises, proving, standing, witnesses
from marketplace.market.deliveries.events import CodeAsked, DeliveryMoved
from marketplace.market.deliveries.models import LAST_LEGS, LIFE, Delivery, DeliveryStep
from marketplace.market.deliveries.proving import new_code as new_code
from marketplace.market.deliveries.records import Acknowledgement, DeliveryProblem, ProofPicture
from marketplace.market.deliveries.rules import SHELF_MOST, MoneyDisputed, NotAllPaid, WrongProof, ways
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import LIFE as PLEDGE_LIFE
from marketplace.market.pledges.models import Pledge
from marketplace.market.pledges.service import moving
from marketplace.market.stations import service as stations
from marketplace.market.stations.models import Station
from marketplace.market.stock import service as stock
from marketplace.market.stock.models import Batch
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import queries as payments
from marketplace.people.accounts.permissions import demand


def plan(pledge_id: int) -> None:
    """Prepare the way of a firm promise of goods or a service. Safe twice."""
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        if pledge.kind == "money" or pledge.delivery_id or pledge.state != "committed":
            return
        delivery = _new(pledge.need_id, pledge.wish_id, pledge, pledge.units)
        pledge.delivery_id = delivery.id


def purchase(need: Need, by) -> Delivery:
    """The charity has bought what the gifts of money were for: book the money as spent, and plan the delivery.

    Raises NotAllowed, NotAllPaid, MoneyDisputed.
    """
    with transaction() as session:
        wish = session.get_one(Wish, need.wish_id)
        demand(by, "delivery.purchase", wish)
        gifts = session.scalars(select(Pledge).where(
            Pledge.need_id == need.id, Pledge.state == "committed", Pledge.delivery_id.is_(None))
            .with_for_update()).all()
        paid = sum(p.units for p in gifts)
        if not gifts or paid + need.received < need.wanted:
            raise NotAllPaid(need.wanted - need.received - paid)
        if payments.disputed([f"pledge:{p.id}" for p in gifts]):
            raise MoneyDisputed
        delivery = _new(need.id, wish.id, gifts[0], paid)
        delivery.giver_id, delivery.follow_digest = by.id, ""
        for gift in gifts:
            gift.delivery_id = delivery.id
            PLEDGE_LIFE.move(gift, "deliver")
            ledger.move(f"bank:{wish.organisation_id}", f"wish:{wish.id}", gift.units, f"purchase:{gift.id}")
        audit.record(by.id, "delivery.purchase", f"delivery:{delivery.id}", f"{paid} fen")
    return delivery


def _new(need_id: int, wish_id: int, pledge: Pledge, units: int) -> Delivery:
    station = stations.of_place(pledge.place_code)
    delivery = Delivery(
        station_id=station.id if station else None,
        need_id=need_id, wish_id=wish_id, household_id=pledge.household_id, place_code=pledge.place_code,
        organisation_id=pledge.organisation_id, giver_id=pledge.giver_id, follow_digest=pledge.follow_digest,
        kind=pledge.kind, units=units, planned_at=clock.now())
    db.session.add(delivery)
    db.session.flush()
    _step(delivery)
    return delivery


def dispatch(delivery: Delivery, way: str, by, tracking: str = "") -> None:
    """It is on its way to the station. Raises NotAllowed, WrongState, NotToGive, Invalid (way)."""
    with transaction():
        demand(by, "delivery.dispatch", delivery)
        _still_promised(delivery, "dispatch")
        if way not in ways(delivery.kind, by.role):
            raise Invalid("way", "empty")
        _move(delivery, "dispatch", by.id, way=way)
        delivery.tracking = private(tracking.strip())
        promises.set_out(delivery, by.id)


def arrive(delivery: Delivery, by, shelf: str = "", last_leg: str = "", station: Station | None = None) -> None:
    """It is at the town's station on `shelf`, or the helper is there. A hand-over code goes to the household.

    `last_leg` says how it gets on to the household; `station` where it came to, if not where it was expected.
    Raises NotAllowed, WrongState, Invalid (shelf, last_leg), and what the hooks refuse with.
    """
    with transaction():
        demand(by, "delivery.arrive", delivery)
        if delivery.state == "planned":
            _still_promised(delivery, "arrive")
        hooks.ask(delivery)
        _set_aside(delivery, shelf, last_leg)
        if station:
            demand(by, "station.shelf", station)
            delivery.station_id = station.id
        db.session.flush()
        _move(delivery, "arrive", by.id)
        promises.set_out(delivery, by.id)


def shelve(delivery: Delivery, shelf: str, last_leg: str, by) -> None:
    """Another place on the shelves, or another way on to the household, for what waits at the station.

    Raises NotAllowed, WrongState, Invalid (shelf, last_leg).
    """
    with transaction() as session:
        demand(by, "delivery.arrive", delivery)
        session.refresh(delivery, with_for_update=True)
        if delivery.state != "arrived":
            raise WrongState("shelve", delivery.state)
        _set_aside(delivery, shelf, last_leg)
        audit.record(by.id, "delivery.arrive", f"delivery:{delivery.id}", "shelved")


def _set_aside(delivery: Delivery, shelf: str, last_leg: str) -> None:
    if len(shelf.strip()) > SHELF_MOST:
        raise Invalid("shelf", "too_long", most=SHELF_MOST)
    if last_leg not in ("", *LAST_LEGS):
        raise Invalid("last_leg", "unknown")
    delivery.shelf, delivery.last_leg = shelf.strip(), last_leg


def _still_promised(delivery: Delivery, verb: str) -> None:
    if not standing.lock(delivery):
        raise WrongState(verb, "cancelled")


def ask_code(delivery: Delivery, by) -> None:
    """Have a new one-time code sent to the household. Raises NotAllowed, WrongState, WishOver, TooManyCodes."""
    with transaction() as session:
        demand(by, "delivery.arrive", delivery)
        session.refresh(delivery, with_for_update=True)
        if delivery.state != "arrived":
            raise WrongState("ask_code", delivery.state)
        standing.demand_standing(delivery)
        proving.ask_once_more(delivery, by.id)
        announce(CodeAsked(delivery.id))


def hand_over(delivery: Delivery, proof: str, by, picture: ProofPicture | None = None) -> None:
    """Give it to the household against its code for this delivery, or its card.

    A wrong proof is counted; after CODE_TRIES only a new code or the card works, after TRIES_A_DAY the card alone. `picture`
    shows the goods; whoever passes it has looked that there is no face and no address on it. Raises NotAllowed, WrongState,
    WishOver, WrongProof.
    """
    with transaction() as session:
        demand(by, "delivery.hand_over", delivery)
        session.refresh(delivery, with_for_update=True)
        if delivery.state != "arrived":
            raise WrongState("hand_over", delivery.state)
        standing.demand_standing(delivery)
        kind = proving.proven(delivery, proof, by.id)
        if kind:
            give(delivery, kind, by.id, picture)
    if not kind:
        raise WrongProof(proving.tries_left(delivery))


def give(delivery: Delivery, proof: str, actor: int, picture: ProofPicture | None = None) -> None:
    """It is in the household's hands, proven by "code", "card" or "witnesses". Joins; the caller has asked the rule table.

    Raises WrongState, NotToGive for goods from store whose day is over.
    """
    with transaction() as session:
        for reservation in pledges.reservations(delivery.id):
            stock.demand_fit(session.get_one(Batch, reservation.batch_id))
        key = pictures.keep(picture, delivery.id, actor) if picture else ""
        _move(delivery, "hand_over", actor, handed_over_by=actor, proof=proof, proof_photo=key, code_digest="")
        for reservation in pledges.reservations(delivery.id):
            stock.give(reservation, actor)


def confirm(delivery: Delivery, by) -> None:
    """The household says that it has it. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "delivery.confirm", delivery)
        receive(delivery, "confirm", by.id, "page")


def confirm_for(delivery: Delivery, reason: str, by) -> None:
    """A worker who neither handed it over nor witnessed that confirms for a household that cannot, and says why.

    Raises NotAllowed, NotSignedYet, WrongState, Invalid (reason).
    """
    if not reason.strip():
        raise Invalid("reason", "empty")
    with transaction():
        demand(by, "delivery.confirm_for", delivery)
        witnesses.demand_apart(delivery, by, "delivery.confirm_for")
        witnesses.demand_signed(delivery)
        receive(delivery, "confirm_for", by.id, "worker", reason.strip())


def receive(delivery: Delivery, verb: str, actor: int, way: str, reason: str = "") -> Acknowledgement:
    """The household has it, and said so in this `way`. Joins; the caller knows who speaks. Raises WrongState."""
    with transaction() as session:
        _move(delivery, verb, actor, confirmed_by=actor)
        delivery.reason = private(reason)
        said = Acknowledgement(delivery_id=delivery.id, organisation_id=delivery.organisation_id,
                               place_code=delivery.place_code, way=way, at=clock.now())
        session.add(said)
        wishes.receive(delivery.need_id, delivery.units)
        for pledge in session.scalars(select(Pledge).where(Pledge.delivery_id == delivery.id)):
            PLEDGE_LIFE.move(pledge, "fulfil")
        wishes.close_fulfilled(delivery.wish_id)
    return said


def dispute(delivery: Delivery, reason: str, by) -> None:
    """What was handed over is not right. Raises NotAllowed, WrongState, Invalid (reason)."""
    with transaction():
        demand(by, "delivery.dispute", delivery)
        contest(delivery, reason, by.id)


def contest(delivery: Delivery, reason: str, actor: int) -> None:
    """Somebody of the household says what is not right. Joins; the caller knows who speaks.

    Raises WrongState, Invalid (reason).
    """
    with transaction():
        if not reason.strip():
            raise Invalid("reason", "empty")
        _move(delivery, "dispute", actor)
        delivery.reason = private(reason.strip())


def resolve(delivery: Delivery, reason: str, by) -> None:
    """A worker who neither handed it over nor witnessed that has put it right with the household, and says how; the
    household may confirm now. Raises NotAllowed, WrongState, Invalid (reason)."""
    if not reason.strip():
        raise Invalid("reason", "empty")
    with transaction() as session:
        demand(by, "delivery.resolve", delivery)
        witnesses.demand_apart(delivery, by, "delivery.resolve")
        _move(delivery, "resolve", by.id)
        session.add(DeliveryProblem(
            delivery_id=delivery.id, organisation_id=delivery.organisation_id, outcome="put_right", units=delivery.units,
            reason=private(reason.strip()), by_id=by.id, at=clock.now()))


def send_back(delivery: Delivery, by, condition: str = "good", wanted: bool = True) -> None:
    """It goes back; if it is still `wanted` the need is open again, except for what was bought: that may come once more, and
    its gifts wait for the charity's decision. What came from a store is on its way there until the storekeeper has it;
    "unsafe" things are written off at once. Hours that nobody has had are open again in their offer. Raises NotAllowed,
    WrongState."""
    with transaction():
        demand(by, "delivery.resolve", delivery)
        witnesses.demand_apart(delivery, by, "delivery.resolve")
        unserved = delivery.kind == "service" and not delivery.handed_over_by
        _move(delivery, "send_back", by.id)
        for reservation in pledges.reservations(delivery.id):
            if condition == "unsafe":
                stock.discard(reservation, by.id)
            elif reservation.state == "given":
                stock.come_back(reservation, by.id)
        if not (wanted and delivery.kind == "money"):
            promises.fail(delivery, "returned", wanted, unserved)


def lose(delivery: Delivery, by, wanted: bool = True) -> None:
    """It did not come, or is gone: if it is still `wanted`, the need is open again. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "delivery.lose", delivery)
        witnesses.demand_apart(delivery, by, "delivery.lose")
        give_up(delivery, by.id, wanted)


def plan_again(delivery: Delivery, actor: int) -> Delivery:
    """What was bought and came back sets out once more, for the same gifts. Joins; the caller has asked the rule table."""
    with transaction() as session:
        gifts = session.scalars(select(Pledge).where(
            Pledge.delivery_id == delivery.id, Pledge.state == "delivering").order_by(Pledge.id).with_for_update()).all()
        again = _new(delivery.need_id, delivery.wish_id, gifts[0], delivery.units)
        again.giver_id, again.follow_digest = delivery.giver_id, ""
        for gift in gifts:
            gift.delivery_id = again.id
        audit.record(actor, "delivery.plan_again", f"delivery:{again.id}", f"after delivery:{delivery.id}")
    return again


def call_off(delivery: Delivery, why: str, actor: int) -> None:
    """Nobody brings it any more: the need is open again, and the giver is told why. Joins; the caller has asked.

    What nobody has sent yet ends its promise with `why`. Raises WrongState for what was handed over.
    """
    pledge = db.session.scalars(select(Pledge).where(Pledge.delivery_id == delivery.id)).first()
    if delivery.state == "planned" and pledge and pledge.state == "committed":
        moving.end(pledge, "cancel", why, actor)
        return
    _move(delivery, "lose", actor)
    promises.fail(delivery, why, offered_again=delivery.kind == "service")


def drop(pledge_id: int) -> None:
    """Give up the planned delivery of a promise that ended. Safe twice."""
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        delivery = session.get(Delivery, pledge.delivery_id) if pledge.delivery_id else None
        if delivery and delivery.state == "planned" and pledge.state in ("cancelled", "expired"):
            _move(delivery, "cancel", 0)


def load(delivery: Delivery, way: str, actor: int) -> bool:
    """It is on a run. Whether it can be: not what has arrived, ended, been taken back, or whose day is over meanwhile.

    Whose run it is, the run's own rules have said. Joins the open transaction.
    """
    with transaction() as session:
        promised = standing.lock(delivery)
        session.refresh(delivery, with_for_update=True)
        if delivery.state == "planned" and not all(stock.fit(one) for one in pledges.reservations(delivery.id)):
            return False
        if delivery.state == "planned":
            if not promised:
                return False
            _move(delivery, "dispatch", actor, way=way)
            promises.set_out(delivery, actor)
        elif delivery.state != "dispatched":
            return False
        session.execute(update(Delivery).where(Delivery.id == delivery.id).values(way=way))
    return True


def unload(delivery: Delivery, actor: int) -> None:
    """A driver has left it at its station. It arrives when a worker takes it in; at once where the station trusts drivers.

    Joins the open transaction; what arrived before stays as it is.
    """
    with transaction() as session:
        session.refresh(delivery, with_for_update=True)
        if delivery.state != "dispatched":
            return
        delivery.unloaded_at = clock.now()
        audit.record(actor, "run.scan", f"delivery:{delivery.id}", "unloaded")
        station = session.get(Station, delivery.station_id or 0)
        session.flush()
        if station and station.trusts_drivers:
            _move(delivery, "arrive", actor)


def give_up(delivery: Delivery, actor: int, wanted: bool = True) -> None:
    """It got lost on a run: the need is open again. Joins the open transaction. Raises WrongState."""
    with transaction():
        _move(delivery, "lose", actor)
        for reservation in pledges.reservations(delivery.id):
            if reservation.state in ("on_way", "given"):
                stock.lose(reservation, actor)
        promises.fail(delivery, "lost", wanted, delivery.kind == "service")


def find_stations(place_code: str) -> int:
    """Give what has not set out to this place, or to a place in it, the station that is open for it now. How many."""
    low, high = places.span(place_code)
    with transaction() as session:
        waiting = session.scalars(select(Delivery).where(
            Delivery.place_code >= low, Delivery.place_code < high, Delivery.state == "planned")).all()
        found = {town: stations.of_place(town) for town in {d.place_code[:places.TOWN] for d in waiting}}
        for delivery in waiting:
            station = found[delivery.place_code[:places.TOWN]]
            delivery.station_id = station.id if station else None
    return len(waiting)


def _move(delivery: Delivery, verb: str, actor: int, **also: object) -> None:
    LIFE.move(delivery, verb, **also)
    _step(delivery)
    audit.record(actor, f"delivery.{verb}", f"delivery:{delivery.id}")
    announce(DeliveryMoved(delivery.id, delivery.state))


def _step(delivery: Delivery) -> None:
    db.session.add(DeliveryStep(delivery_id=delivery.id, wish_id=delivery.wish_id, state=delivery.state, at=clock.now()))

