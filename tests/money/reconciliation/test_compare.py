"""The provider beside the books: what was lost is found; every difference is shown until somebody resolves it."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.pledges import service as pledges
from marketplace.money.ledger import service as ledger
from marketplace.money.payments.provider import Moved
from marketplace.money.reconciliation import queries, service
from marketplace.money.reconciliation.models import Comparison, Difference
from tests.city import TOWN


@pytest.fixture
def gift(city):
    return pledges.reserve(city.need(kind="money", category="aid", wanted=20_000), 8_000, by=city.person("donor")).pledge


def compared(city) -> list[Difference]:
    """A comparison to its end; the open differences."""
    service.ask(city.person("supervisor"))
    city.settle()
    assert db.session.query(Comparison).order_by(Comparison.id.desc()).first().ended_at
    return db.session.query(Difference).filter_by(state="open").order_by(Difference.id).all()


def test_a_lost_event_is_found_and_nothing_differs(city, till, gift):
    till.pay(city.payment(gift).ref, 8_000)
    assert compared(city) == []
    assert gift.state == "committed"
    day, = queries.days(city.person("supervisor"))
    assert (day.lines, day.provider_fen, day.ledger_fen, day.differs_fen) == (1, 8_000 - 232, 8_000 - 232, 0)
    assert ledger.balance("provider") == till.balance() and ledger.balance(f"fees:{gift.organisation_id}") == 232


def test_a_payout_goes_to_each_charitys_bank(city, till, gift):
    other = pledges.reserve(city.need(kind="money", category="aid", wanted=20_000), 5_000, by=city.person("donor")).pledge
    for one, amount in ((gift, 8_000), (other, 5_000)):
        till.pay(city.payment(one).ref, amount)
    till.pay_out()
    assert compared(city) == []
    assert ledger.balance("provider") == 0
    assert [ledger.balance(f"bank:{one.organisation_id}") for one in (gift, other)] == [7_768, 4_855]


def test_a_lost_dispute_is_borne_by_the_wish_and_what_is_spent_by_the_charity(city, till, gift):
    intent = till.pay(city.payment(gift).ref, 8_000)
    till.decide(till.dispute(intent), won=False)
    assert compared(city) == []
    assert ledger.held(f"wish:{gift.wish_id}") == 0 and ledger.balance("provider") == till.balance()
    assert city.payment(gift).state == "disputed" and not ledger.verify().wrong


def test_a_won_dispute_leaves_all_where_it_was(city, till, gift):
    intent = till.pay(city.payment(gift).ref, 8_000)
    till.decide(till.dispute(intent), won=True)
    assert compared(city) == []
    assert ledger.held(f"wish:{gift.wish_id}") == 8_000 and city.payment(gift).state == "succeeded"
    assert ledger.balance(f"disputes:{gift.organisation_id}") == 0


def test_money_that_nobody_here_knows_is_shown_until_somebody_resolves_it(city, till, hold):
    till.lines.append(Moved("txn_x", "charge", "ch_x", "pi_unknown", 5_000, 0, clock.now()))
    one, = compared(city)
    assert (one.kind, one.provider_fen, one.ledger_fen) == ("not_in_books", 5_000, 0)
    assert compared(city) == [one]
    with pytest.raises(NotAllowed):
        service.resolve(one, "x", by=city.person("supervisor", TOWN))
    with pytest.raises(Invalid):
        service.resolve(one, " ", by=city.person("supervisor"))
    service.resolve(one, "从账户直接收的款，已转慈善会", by=city.person("supervisor"))
    with pytest.raises(WrongState):
        service.resolve(one, "again", by=city.person("supervisor"))
    assert compared(city) == []


def test_a_difference_that_is_gone_waits_for_a_person_and_one_that_changes_opens_again(city, till, hold):
    with transaction():
        ledger.move("unassigned:1", "provider", 700, "typed by mistake")
    with hold(clock.now() + timedelta(hours=2)):
        one, = compared(city)
        assert (one.kind, one.provider_fen, one.ledger_fen, one.gone_at) == ("not_at_provider", 0, 700, None)
        till.lines.append(Moved("txn_y", "charge", "ch_y", "pi_y", 900, 0, clock.now()))
        service.resolve(one, "查过", by=city.person("supervisor"))
        assert [d.subject for d in compared(city)] == ["txn_y"]


def test_a_refund_that_did_not_arrive_is_shown_and_its_money_is_not_lost(city, till, gift):
    till.pay(city.payment(gift).ref, 8_000)
    compared(city)
    pledges.refund(gift, by=city.person("charity", organisation_id=gift.organisation_id))
    city.settle()
    key, = till.refunds
    till.fail_refund(key)
    one, = compared(city)
    assert one.kind == "refund_failed" and ledger.held(f"unassigned:{gift.organisation_id}") == 8_000
    assert ledger.balance("provider") == till.balance() and not ledger.verify().wrong


def test_while_the_provider_is_away_nothing_is_called_clean(city, till, gift):
    till.away = True
    service.ask(city.person("supervisor"))
    city.settle()
    run = queries.last(city.person("supervisor"))
    assert run.ended_at is None and run.error == "provider away"


def test_it_runs_once_a_day_by_itself(city, till, hold):
    now = clock.now()
    for hours in (0, 5, 23, 25, 30):
        with hold(now + timedelta(hours=hours)):
            service.reconcile_daily()
            city.settle()
    assert db.session.query(Comparison).count() == 2
