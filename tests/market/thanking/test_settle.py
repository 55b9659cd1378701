"""One receipt in force for each gift, from when it was received until it goes back; whatever order the news come in."""
import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock, outbox
from marketplace.core.audit import AuditEntry
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.pledges import service as pledges
from marketplace.market.thanking import queries, service
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import Dispute
from marketplace.money.receipts import proof
from marketplace.money.receipts.models import Receipt
from marketplace.people.accounts.models import Guest


def receipts(pledge):
    db.session.expire_all()
    return db.session.scalars(select(Receipt).where(Receipt.purpose == f"pledge:{pledge.id}").order_by(Receipt.id)).all()


def shapes(pledge):
    return [(r.amount_fen, r.state, bool(r.reverses_id), bool(r.replaces_id)) for r in receipts(pledge)]


@pytest.fixture
def paid(city):
    return city.promise(city.need(kind="money", wanted=20000, title="一床暖和的被子"), 12000)


def handed_over(city, **wish):
    worker = city.person("social_worker")
    pledge = city.promise(city.need(wanted=3, **wish), 2)
    delivery, code = city.arrived(pledge, worker)
    return pledge, delivery, worker, code


def test_money_has_its_receipt_as_soon_as_it_has_settled(city, paid):
    receipt, = receipts(paid)
    organisation = db.session.get_one(type(city.organisation()), paid.organisation_id)
    assert (receipt.amount_fen, receipt.kind, receipt.title, receipt.items) == (12000, "money", "一床暖和的被子", [])
    assert (receipt.organisation, receipt.credit_code) == (organisation.name, organisation.credit_code)
    assert receipt.given_on == clock.today() and receipt.giver_id == paid.giver_id and receipt.in_force
    papers = queries.papers(paid)
    assert papers.payer.reveal().startswith("捐赠人") and receipt.giver == "捐**"


def test_what_is_not_paid_has_none(city):
    need = city.need(kind="money", wanted=20000)
    pledge = pledges.reserve(need, 12000, by=city.person("donor")).pledge
    service.settle(service.purpose(pledge))
    assert receipts(pledge) == []


def test_money_that_came_too_late_and_goes_back_has_none(city):
    need = city.need(kind="money", wanted=20000)
    pledge = pledges.reserve(need, 20000, by=city.person("donor")).pledge
    with clock.at(clock.now() + timedelta(hours=1)):
        pledges.lapse()
    city.promise(need, 20000)
    city.pay(pledge)
    assert receipts(pledge) == []


def test_a_guest_gives_unnamed(city):
    need = city.need(kind="money", wanted=20000)
    pledge = pledges.reserve(need, 12000, by=Guest()).pledge
    city.pay(pledge)
    receipt, = receipts(pledge)
    assert receipt.giver == "" and queries.papers(pledge).payer is None and receipt.giver_id == 0


def test_the_chain_holds_the_facts(city, paid):
    receipt, = receipts(paid)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"receipt:{receipt.number}")).one()
    assert (entry.capability, entry.reason, entry.actor_id) == ("receipt.issue", receipt.digest, 0)
    assert receipt.digest == proof.daily.digest_of(proof.known_facts(receipt))


def test_a_whole_refund_is_answered_by_a_red_receipt(city, paid):
    pledges.refund(paid, by=city.person("charity", organisation_id=paid.organisation_id))
    city.settle()
    assert shapes(paid) == [(12000, "issued", False, False)]
    city.given_back(paid)
    first, red = receipts(paid)
    assert shapes(paid) == [(12000, "reversed", False, False), (-12000, "issued", True, False)]
    assert red.reverses_id == first.id and first.reason == red.reason == "refunded" and red.number != first.number
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == f"receipt:{red.number}")).one()
    assert (entry.capability, entry.reason) == ("receipt.reverse", red.digest)


