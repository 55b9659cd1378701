"""Events of the provider twice, late, in any order, forged: one end state, and the books agree."""
import itertools
import json

import pytest

from marketplace.core.errors import WrongState
from marketplace.extensions import db
from marketplace.market.pledges import service as pledges
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import ProviderEvent
from marketplace.money.payments.provider import BadSignature, ProviderAway, Session
from marketplace.people.accounts.models import Guest
from tests.city import signature

PAID = "checkout.session.completed"
REFUNDED = "refund.updated"
EXPIRED = "checkout.session.expired"
FAILED = "payment_intent.payment_failed"


@pytest.fixture
def pledge(city):
    need = city.need(kind="money", category="aid", wanted=20_000, item="助听器")
    return pledges.reserve(need, 8_000, by=Guest()).pledge


def say(city, payment, kind, **more):
    intent = f"pi_{payment.ref}"
    city.event(kind, {PAID: {"payment_status": "paid", "payment_intent": intent},
                      EXPIRED: {}, FAILED: {"last_payment_error": {"code": "card_declined"}},
                      REFUNDED: {"id": "re_1", "payment_intent": intent, "amount": 8_000, "status": "succeeded"}}[kind]
               | ({} if kind == REFUNDED else {"metadata": {"payment": payment.ref}}) | more)


@pytest.mark.parametrize("order", sorted(set(itertools.permutations([PAID, REFUNDED, FAILED, PAID]))))
def test_any_order_of_a_refunded_payments_events_ends_refunded(city, pledge, order):
    payment = city.payment(pledge)
    for kind in order:
        say(city, payment, kind)
        city.settle()
    db.session.refresh(payment)
    assert (payment.state, payment.refunded_fen) == ("refunded", 8_000)
    assert ledger.held(f"wish:{pledge.wish_id}") == 0 and ledger.balance("provider") == 0
    assert not ledger.verify().wrong
    db.session.refresh(pledge)
    assert pledge.state == "refunded"


@pytest.mark.parametrize("order", list(itertools.permutations([PAID, EXPIRED, FAILED])))
def test_any_order_of_a_paid_payments_events_ends_paid_and_promised(city, pledge, order):
    payment = city.payment(pledge)
    for kind in order:
        say(city, payment, kind)
        city.settle()
    db.session.refresh(payment)
    db.session.refresh(pledge)
    assert (payment.state, pledge.state) == ("succeeded", "committed")
    assert ledger.held(f"wish:{pledge.wish_id}") == 8_000


def test_the_same_event_twice_counts_once(city, pledge):
    payment = city.payment(pledge)
    for _ in range(3):
        say(city, payment, PAID, id="cs_same")
        city.event(PAID, {"payment_status": "paid", "payment_intent": f"pi_{payment.ref}",
                          "metadata": {"payment": payment.ref}}, number="evt_same")
    city.settle()
    assert ledger.held(f"wish:{pledge.wish_id}") == 8_000
    assert db.session.query(ProviderEvent).filter_by(id="evt_same").count() == 1


def test_a_forged_event_changes_nothing(city, pledge):
    body = json.dumps({"id": "evt_x", "object": "event", "type": PAID, "data": {"object": {}}}).encode()
    for header in (signature(body, "whsec_other"), signature(body + b" "), signature(body, at=1_000_000_000), "", "t=,v1="):
        with pytest.raises(BadSignature):
            payments.store_event(body, header)
    assert db.session.query(ProviderEvent).count() == 0


def test_an_unknown_event_is_kept_and_shown(city):
    city.event("customer.created", {"id": "cus_1"}, number="evt_c")
    city.settle()
    assert db.session.get(ProviderEvent, "evt_c").outcome == "unknown"


def test_money_that_comes_after_the_wish_closed_waits_for_its_givers_choice(city, pledge, till):
    from datetime import timedelta

    from marketplace.core import clock
    with clock.at(clock.now() + timedelta(minutes=40)):
        pledges.lapse()
        city.settle()
    city.promise(db.session.get_one(type(pledge), pledge.id) and _need(pledge), 20_000)
    city.pay(pledge)
    db.session.refresh(pledge)
    assert pledge.state == "late" and ledger.held(f"unassigned:{pledge.organisation_id}") == 8_000 and not till.refunds


def _need(pledge):
    from marketplace.market.wishes.models import Need
    return db.session.get_one(Need, pledge.need_id)


def test_money_that_comes_late_is_taken_if_the_need_is_still_open(city, pledge, till):
    from datetime import timedelta

    from marketplace.core import clock
    with clock.at(clock.now() + timedelta(minutes=40)):
        pledges.lapse()
        city.settle()
    city.pay(pledge)
    db.session.refresh(pledge)
    assert pledge.state == "committed" and _need(pledge).pledged == 8_000 and not till.refunds


def test_while_the_provider_is_away_nothing_is_lost(city, pledge, till):
    till.away = True
    with pytest.raises(ProviderAway):
        payments.checkout(city.payment(pledge), ["x"], "http://a", "http://b", "zh")
    till.away = False
    assert payments.checkout(city.payment(pledge), ["x"], "http://a", "http://b", "zh").startswith("https://till")
    assert payments.checkout(city.payment(pledge), ["x"], "http://a", "http://b", "zh").startswith("https://till")
    assert len(till.opened) == 1


def test_a_lost_event_is_asked_for(city, pledge, till, hold):
    from datetime import timedelta

    from marketplace.core import clock
    payment = city.payment(pledge)
    payments.checkout(payment, "x", "http://a", "http://b", "zh")
    till.found[f"cs_{payment.ref}"] = Session(f"cs_{payment.ref}", "", "complete", True, "pi_9")
    with hold(clock.now() + timedelta(minutes=40)):
        assert payments.ask_open() == 1
        city.settle()
    db.session.refresh(payment)
    assert payment.state == "succeeded" and ledger.held(f"wish:{pledge.wish_id}") == 8_000


def test_never_more_back_than_came(city, pledge):
    city.pay(pledge)
    line = city.line(pledge)
    assert payments.ask_refund(line, "a", 5_000) and not payments.ask_refund(line, "b", 3_001)
    assert payments.ask_refund(line, "c", 3_000) and payments.ask_refund(line, "c", 3_000)
    assert not payments.ask_refund(line, "d")
    assert line.refund_asked_fen == 8_000 and ledger.held(f"refunds:{line.payment.organisation_id}") == 8_000


def test_no_checkout_for_what_is_paid(city, pledge):
    city.pay(pledge)
    with pytest.raises(WrongState):
        payments.checkout(city.payment(pledge), ["x"], "http://a", "http://b", "zh")
