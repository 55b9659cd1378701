"""Several needs of money of one charity, paid for at once: all or none, one payment, one thank-you."""
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import followed
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.pledges.rules import AmountTooSmall, NotTogether, SomeFull
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need
from marketplace.money.ledger import service as ledger
from marketplace.money.payments.models import Payment
from marketplace.people.accounts.models import Guest
from marketplace.people.notices import queries as notices
from tests.city import TOWN


@pytest.fixture
def charity(city):
    return city.organisation()


def money(city, charity, wanted=20_000):
    return city.need(kind="money", category="aid", wanted=wanted, item="助听器", charity=charity)


@pytest.fixture
def needs(city, charity):
    return [money(city, charity) for _ in range(3)]


def test_one_payment_with_a_line_for_each_and_one_thank_you(city, needs, charity, till):
    by = city.person("donor")
    made = pledges.reserve_many([(need, 1_000 * n) for n, need in enumerate(needs, 1)], by, "fund")
    payment = city.payment(made[0].pledge)
    assert [line.amount_fen for line in payment.lines] == [1_000, 2_000, 3_000] and payment.amount_fen == 6_000
    assert {line.account for line in payment.lines} == {f"wish:{need.wish_id}" for need in needs}
    city.settle()
    before = len(notices.newest(100))
    city.pay(made[0].pledge)
    said = [m.text for m in notices.newest(100)][:-before]
    assert len(said) == 1 and "¥60" in said[0]
    assert [one.pledge.state for one in made] == ["committed"] * 3 and ledger.balance("provider") == 6_000
    assert len(followed.together(followed.gift(made[1].secret))) == 3


def test_when_one_is_full_nothing_is_held_and_it_is_named(city, needs):
    pledges.reserve(needs[1], 15_000, by=Guest())
    with pytest.raises(SomeFull) as no:
        pledges.reserve_many([(need, 10_000) for need in needs], Guest())
    assert [(one.need_id, one.left) for one in no.value.full] == [(needs[1].id, 5_000)]
    db.session.expire_all()
    assert [need.pledged for need in needs] == [0, 15_000, 0] and db.session.query(Pledge).count() == 1


def test_a_wish_that_vanished_is_named_as_full(city, charity, needs):
    home = city.home()
    gone = city.wish(home, kind="money", category="aid", wanted=20_000, item="助听器", charity=charity).needs[0]
    city.lose(home)
    with pytest.raises(SomeFull) as no:
        pledges.reserve_many([(needs[0], 10_000), (gone, 5_000)], Guest())
    assert [(one.need_id, one.left) for one in no.value.full] == [(gone.id, 0)]


def test_only_money_of_one_charity_goes_together(city, needs):
    for parts in ([], [(needs[0], 500), (city.need(), 1)], [(needs[0], 500), (money(city, city.organisation()), 500)],
                  [(needs[0], 500), (needs[0], 600)]):
        with pytest.raises(NotTogether):
            pledges.reserve_many(parts, Guest())
    assert db.session.query(Pledge).count() == 0


def test_the_least_counts_for_all_together(city, needs):
    pledges.reserve_many([(need, 200) for need in needs], Guest())
    with pytest.raises(AmountTooSmall):
        pledges.reserve_many([(needs[0], 100), (needs[1], 100)], Guest())


def test_what_is_paid_together_is_taken_back_together_before_it_is_paid(city, needs, till):
    made = pledges.reserve_many([(need, 1_000) for need in needs], Guest())
    pledges.cancel(made[2].pledge, by=Guest(pledges.digest(made[2].secret)))
    city.settle()
    assert {one.pledge.state for one in made} == {"cancelled"} and all(need.pledged == 0 for need in needs)


def test_a_page_to_pay_on_stays_open_while_something_on_it_waits(city, charity, needs, till):
    wish = city.wish(kind="money", category="aid", wanted=20_000, item="助听器", charity=charity)
    made = pledges.reserve_many([(wish.needs[0], 1_000), (needs[0], 2_000)], city.person("donor"))
    payment = city.payment(made[0].pledge)
    with transaction():
        payment.session_id = "cs_open"
    wishes.withdraw(wish, by=city.person("social_worker", TOWN))
    city.settle()
    assert [one.pledge.state for one in made] == ["expired", "reserved"] and not till.expired
    city.pay(made[0].pledge)
    assert [one.pledge.state for one in made] == ["late", "committed"]


def test_of_two_baskets_at_once_one_gets_the_last_fen_and_the_other_nothing_at_all(city, app, charity):
    ids = [money(city, charity, 10_000).id for _ in range(4)]
    db.session.remove()
    start, both = Barrier(6), ids[:3]

    def give(n):
        with app.app_context():
            try:
                order = both if n % 2 else list(reversed(both))
                parts = [(db.session.get_one(Need, number), 10_000) for number in order]
                start.wait(20)
                pledges.reserve_many(parts, Guest())
                return "won"
            except SomeFull as no:
                return f"full {len(no.full)}"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(give, range(6)))
    assert answers == ["full 3"] * 5 + ["won"]
    assert [db.session.get_one(Need, number).pledged for number in both] == [10_000] * 3
    assert db.session.query(Payment).count() == 1 and db.session.query(Pledge).count() == 3
