"""Whatever two people of a charity try, in whatever order: no fen is spoken for twice, and the figures always add up."""
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from marketplace.core.errors import Refused
from marketplace.extensions import db
from marketplace.market.campaigns import rules, service
from marketplace.market.campaigns.models import Allocation, BudgetLine
from marketplace.market.campaigns.parts import LineDraft
from marketplace.market.campaigns.queries import figures
from marketplace.money.ledger import service as ledger
from tests import campaigns
from tests.city import picture

LINES = (LineDraft("use", "棉被", 500_000), LineDraft("use", "米", 400_000), LineDraft("cost", "运输", 100_000))
FEN = st.integers(1, 400_000)
STEPS = st.lists(st.one_of(
    st.tuples(st.just("give"), FEN), st.tuples(st.just("refund"), FEN),
    st.tuples(st.just("propose"), FEN, st.integers(0, 2), st.booleans()),
    st.tuples(st.sampled_from(("approve", "pay", "refuse", "cancel", "give_back")), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("close"))), max_size=25)
SMALL = picture(40, 30)


class Play:
    def __init__(self, city):
        charity = city.organisation()
        self.clerk = campaigns.clerk(city, charity)
        self.people = (self.clerk, campaigns.boss(city, self.clerk))
        self.campaign = campaigns.live(city, self.clerk, goal=LINES)

    def give(self, fen):
        if self.campaign.state == "live":
            campaigns.give(self.campaign, fen)

    def refund(self, fen):
        """As payments promise money back: never more than is held."""
        if fen <= figures.free(self.campaign):
            ledger.move(f"refunds:{self.clerk.organisation_id}", self.campaign.account, fen,
                        f"refund_asked:{next(campaigns.numbers)}")

    def propose(self, fen, line, other):
        service.allocating.to_purchase(self.campaign, self.campaign.lines[line], "东西", fen, by=self.people[other])

    def act(self, verb, number, other):
        found = db.session.scalars(select(Allocation).where(Allocation.campaign_id == self.campaign.id)
                                   .order_by(Allocation.id)).all()
        if found:
            more = {"approve": (), "pay": ("12345", SMALL)}.get(verb, ("因为",))
            getattr(service.allocating, verb)(found[number % len(found)], *more, by=self.people[other])

    def close(self):
        service.close(self.campaign, "够了。", by=self.people[1])

    def check(self):
        db.session.expire_all()
        found, campaign = figures.of(self.campaign), self.campaign
        by_state = dict(db.session.execute(select(Allocation.state, func.sum(Allocation.amount_fen)).where(
            Allocation.campaign_id == campaign.id).group_by(Allocation.state)).all())
        assert found.balance == ledger.held(campaign.account) >= campaign.reserved_fen >= 0
        assert campaign.reserved_fen == by_state.get("proposed", 0) + by_state.get("approved", 0)
        assert found.used + found.cost == by_state.get("paid", 0)
        for line in campaign.lines:
            taken = db.session.scalar(select(func.coalesce(func.sum(Allocation.amount_fen), 0)).where(
                Allocation.line_id == line.id, Allocation.state.in_(("proposed", "approved", "paid"))))
            assert line.taken_fen == taken <= line.amount_fen
        alone = db.session.scalar(select(func.coalesce(func.max(Allocation.amount_fen), 0)).where(
            Allocation.campaign_id == campaign.id, Allocation.recorded_by == Allocation.approved_by))
        assert alone <= rules.LIMITS.alone_fen


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_nothing_is_ever_spoken_for_twice(city, steps):
    play = Play(city)
    for name, *how in steps:
        try:
            getattr(play, name)(*how) if hasattr(play, name) else play.act(name, *how)
        except Refused:
            db.session.rollback()
        play.check()
    assert not ledger.verify().wrong


def test_costs_stay_below_their_share_when_nothing_goes_back(city):
    play = Play(city)
    play.give(300_000)
    for fen in (20_000, 9_000, 2_000, 1_000):
        try:
            play.propose(fen, 2, False)
        except Refused:
            continue
    cost = db.session.scalar(select(BudgetLine.taken_fen).where(BudgetLine.id == play.campaign.lines[2].id))
    assert cost == 30_000 == rules.cost_cap(300_000, 10)
