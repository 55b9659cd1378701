from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.pledges.rules import AmountTooSmall, ContactMissing
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.rules import NotPublic, TooFewLeft
from marketplace.people.accounts.models import Guest
from marketplace.people.organisations import queries as organisations
from marketplace.people.organisations.rules import NotCertified
from marketplace.people.organisations.service import certificates


def test_two_givers_ask_for_the_last_quilt_and_one_is_told_none_is_left(city):
    need = city.need()
    pledges.reserve(need, 1, by=city.person("donor"))
    with pytest.raises(TooFewLeft) as no:
        pledges.reserve(need, 1, by=city.person("donor"))
    assert no.value.left == 0 and db.session.query(Pledge).count() == 1


def test_a_guest_promises_and_holds_the_secret_link(city):
    need = city.need(wanted=2)
    reserved = pledges.reserve(need, 2, by=Guest())
    with pytest.raises(NotAllowed):
        pledges.commit(reserved.pledge, by=Guest(), phone="13900000000")
    bearer = Guest(pledges.digest(reserved.secret))
    with pytest.raises(ContactMissing):
        pledges.commit(reserved.pledge, by=bearer)
    pledges.commit(reserved.pledge, by=bearer, mail="a@example.com")
    assert reserved.pledge.state == "committed" and need.pledged == 2


def test_a_wish_that_vanished_takes_no_promise(city):
    home = city.home()
    wish = city.wish(home)
    city.lose(home)
    with pytest.raises(NotPublic):
        pledges.reserve(wish.needs[0], 1, by=city.person("donor"))
    assert wish.needs[0].pledged == 0


def test_a_withdrawn_wish_takes_no_promise(city):
    home = city.home()
    wish = city.wish(home)
    wishes.withdraw(wish, by=city.beneficiary(home))
    with pytest.raises(NotPublic):
        pledges.reserve(wish.needs[0], 1, by=Guest())


def test_a_charity_whose_certificate_is_gone_takes_goods_and_no_money(city):
    charity = city.organisation()
    money, goods = city.need(charity=charity, kind="money", wanted=20000), city.need(charity=charity)
    certificates.revoke(organisations.certificate(charity.id), "证书已注销", by=city.person("supervisor"))
    with pytest.raises(NotCertified):
        pledges.reserve(money, 5000, by=Guest())
    assert money.pledged == 0
    pledges.reserve(goods, 1, by=Guest())


@pytest.mark.parametrize("role", ["social_worker", "verifier", "operator", "supervisor", "administrator", "beneficiary"])
def test_staff_and_families_do_not_give_here(city, role):
    need = city.need()
    with pytest.raises(NotAllowed):
        pledges.reserve(need, 1, by=city.person(role))


def test_a_reservation_lapses_and_frees_what_it_held(city, hold):
    need = city.need()
    pledge = pledges.reserve(need, 1, by=city.person("donor")).pledge
    assert pledges.lapse() == 0
    with hold(clock.now() + timedelta(minutes=32)):
        with pytest.raises(WrongState):
            pledges.commit(pledge, by=db.session.get(type(city.person("donor")), pledge.giver_id), phone="13900000000")
        assert pledges.lapse() == 1 and pledges.lapse() == 0
    assert pledge.state == "expired" and need.pledged == 0


def test_a_promise_that_is_not_sent_is_freed(city, hold):
    need = city.need()
    pledge = city.promise(need)
    with hold(clock.now() + timedelta(days=15)):
        assert pledges.lapse() == 1
        city.settle()
    db.session.refresh(need)
    assert (pledge.state, pledge.ended_why, need.pledged) == ("cancelled", "not_sent", 0)


def test_too_small_a_gift_of_money_unless_it_is_the_rest(city):
    need = city.need(kind="money", category="aid", wanted=10_000, item="助听器")
    with pytest.raises(AmountTooSmall):
        pledges.reserve(need, 399, by=Guest())
    assert need.pledged == 0
    pledges.reserve(need, 9_700, by=Guest())
    pledges.reserve(need, 300, by=Guest())
    assert need.left == 0


def test_a_giver_takes_a_promise_back_and_the_need_is_open_again(city):
    need, giver = city.need(), city.person("donor")
    pledge = city.promise(need, by=giver)
    with pytest.raises(NotAllowed):
        pledges.cancel(pledge, by=city.person("donor"))
    pledges.cancel(pledge, by=giver)
    city.settle()
    db.session.refresh(need)
    assert (pledge.state, need.pledged) == ("cancelled", 0)
