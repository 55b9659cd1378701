"""One wish of the demo city, from its writing to wherever its story ends; every step by the verb that people use."""

from datetime import timedelta

from sqlalchemy import select

from marketplace.core import clock, outbox
from marketplace.core.transaction import transaction
from marketplace.demo import homes, papers, pictures, till, visits
from marketplace.demo.cast import Cast
from marketplace.demo.plan import Planned
from marketplace.extensions import db
from marketplace.market.deliveries import problems, receiving, thanks
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import LAST_LEGS, Delivery, Thanks
from marketplace.market.deliveries.problems import Back
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.volunteering import children
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Wish
from marketplace.market.wishes.rules import NeedDraft
from marketplace.market.wishes.service.deciding import PublicText
from marketplace.market.wishes.service.writing import Draft
from marketplace.network.registry.models import NEVER, Household

PICTURED = 9  # of ten wishes
VISITED = 2  # for every second service somebody checks in; where a child may be met always
INVOICED = 2  # every second gift of goods comes with its invoice
BEFORE_PROMISE = {"draft": 1, "submitted": 2, "published": 3}
DELIVERED = {"planned": 4, "dispatched": 5, "arrived": 6, "lost": 6, "handed_over": 7, "returned": 7, "disputed": 8,
             "confirmed": 8}
DRAWN = 4  # every fourth word of thanks comes with a drawing