def test_after_a_part_went_back_there_is_one_over_the_rest(city, paid):
    payments.ask_refund(city.line(paid), "part", 5000)
    city.settle()
    city.given_back(paid)
    assert shapes(paid) == [(12000, "reversed", False, False), (-12000, "issued", True, False),
                            (7000, "issued", False, True)]
    first, _red, rest = receipts(paid)
    assert rest.replaces_id == first.id and rest.given_on == first.given_on
    assert queries.papers(paid).payer.reveal() == queries.receipts.payer(first).reveal()


def test_news_that_come_twice_or_in_any_order_end_alike(city, paid):
    payments.ask_refund(city.line(paid), "part", 5000)
    city.settle()
    city.given_back(paid)
    before = shapes(paid)
    for _twice in range(2):
        service.settle(service.purpose(paid))
    assert shapes(paid) == before


def test_a_refund_that_is_known_before_the_payment_is_used_leaves_no_receipt(city, monkeypatch):
    """The reaction to the payment fails for a while; when it comes to it, the money is back with its giver."""
    need = city.need(kind="money", wanted=20000)
    pledge = pledges.reserve(need, 12000, by=city.person("donor")).pledge
    with monkeypatch.context() as patch:
        patch.setattr(service, "settle", lambda *_: 1 / 0)
        city.pay(pledge)
    payments.ask_refund(city.line(pledge), "whole", 12000)
    city.given_back(pledge)
    with clock.at(clock.now() + timedelta(hours=1)):
        city.settle()
    assert receipts(pledge) == []


def test_goods_have_theirs_when_the_household_has_them(city):
    pledge, delivery, worker, code = handed_over(city, item="棉被")
    assert receipts(pledge) == []
    deliveries.hand_over(delivery, code, by=worker)
    city.settle()
    receipt, = receipts(pledge)
    assert (receipt.kind, receipt.amount_fen, receipt.items) == ("goods", 0, [("棉被", 2, "条")])


def test_goods_that_are_sent_back_after_all_have_none_any_more(city):
    pledge, delivery, worker, code = handed_over(city)
    deliveries.hand_over(delivery, code, by=worker)
    deliveries.dispute(delivery, "尺寸不对", by=worker)
    city.settle()
    assert shapes(pledge) == [(0, "issued", False, False)]
    deliveries.send_back(delivery, by=city.person("social_worker"))
    city.settle()
    assert shapes(pledge) == [(0, "reversed", False, False), (0, "issued", True, False)]
    assert receipts(pledge)[0].reason == "returned"


@pytest.mark.parametrize("won", [True, False])
def test_money_that_the_givers_bank_took_is_not_received(city, paid, won):
    payment = city.payment(paid)
    said = {"id": "dp_1", "amount": 12000, "payment_intent": payment.intent_id, "reason": "fraudulent",
            "balance_transactions": [], "evidence_details": {}}
    city.event("charge.dispute.created", {**said, "status": "needs_response"})
    city.settle()
    assert shapes(paid) == [(12000, "issued", False, False)]
    city.event("charge.dispute.closed", {**said, "status": "won" if won else "lost"})
    city.settle()
    assert db.session.get_one(Dispute, "dp_1").state == ("won" if won else "lost")
    assert [r.state for r in receipts(paid)] == (["issued"] if won else ["reversed", "issued"])


def test_at_most_one_is_in_force(city, paid):
    """Two workers that bring the same gift into line at once: the database lets one of them through."""
    receipt, = receipts(paid)
    with pytest.raises(Exception, match="(?i)unique"), transaction() as session:
        session.add(Receipt(**{c.name: getattr(receipt, c.name) for c in Receipt.__table__.c if c.name not in (
            "id", "number", "digest")}, number="TW-2", digest="other"))
        session.flush()


def test_numbers_are_not_given_twice(city):
    need = city.need(kind="money", wanted=20000)
    made = [receipts(city.promise(need, 1000))[0].number for _n in range(4)]
    assert all(a != b for a, b in itertools.combinations(made, 2))


def test_nothing_waits_that_failed(city, paid):
    assert not db.session.scalars(select(outbox.Job).where(outbox.Job.state != "done")).all()
