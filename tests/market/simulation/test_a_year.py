"""A year of random offers, wishes, cancellations, losses and silence: stores, promises and receipts agree every week.

A year that fails prints its SEED; SEED=… repeats it.
"""
import logging
import os
import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.errors import Refused
from marketplace.extensions import db
from marketplace.market.deliveries import problems, replacing, standing
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.funds import public
from marketplace.market.funds import service as giving
from marketplace.market.funds.models import Grant
from marketplace.market.matching import service as matching
from marketplace.market.matching.models import Proposal
from marketplace.market.offers import service as offers
from marketplace.market.offers.models import Offer
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock import service as goods
from marketplace.market.stock.models import Batch, Holding, Reservation
from marketplace.market.stock.rules import BatchDraft
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.ledger import service as ledger
from marketplace.money.receipts.models import Receipt
from marketplace.network.registry.models import Household
from tests import campaigns, funds, stock
from tests import offers as offered

WEEKS, HOMES = 52, 12
HOLDS = ("reserved", "committed", "delivering", "fulfilled")


@pytest.fixture
def year(city):
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(10**6)))
    logging.getLogger(__name__).warning("SEED=%s", seed)
    return Year(city, random.Random(seed))


class Year:
    """The people of a small town and what they do in a week."""

    def __init__(self, city, chance: random.Random):
        self.city, self.chance, self.seen = city, chance, Counter()
        self.charity, self.worker = city.organisation(), city.person("social_worker")
        self.colleague = city.person("social_worker")
        self.keeper, self.store = stock.keeper(city, self.charity), stock.store(city, self.charity)
        self.clerk, self.giver = campaigns.clerk(city, self.charity), city.person("donor")
        self.second = campaigns.clerk(city, self.charity)
        self.homes = [city.home() for _n in range(HOMES)]

    def week(self) -> None:
        for act in (self.offer, self.take_in, self.wish, self.money, self.match, self.buy, self.send, self.arrive,
                    self.hand_over, self.answer, self.change_mind, self.count, self.take_away):
            try:
                act()
            except Refused as no:
                self.seen[type(no).__name__] += 1
        pledges.lapse()
        offers.expire_overdue()
        wishes.expire_overdue()
        self.city.settle()

    def happens(self, what: str, share: float) -> bool:
        """Whether it happens this time: the first time always, so that every year has all of it, then by chance."""
        so = self.seen[what] == 0 or self.chance.random() < share
        self.seen[what] += so
        return so

    def some(self, model, *where) -> list:
        """A few rows, at random."""
        rows = list(db.session.scalars(select(model).where(*where).order_by(model.id)))
        return self.chance.sample(rows, self.chance.randint(0, min(3, len(rows))))

    def offer(self) -> None:
        to_store, asks = self.chance.random() < 0.7, self.chance.random() < 0.3
        draft = offered.draft(self.charity, self.chance.randint(1, 6), days=self.chance.choice((10, 60)), to_store=to_store,
                              asks_giver=asks)
        offers.accept(offers.make(draft, by=self.giver), by=self.clerk)

    def take_in(self) -> None:
        for offer in self.some(Offer, Offer.state == "accepted", Offer.to_store, Offer.taken < Offer.units):
            units = self.chance.randint(1, offer.left + (self.chance.random() < 0.1))
            offers.take_in(offer, self.store, BatchDraft("quilt", units, "double"), by=self.keeper)

    def wish(self) -> None:
        for home in self.chance.sample(self.homes, 2):
            self.city.wish(home=db.session.get_one(Household, home.id), wanted=self.chance.randint(1, 3),
                           charity=self.charity, worker=self.worker)

    def money(self) -> None:
        """Somebody gives to the fund without a purpose, and a household asks for something that is to be bought."""
        if self.happens("money", 0.3):
            funds.fill(self.charity, self.chance.randint(5_000, 30_000))
            home = db.session.get_one(Household, self.chance.choice(self.homes).id)
            need = self.city.need(home=home, kind="money", item="助听器", category="aid", charity=self.charity,
                                  worker=self.worker, wanted=self.chance.randint(5_000, 20_000))
            if self.seen["money"] == 1:  # so that every year has a gift of the fund that is spent
                funds.fill(self.charity, need.wanted)
                giving.propose(need, need.wanted, by=self.clerk)

    def match(self) -> None:
        matching.run(self.charity.id, by=self.clerk)
        for proposal in self.some(Proposal, Proposal.state == "proposed"):
            if not self.happens("declined", 0.2):
                pledge = matching.confirm(proposal, by=self.clerk)
                if pledge.state == "reserved" and self.chance.random() < 0.6:
                    pledges.commit(pledge, by=self.giver)
            else:
                matching.decline(proposal, "这次不合适", by=self.clerk)
        for grant in self.some(Grant, Grant.state == "proposed"):
            (giving.refuse(grant, "先不给", by=self.second) if self.happens("refused", 0.3)
             else giving.approve(grant, by=self.second))
        self.city.settle()

    def buy(self) -> None:
        full = select(Need).join(Pledge, Pledge.need_id == Need.id).where(
            Need.kind == "money", Need.pledged == Need.wanted, Pledge.state == "committed").distinct().order_by(Need.id)
        for need in db.session.scalars(full).all():
            deliveries.purchase(need, by=self.clerk)
            self.seen["bought"] += 1

    def take_away(self) -> None:
        """A charity takes back what it has not used of its fund's money."""
        for pledge in self.some(Pledge, Pledge.source.startswith("fund:"), Pledge.state == "committed")[:1]:
            if self.happens("taken away", 0.1):
                pledges.refund(pledge, by=self.clerk)

    def send(self) -> None:
        for delivery in self.some(Delivery, Delivery.state == "planned"):
            deliveries.dispatch(delivery, "charity_run", by=self.keeper)

    def arrive(self) -> None:
        for delivery in self.some(Delivery, Delivery.state == "dispatched"):
            if self.happens("lost", 0.15):
                deliveries.lose(delivery, by=self.worker)
            else:
                deliveries.arrive(delivery, by=self.worker)
                self.hand_over_now(delivery)

    def hand_over_now(self, delivery: Delivery) -> None:
        if standing.held(delivery) and self.happens("handed over all the same", 0.5):
            standing.go_on(delivery, "家里仍然需要", by=self.worker)
        if not self.happens("nobody at home", 0.3):
            deliveries.hand_over(delivery, deliveries.new_code(delivery), by=self.worker)

    def hand_over(self) -> None:
        for delivery in self.some(Delivery, Delivery.state == "arrived"):
            if self.happens("sent back", 0.2):
                self.send_back(delivery)
            else:
                self.hand_over_now(delivery)

    def send_back(self, delivery: Delivery) -> None:
        """Something is refused; mostly the storekeeper, or its giver, has it soon."""
        back = problems.turn_back(delivery, problems.Back("refused", "不要了", goes_to="giver"), by=self.colleague)
        if self.happens("back where it goes", 0.8):
            if back.goes_to == "giver":
                problems.fetched(back, by=self.colleague)
            else:
                replacing.take_back(replacing.one(self.keeper, "problem.take_in", back.id), "good", by=self.keeper)

    def answer(self) -> None:
        for delivery in self.some(Delivery, Delivery.state == "handed_over"):
            household = self.city.beneficiary(db.session.get_one(Household, delivery.household_id))
            if self.happens("disputed", 0.2):
                deliveries.dispute(delivery, "不对", by=household)
                if self.happens("taken back", 0.5):
                    self.send_back(delivery)
                else:
                    deliveries.resolve(delivery, "换好了", by=self.colleague)
            else:
                deliveries.confirm(delivery, by=household)

    def change_mind(self) -> None:
        if self.chance.random() < 0.3:
            for wish in self.some(Wish, Wish.state == "published")[:1]:
                wishes.withdraw(wish, by=self.worker)
        if self.chance.random() < 0.2:
            for pledge in self.some(Pledge, Pledge.state == "committed", Pledge.giver_id == self.giver.id)[:1]:
                pledges.cancel(pledge, by=self.giver)
        if self.chance.random() < 0.1:
            home = db.session.get_one(Household, self.chance.choice(self.homes).id)
            self.city.lose(home) if home.eligible_until >= clock.today() else self.city.reload(home, "dibao")

    def count(self) -> None:
        for batch in self.some(Batch)[:1]:
            there = db.session.get(Holding, (batch.id, f"store:{self.store.id}"))
            if there and self.chance.random() < 0.3:
                goods.count(self.store, {batch.id: max(0, there.units - 1)}, by=self.keeper, reason="点数少一条")

    def prove(self) -> None:
        """What is held of needs, stores and offers is what promises hold, and every unit is where its movements say."""
        db.session.expire_all()
        assert goods.verify().wrong == []
        held = dict(db.session.execute(select(Pledge.need_id, func.sum(Pledge.units)).where(
            Pledge.state.in_(HOLDS)).group_by(Pledge.need_id)).all())
        received = dict(db.session.execute(select(Pledge.need_id, func.sum(Pledge.units)).where(
            Pledge.state == "fulfilled").group_by(Pledge.need_id)).all())
        for need in db.session.scalars(select(Need)):
            assert (need.pledged, need.received) == (held.get(need.id, 0), received.get(need.id, 0))
        self.prove_sources()
        self.prove_money()

    def prove_money(self) -> None:
        """Every fen of the fund is there, with a wish, or spent on one; and grants say the same as promises."""
        assert not ledger.verify().wrong
        figures, of_fund = public.figures(self.charity.id), Pledge.source.startswith("fund:")
        given = db.session.scalars(select(Pledge).where(of_fund, Pledge.state != "refunded")).all()
        assert figures.given == sum(p.units for p in given)
        assert figures.balance == ledger.held(f"fund:{self.charity.id}") >= 0
        assert {p.id for p in given} == set(db.session.scalars(select(Grant.pledge_id).where(Grant.state == "given")))
        with_wishes = sum(ledger.held(f"wish:{number}") for number in {p.wish_id for p in given})
        assert with_wishes == sum(p.units for p in given if p.state == "committed")

    def prove_sources(self) -> None:
        by_state = {"held": ("reserved", "committed"), "on_way": ("delivering", "failed"),
                    "given": ("delivering", "fulfilled")}
        for reservation in db.session.scalars(select(Reservation).where(Reservation.state.in_(by_state))):
            pledge = db.session.scalars(select(Pledge).where(Pledge.source == f"stock:{reservation.id}")).one()
            assert pledge.units == reservation.units and pledge.state in by_state[reservation.state]
        given = db.session.scalar(select(func.sum(Holding.units)).where(Holding.place == "household")) or 0
        assert given == (db.session.scalar(select(func.sum(Reservation.units)).where(Reservation.state == "given")) or 0)
        for offer in db.session.scalars(select(Offer)):
            taken = -(db.session.scalar(select(func.sum(Holding.units)).where(Holding.place == f"offer:{offer.id}")) or 0)
            promised = db.session.scalar(select(func.sum(Pledge.units)).where(
                Pledge.offer_id == offer.id, Pledge.state.in_((*HOLDS, "failed")))) or 0
            assert offer.taken == taken and offer.promised <= promised
        handed = set(db.session.scalars(select(Delivery.id).where(
            Delivery.state.in_(("handed_over", "confirmed", "disputed")))))
        owed = {f"pledge:{p.id}" for p in db.session.scalars(select(Pledge).where(Pledge.offer_id.is_not(None)))
                if p.delivery_id in handed}
        standing = set(db.session.scalars(select(Receipt.purpose).where(
            Receipt.state == "issued", Receipt.reverses_id.is_(None), Receipt.kind == "goods",
            Receipt.purpose.startswith("pledge:"))))
        assert owed == standing


def test_a_year_of_chance_leaves_stores_promises_and_receipts_in_agreement(year, hold):
    begin = clock.now()
    for week in range(WEEKS):
        with hold(begin + timedelta(weeks=week)):
            year.week()
            year.prove()
    moved = Counter(db.session.scalars(select(Delivery.state)))
    assert year.seen["bought"] and db.session.scalar(select(func.count()).where(Grant.state == "given"))
    assert {"returned", "lost"} <= set(moved) and moved["confirmed"] > WEEKS / 10, (moved, year.seen)
