"""What the demo's stores serve: given by hand or as the matching proposed, set aside, on its way, handed over; each step
once."""
from sqlalchemy import select

from marketplace.core import places
from marketplace.demo.giving import Giving
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.matching import service as matching
from marketplace.market.matching.models import Proposal
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock import queries, service
from marketplace.market.stock.models import Store
from marketplace.market.wishes.models import Need
from marketplace.people.accounts.models import User

MOST, TAKEN = 3, 2  # of each charity
BY_HAND = "stock:%"


class SettingAside(Giving):
    """Tells the steps one after the other; what was told before is passed over."""

    def tell(self) -> None:
        """All of it, in the order of time."""
        self._at(1.9, self.give_from_stores)
        self._at(1.5, self.send_from_stores)
        self._at(1.1, self.bring_from_stores)
        self._at(0.7, self.hand_over_from_stores)

    def tell_of_proposals(self) -> None:
        """When the matching has looked."""
        self._at(0, self.take_proposals)

    def take_proposals(self) -> None:
        """Each charity with a store says yes to the best ones; the visitor finds the others."""
        for charity in self._charities():
            best = db.session.scalars(select(Proposal).join(Need, Need.id == Proposal.need_id).where(
                Proposal.organisation_id == charity, Proposal.batch_id > 0, Proposal.state == "proposed",
                Proposal.asks_giver.is_(False), Need.pledged + Proposal.units <= Need.wanted)
                .order_by(Proposal.score.desc(), Proposal.id).limit(TAKEN)).all()
            for proposal in best:
                matching.confirm(proposal, by=self._keeper(charity))

    def give_from_stores(self) -> None:
        """By each charity's storekeeper, to the first wishes that something in store fits."""
        for store in db.session.scalars(select(Store).order_by(Store.organisation_id, Store.id)):
            self._from(store, self._keeper(store.organisation_id))

    def _from(self, store: Store, keeper: User) -> None:
        made = len(self._promised(store.organisation_id))
        for line in queries.count_sheet(keeper, store.id):
            found = pledges.fitting(line.batch).rows if line.free and service.can_be_given(line.batch) else []
            if found and made < MOST:
                pledges.give(found[0].need, 1, line.batch, store, by=keeper)
                made += 1

    def send_from_stores(self) -> None:
        """The first two of each charity leave the store."""
        for charity in self._charities():
            for pledge in self._promised(charity)[:2]:
                deliveries.dispatch(self._delivery(pledge), "drop_off", by=self._keeper(charity))

    def bring_from_stores(self) -> None:
        for delivery, worker in self._first():
            deliveries.arrive(delivery, by=worker)

    def hand_over_from_stores(self) -> None:
        for delivery, worker in self._first():
            deliveries.hand_over(delivery, deliveries.new_code(delivery), by=worker)

    def _first(self) -> list[tuple[Delivery, User]]:
        """The first of each charity, where a worker answers for its town."""
        found = [self._delivery(self._promised(charity)[0]) for charity in self._charities() if self._promised(charity)]
        return [(one, worker) for one in found if (worker := self._worker(one))]

    def _worker(self, delivery: Delivery) -> User | None:
        return db.session.scalars(select(User).where(
            User.role == "social_worker", User.area_code == delivery.place_code[:places.TOWN]).order_by(User.id)).first()

    def _charities(self) -> list[int]:
        return list(db.session.scalars(select(Store.organisation_id).distinct().order_by(Store.organisation_id)))

    def _promised(self, charity: int) -> list[Pledge]:
        return list(db.session.scalars(select(Pledge).where(
            Pledge.organisation_id == charity, Pledge.source.like(BY_HAND)).order_by(Pledge.id)))

    def _delivery(self, pledge: Pledge) -> Delivery:
        return db.session.get_one(Delivery, pledge.delivery_id)

    def _keeper(self, charity: int) -> User:
        """Its storekeeper, or whoever runs it."""
        people = {user.post: user for user in db.session.scalars(select(User).where(
            User.organisation_id == charity, User.post.in_(("manager", "storekeeper"))).order_by(User.id.desc()))}
        return people.get("storekeeper") or people["manager"]
