"""One wish of the demo city, from its writing to wherever its story ends; every step by the verb that people use."""
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace

from sqlalchemy import select

from marketplace.core import clock, outbox
from marketplace.core.transaction import transaction
from marketplace.demo import pictures
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries import thanks
from marketplace.market.deliveries.models import Delivery
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Wish
from marketplace.market.wishes.rules import NeedDraft
from marketplace.market.wishes.service.deciding import PublicText
from marketplace.market.wishes.service.writing import Draft
from marketplace.money.payments.models import Payment, ProviderEvent
from marketplace.money.payments.service import ProviderSaid
from marketplace.network.registry.models import Person
from marketplace.people.accounts.models import User

SYSTEM = SimpleNamespace(id=0)


@dataclass
class Cast:
    """Who takes part in a story."""

    person: Person
    family: User
    worker: User
    colleague: User
    donor: User
    buyer: User
    charity_id: int


class Story:
    """Tells one wish up to `end`, beginning `days` ago, in steps of some days."""

    def __init__(self, entry: dict, cast: Cast, days: int, chance: Random):
        self.entry, self.cast, self.chance = entry, cast, chance
        self.moment: datetime = clock.now() - timedelta(days=days, hours=chance.uniform(0, 12))
        self.wish: Wish

    def tell(self, end: str) -> None:
        """Through the chapters in their order, as far as `end`."""
        self._do(self.write)
        if end in ("draft", "submitted"):
            if end == "submitted":
                self._do(self.submit)
            return
        self._do(self.submit)
        if end in ("returned", "rejected"):
            self._do(lambda: self.turn_down(end))
            return
        self._do(self.publish)
        if end == "withdrawn":
            self._do(lambda: wishes.withdraw(self.wish, by=self.cast.family))
        elif end != "published":
            self._promised(end)

    def _promised(self, end: str) -> None:
        self._do(self.partly if end == "partly" else self.promise)
        if end in ("partly", "pledged"):
            return
        steps = (("dispatched", self.dispatch), ("arrived", self.arrive), ("handed_over", self.hand_over),
                 ("fulfilled", self.confirm), ("thanked", self.thank))
        for name, step in steps:
            self._do(step)
            if name == end:
                return

    def _do(self, step) -> None:
        """One step, at its moment; then whatever follows from it by itself."""
        self.moment = min(self.moment + timedelta(hours=self.chance.uniform(3, 40)), clock.now())
        with clock.at(self.moment):
            step()
            while outbox.drain():
                pass

    def write(self) -> None:
        entry = self.entry
        money = entry.get("kind") == "money"
        fen = entry.get("price", 0) * 100
        need = NeedDraft(kind=entry.get("kind", "goods"), item=entry["item"], category=entry["category"],
                         unit=entry.get("unit", ""), wanted=fen if money else entry.get("wanted", 1),
                         price_fen=0 if money else fen)
        draft = Draft(title=entry["title"], words=entry["words"], needs=[need],
                      urgency=self.chance.choice((0, 0, 0, 1, 1, 2)))
        self.wish = wishes.write(self.cast.person, draft, by=self.cast.family)
        if self.chance.random() < 0.8:
            wishes.add_photo(self.wish, pictures.draw(entry["picture"], self.wish.id), by=self.cast.family)
        wishes.consent(self.wish, by=self.cast.family, guardian="监护人")

    def submit(self) -> None:
        wishes.submit(self.wish, by=self.cast.family)

    def turn_down(self, how: str) -> None:
        if how == "returned":
            wishes.return_(self.wish, "请写清尺寸和颜色，方便捐赠人准备。", by=self.cast.worker)
        else:
            wishes.reject(self.wish, "这一项街道可以直接解决，我们已登记，本周给您送到。", by=self.cast.worker)

    def publish(self) -> None:
        wish, entry = self.wish, self.entry
        text = PublicText(entry["title"], entry["alias"], entry["story"], wish.urgency, self.cast.charity_id, wish.version)
        wishes.edit(wish, text, by=self.cast.worker)
        for photo in wish.photos:
            wishes.review_photo(photo, wish, True, by=self.cast.worker)
        wishes.publish(wish, by=self.cast.worker)

    def partly(self) -> None:
        need = self.wish.needs[0]
        if need.wanted > 1:
            units = need.wanted // 2 // 100 * 100 if need.kind == "money" else need.wanted // 2
            self._promise(units)

    def promise(self) -> None:
        self._promise(self.wish.needs[0].wanted)

    def _promise(self, units: int) -> None:
        made = pledges.reserve(self.wish.needs[0], units, by=self.cast.donor).pledge
        if made.kind == "money":
            pay(made)
        else:
            pledges.commit(made, by=self.cast.donor)

    def dispatch(self) -> None:
        need = self.wish.needs[0]
        if need.kind == "money":
            deliveries.purchase(need, by=self.cast.buyer)
            deliveries.dispatch(self._delivery(), "charity_run", by=self.cast.buyer)
        else:
            way = "visit" if need.kind == "service" else self.chance.choice(("parcel", "drop_off"))
            deliveries.dispatch(self._delivery(), way, by=self.cast.donor)

    def arrive(self) -> None:
        deliveries.arrive(self._delivery(), by=self.cast.worker)

    def hand_over(self) -> None:
        delivery = self._delivery()
        deliveries.hand_over(delivery, deliveries.new_code(delivery), by=self.cast.worker)

    def confirm(self) -> None:
        if self.chance.random() < 0.2:
            deliveries.confirm_for(self._delivery(), "老人没有手机，当面问过，东西在用。", by=self.cast.colleague)
        else:
            deliveries.confirm(self._delivery(), by=self.cast.family)

    def thank(self) -> None:
        said = thanks.write(self._delivery(), self.entry["thanks"], by=self.cast.family)
        thanks.approve(said, by=self.cast.worker)

    def _delivery(self) -> Delivery:
        return db.session.scalars(select(Delivery).where(Delivery.wish_id == self.wish.id)).one()


def pay(pledge: Pledge) -> None:
    """The provider's word that a gift was paid, kept and used as its webhook would be."""
    payment = db.session.scalars(select(Payment).where(Payment.purpose == f"pledge:{pledge.id}")).one()
    said = {"type": "checkout.session.completed", "data": {"object": {
        "client_reference_id": payment.ref, "payment_status": "paid", "payment_intent": f"pi_demo_{payment.ref}",
        "metadata": {"payment": payment.ref}}}}
    with transaction() as session:
        number = f"evt_demo_{payment.ref}"
        session.add(ProviderEvent(id=number, type=said["type"], body=json.dumps(said), received_at=clock.now()))
        outbox.announce(ProviderSaid(number))
