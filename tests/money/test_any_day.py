"""Random days: gifts, refunds, disputes, allocations, purchases; events doubled, late, out of order, lost.

The books always end balanced, and equal to the provider to the fen.
"""
import os
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.errors import Refused
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import Dispute, Payment, PaymentLine, Refund
from marketplace.money.reconciliation import service as reconciliation
from marketplace.money.reconciliation.models import Difference

STEPS = 60
DOUBLED, LATE, LOST = 0.2, 0.1, 0.02


class Day:
    """What may happen in a day, drawn at random; and a post that is not to be relied on."""

    def __init__(self, city, till, seed: int):
        self.city, self.till, self.draw = city, till, random.Random(seed)
        self.charity = city.organisation()
        self.staff = city.person("charity", organisation_id=self.charity.id)
        self.worker, self.donor = city.person("social_worker"), city.person("donor")
        self.post: list[tuple[str, str, dict]] = []
        self.heard = self.steps = 0
        self.acts: list[Callable[[], None]] = [
            *[self.give] * 6, *[self.pay] * 6, self.give_to_campaign, self.refund, self.refund_elsewhere, self.fail_refund,
            self.dispute, self.decide, self.buy, self.allocate, self.end_wish, self.pay_out, self.lapse]

    def live(self, steps: int) -> None:
        for _step in range(steps):
            try:
                self.draw.choice(self.acts)()
            except Refused:
                pass
            self.deliver()

    def deliver(self) -> None:
        """Hand on what the provider has said: some of it twice, some later and out of order, some never."""
        for told in self.till.told[self.heard:]:
            if self.draw.random() >= LOST:
                self.post += [told] * (2 if self.draw.random() < DOUBLED else 1)
        self.heard = len(self.till.told)
        self.draw.shuffle(self.post)
        now, self.post = [t for t in self.post if self.draw.random() >= LATE], []
        for number, kind, subject in now:
            self.city.event(kind, subject, number)
        self.city.settle()

    def one(self, statement):
        found = db.session.scalars(statement).all()
        return self.draw.choice(found) if found else None

    def give(self) -> None:
        need = self.one(select(Need).join(Wish).where(Wish.state == "published", Need.wanted > Need.pledged))
        if need is None or self.draw.random() < 0.3:
            need = self.city.need(kind="money", category="aid", wanted=self.draw.randint(1, 5) * 4_000, charity=self.charity,
                                  worker=self.worker)
        pledges.reserve(need, min(need.left, self.draw.randint(400, 9_000)), by=self.donor,
                        if_ended=self.draw.choice(["refund", "reroute"]))

    def give_to_campaign(self) -> None:
        self.steps += 1
        amounts = [self.draw.randint(400, 9_000) for _ in range(self.draw.randint(1, 3))]
        payments.start([payments.Line(f"trial:{self.steps}:{n}", f"campaign:{n}", a) for n, a in enumerate(amounts)],
                       self.charity.id, clock.now() + timedelta(minutes=31))

    def pay(self) -> None:
        payment = self.one(select(Payment).where(Payment.state.in_(("created", "cancelled"))))
        if payment and f"pi_{payment.ref}" not in self.till.charges and f"cs_{payment.ref}" not in self.till.expired:
            payments.checkout(payment, ["x"] * len(payment.lines), "http://a", "http://b", "zh") \
                if payment.state == "created" else None
            self.till.pay(payment.ref, payment.amount_fen)

    def refund(self) -> None:
        pledge = self.one(select(Pledge).where(Pledge.state == "committed"))
        if pledge:
            pledges.refund(pledge, by=self.staff)

    def refund_elsewhere(self) -> None:
        """Somebody gives back a part by hand, at the provider."""
        payment = self.one(select(Payment).where(Payment.state == "succeeded"))
        if payment and (left := self.till.left(payment.intent_id)) > 0 and self.draw.random() < 0.5:
            self.till.refund_by_hand(payment.intent_id, self.draw.randint(1, left))

    def fail_refund(self) -> None:
        refund = self.one(select(Refund).where(Refund.state.in_(("sent", "done"))))
        if refund and refund.key in self.till.answers and self.draw.random() < 0.3:
            self.till.fail_refund(refund.key)
            del self.till.answers[refund.key]

    def dispute(self) -> None:
        payment = self.one(select(Payment).where(Payment.state.in_(("succeeded", "partly_refunded"))))
        if payment and f"du_{payment.intent_id}" not in self.till.disputes and self.draw.random() < 0.5 \
                and self.till.left(payment.intent_id) > 0:
            self.till.dispute(payment.intent_id)

    def decide(self) -> None:
        open_ = [n for n, said in self.till.disputes.items() if said["status"] == "needs_response"]
        if open_:
            self.till.decide(self.draw.choice(open_), self.draw.random() < 0.5)

    def buy(self) -> None:
        need = self.one(select(Need).join(Wish).where(Wish.state == "published", Need.pledged == Need.wanted))
        if need:
            deliveries.purchase(need, by=self.staff)

    def allocate(self) -> None:
        """Money of a campaign goes to a wish or is spent."""
        self.steps += 1
        source = f"campaign:{self.draw.randint(0, 2)}"
        if held := ledger.held(source):
            with transaction():
                ledger.move(self.draw.choice([f"bank:{self.charity.id}", f"fund:{self.charity.id}"]), source,
                            self.draw.randint(1, held), f"allocation:{self.steps}")

    def end_wish(self) -> None:
        wish = self.one(select(Wish).where(Wish.state == "published"))
        if wish and self.draw.random() < 0.4:
            wishes.withdraw(wish, by=self.worker)

    def pay_out(self) -> None:
        self.till.pay_out()

    def lapse(self) -> None:
        with clock.at(clock.now() + timedelta(minutes=40)):
            pledges.lapse()

    def end(self) -> None:
        """The night: what is still in the post arrives or not, and the provider is asked."""
        self.deliver()
        reconciliation.ask(self.city.person("supervisor"))
        self.city.settle()
        reconciliation.ask(self.city.person("supervisor"))  # what the first one set off has happened at the provider too
        self.city.settle()


