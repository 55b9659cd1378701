"""Volunteers whom the visitor of the demo city meets: one who asks, papers that end, a time to agree, one that looks for
somebody, one whose end was forgotten; by the verbs that people use, each step once however often the filling is begun."""
from datetime import datetime, time, timedelta

from sqlalchemy import select

from marketplace.core import clock
from marketplace.demo import accounts as people
from marketplace.demo import visits
from marketplace.demo.giving import Giving
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.volunteering import guarding, rules, service
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.accounts.models import User

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HELPERS = 4  # with the visitor's own, who promises too
ENDS_SOON = 315  # days since a certificate was issued that a month later has less than a month left


class Helping(Giving):
    """Tells the steps one after the other; what was told before is passed over."""

    def tell(self) -> None:
        """All of it, in the order of time."""
        self.helpers = list(db.session.scalars(select(User).where(User.role == "volunteer").order_by(User.id)))[:HELPERS]
        yesterday = self._on(-1)
        self._at(30, self.take_on)
        self._at(4, self.promise)
        self._at(3, self.name_times)
        self._at(2.5, self.agree_on_times)
        self._at((self.begun - yesterday) / DAY, self.forget_to_tell_of_going)
        self._at(0.4, self.not_be_able_to_come)
        self._at(0.3, self.ask_to_help)

    def take_on(self) -> None:
        """The visitor's own volunteer, and others, with fresh certificates; that of one ends soon."""
        charity = self.clerk.organisation_id
        lead = visits.lead(charity)
        for number, one in enumerate(self.helpers):
            visits.enlist(one, charity, people.COUNTY, ENDS_SOON)
            made = guarding.approved(one.id, charity)
            if made and number != 1:
                service.record(made, "police", clock.today(), None, by=lead)
            if made and number == 0:
                times = (rules.Hours(6, 480, 720), rules.Hours(7, 720, 1080))
                service.edit(made, rules.Profile("周小明", visits.SERVICES, (people.COUNTY,), times, True), by=one)

    def promise(self) -> None:
        """A service each, near the visitor's worker."""
        for one, need in zip(self.helpers, self._services()):
            made = pledges.reserve(need, need.left, by=one).pledge
            pledges.commit(made, by=one)

    def name_times(self) -> None:
        """The first in two days, the second soon too, the third yesterday, the fourth in four days."""
        for (one, delivery), days in zip(self._promised(), (2, 3, -1, 4)):
            at = self._on(days)
            service.propose(delivery, at, at + HOUR, "home" if days != 3 else "station", by=one)

    def agree_on_times(self) -> None:
        """All but the second, which waits for the visitor."""
        for number, (_one, delivery) in enumerate(self._promised()):
            if number != 1:
                made = visits.agreed(delivery)
                service.confirm(made, by=self._worker(delivery), second=visits.second(made))

    def forget_to_tell_of_going(self) -> None:
        for one, delivery in self._promised()[2:3]:
            made = visits.agreed(delivery)
            if made.for_minor:
                service.attest(made, by=self._worker(delivery), second="worker")
            service.start(made, by=one)

    def not_be_able_to_come(self) -> None:
        """The visitor's own volunteer is asked, among others."""
        for one, delivery in self._promised()[3:4]:
            service.release(visits.agreed(delivery), by=one)

    def ask_to_help(self) -> None:
        """Somebody for the visitor to take on."""
        written = rules.Profile("许静怡", ("company", "driving"), (people.TOWN,), (rules.Hours(3, 1080, 1260),))
        service.apply(self.clerk.organisation_id, written, by=self.donors[2])

    def _services(self) -> list[Need]:
        near = Wish.town_code != people.TOWN
        return list(db.session.scalars(
            public.visible(Need).join(Need, Need.wish_id == Wish.id).where(
                Need.kind == "service", Need.pledged == 0, Wish.organisation_id == self.clerk.organisation_id)
            .order_by(near, Need.id).limit(HELPERS)))

    def _promised(self) -> list[tuple[User, Delivery]]:
        """Who promised, with what is to be done, in the order of the promises."""
        at = self.begun - 4 * DAY
        rows = db.session.execute(
            select(User, Delivery).join(Pledge, Pledge.giver_id == User.id).join(Delivery, Delivery.id == Pledge.delivery_id)
            .where(Pledge.created_at == at, Pledge.kind == "service").order_by(Pledge.id))
        return [(one, delivery) for one, delivery in rows]

    def _worker(self, delivery: Delivery) -> User:
        """Who answers for the place, the visitor's own first."""
        return db.session.scalars(select(User).where(
            User.role == "social_worker", User.area_code == delivery.place_code[:9]).order_by(User.id)).first() or \
            db.session.scalars(select(User).where(User.username == "county")).one()

    def _on(self, days: int) -> datetime:
        """Ten in the morning, so many days from the day on which the filling began."""
        return datetime.combine(clock.day_of(self.begun) + days * DAY, time(10), clock.CITY)