class Story:
    """Tells one planned wish step by step; picks up where an earlier telling stopped."""

    def __init__(self, planned: Planned, cast: Cast, said: str):
        self.planned, self.entry, self.cast, self.said = planned, planned.entry, cast, said
        self.written = db.session.scalars(select(Wish).where(Wish.household_id == planned.person.household_id)).first()
        self.done = self._done()

    @property
    def wish(self) -> Wish:
        if self.written is None:
            raise RuntimeError("the story has not begun")
        return self.written

    def tell(self, step: int) -> None:
        """One step, whole or not at all, at its moment; then whatever follows from it by itself."""
        if step < self.done:
            return
        with clock.at(self.planned.moments[step]):
            with transaction():
                getattr(self, self.planned.end.steps[step])()
            self.done = step + 1
            while outbox.drain():
                pass

    def _done(self) -> int:
        """How many steps were told before, by what is there."""
        if (wish := self.written) is None:
            return 0
        over = len(self.planned.end.steps)
        if wish.state == "published":
            home = db.session.get_one(Household, wish.household_id)
            return over if home.eligible_until == NEVER else self._delivered()
        return self._delivered() if wish.state == "closed" else BEFORE_PROMISE.get(wish.state, over)

    def _delivered(self) -> int:
        pledge = db.session.scalars(select(Pledge).where(Pledge.wish_id == self.wish.id)).first()
        if pledge is None:
            return BEFORE_PROMISE["published"]
        if pledge.state == "cancelled":
            return len(self.planned.end.steps)
        if pledge.delivery_id is None:
            return DELIVERED["planned"]
        thanked = db.session.scalar(select(Thanks.id).where(Thanks.delivery_id == pledge.delivery_id))
        tried = bool(problems.tries(pledge.delivery_id))
        return DELIVERED[db.session.get_one(Delivery, pledge.delivery_id).state] + bool(thanked) + tried

    def write(self) -> None:
        entry, number = self.entry, self.planned.number
        money, fen = entry.get("kind") == "money", entry.get("price", 0) * 100
        need = NeedDraft(kind=entry.get("kind", "goods"), item=entry["item"], category=entry["category"],
                         unit=entry.get("unit", ""), wanted=fen if money else entry.get("wanted", 1),
                         price_fen=0 if money else fen)
        draft = Draft(title=entry["title"], words=entry["words"], needs=[need], urgency=(0, 0, 0, 1, 1, 2)[number % 6],
                      on_behalf=self.cast.on_behalf)
        author = self.cast.colleague if draft.on_behalf else self.cast.family
        self.written = wishes.write(self.cast.person, draft, by=author)
        if number % 10 < PICTURED:
            wishes.add_photo(self.wish, pictures.drawn(entry["picture"], number), by=author)
        wishes.consent(self.wish, by=author, guardian="监护人")

    def submit(self) -> None:
        wishes.submit(self.wish, by=self.cast.colleague if self.cast.on_behalf else self.cast.family)

    def give_back(self) -> None:
        wishes.return_(self.wish, "请写清尺寸和颜色，方便捐赠人准备。", by=self.cast.worker)

    def refuse(self) -> None:
        wishes.reject(self.wish, "这一项街道可以直接解决，我们已登记，本周给您送到。", by=self.cast.worker)

    def publish(self) -> None:
        wish, entry = self.wish, self.entry
        text = PublicText(entry["title"], entry["alias"], entry["story"], wish.urgency, self.cast.charity_id, wish.version)
        wishes.edit(wish, text, by=self.cast.worker)
        for photo in wish.photos:
            wishes.review_photo(photo, wish, True, by=self.cast.worker)
        wishes.publish(wish, by=self.cast.worker)

    def withdraw(self) -> None:
        wishes.withdraw(self.wish, by=self.cast.family)

    def expire(self) -> None:
        wishes.expire_overdue()

    def lose(self) -> None:
        homes.take_off_record(self.cast.person)

    def promise(self) -> None:
        need, units = self.wish.needs[0], self.wish.needs[0].wanted
        if self.planned.end.name == "partly":
            units = units // 2 // 100 * 100 if need.kind == "money" else units // 2
        made = pledges.reserve(need, units, by=self.cast.giver).pledge
        if made.kind == "money":
            till.pay(pledges.payment_of(made))
        else:
            pledges.commit(made, by=self.cast.giver)

    def take_back(self) -> None:
        pledge = db.session.scalars(select(Pledge).where(Pledge.wish_id == self.wish.id)).one()
        pledges.cancel(pledge, by=self.cast.giver)

    def dispatch(self) -> None:
        need = self.wish.needs[0]
        if need.kind == "money":
            deliveries.purchase(need, by=self.cast.buyer)
            deliveries.dispatch(self._delivery(), "charity_run", by=self.cast.buyer)
        else:
            way = "visit" if need.kind == "service" else ("parcel", "drop_off")[self.planned.number % 2]
            deliveries.dispatch(self._delivery(), way, by=self.cast.giver)

    def arrive(self) -> None:
        need = self.wish.needs[0]
        if need.kind == "service" and (children.met(need.id) or self.planned.number % VISITED == 0):
            visits.come(self._delivery(), self.cast.giver, self.cast.worker)
        number, goods = self.planned.number, self.wish.needs[0].kind != "service"
        shelf = (f"{'ABC'[number % 3]}-{number % 6 + 1}", LAST_LEGS[number % 4 == 1]) if goods else ("", "")
        deliveries.arrive(self._delivery(), self.cast.worker, *shelf)
        if self.wish.needs[0].kind == "goods" and self.planned.number % INVOICED == 0:
            papers.declare(self.wish, by=self.cast.buyer)

    def hand_over(self) -> None:
        delivery = self._delivery()
        deliveries.hand_over(delivery, deliveries.new_code(delivery), by=self.cast.worker)

    def miss(self) -> None:
        tomorrow = clock.today() + timedelta(days=1)
        problems.absent(self._delivery(), tomorrow, "敲门没人应，邻居说去走亲戚了。", by=self.cast.worker)

    def vanish(self) -> None:
        problems.lose(self._delivery(), "快递公司说包裹在中转时丢了。", by=self.cast.worker)

    def come_back(self) -> None:
        problems.turn_back(self._delivery(), Back("damaged", "路上压坏了，家里人不敢用。", "damaged", "charity"),
                           by=self.cast.worker)

    def dispute(self) -> None:
        deliveries.dispute(self._delivery(), "尺寸不对，想换大一号。", by=self.cast.family)

    def confirm(self) -> None:
        if self.cast.on_behalf:
            deliveries.confirm_for(self._delivery(), "老人没有手机，当面问过，东西在用。", by=self.cast.colleague)
        else:
            deliveries.confirm(self._delivery(), by=self.cast.family)
            receiving.rate(self._delivery(), 3 + self.planned.number % 3, by=self.cast.family)

    def thank(self) -> None:
        number = self.planned.number
        drawing = pictures.drawn(self.entry["picture"], number) if number % DRAWN == 0 else b""
        said = thanks.write(self._delivery(), self.said, self.cast.family, drawing)
        thanks.approve(said, by=self.cast.worker)

    def _delivery(self) -> Delivery:
        return db.session.scalars(select(Delivery).where(Delivery.wish_id == self.wish.id)).one()