@pytest.mark.parametrize("number", range(2))
def test_any_day_ends_balanced_and_equal_to_the_provider(city, till, number):
    day = Day(city, till, int(os.environ["ORACLE_SEED"]) + number)
    day.live(STEPS)
    day.end()
    assert not ledger.verify().wrong
    assert ledger.balance("provider") == till.balance()
    differences = db.session.scalars(select(Difference).where(Difference.gone_at.is_(None))).all()
    assert {d.kind for d in differences} <= {"refund_failed"}
    for payment in db.session.scalars(select(Payment).where(Payment.intent_id.is_not(None))):
        _says_the_same(payment, till)
    _holds_what_is_promised()


def _says_the_same(payment: Payment, till) -> None:
    """What a payment says of itself is what the provider moved."""
    left = till.left(payment.intent_id)
    back = sum(r.amount_fen for r in db.session.scalars(select(Refund).where(
        Refund.payment_id == payment.id, Refund.state.in_(("sent", "done")))))
    taken = sum(d.amount_fen for d in db.session.scalars(select(Dispute).where(
        Dispute.payment_id == payment.id, Dispute.state != "won")))
    assert left == payment.amount_fen - back - taken


def _holds_what_is_promised() -> None:
    """A wish holds what its unspent gifts brought, less what a bank took back; never less than nothing."""
    disputed = select(PaymentLine.purpose).join(Payment).where(Payment.state == "disputed")
    for wish_id, units in db.session.execute(select(Pledge.wish_id, func.sum(Pledge.units)).where(
            Pledge.state == "committed", Pledge.delivery_id.is_(None)).group_by(Pledge.wish_id)):
        lost = db.session.scalar(select(func.sum(Pledge.units)).where(
            Pledge.wish_id == wish_id, ("pledge:" + func.cast(Pledge.id, db.String)).in_(disputed))) or 0
        part = db.session.scalar(select(func.sum(PaymentLine.refund_asked_fen)).where(
            PaymentLine.account == f"wish:{wish_id}")) or 0
        assert ledger.held(f"wish:{wish_id}") >= units - lost - part
