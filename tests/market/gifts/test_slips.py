"""Transfers and cash: recorded by one, true once another one says so; then like any other gift. And back by hand."""
from datetime import timedelta

import pytest

from marketplace.core import clock, storage
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.models import Gift
from marketplace.market.gifts.rules import SlipKnown
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import queries as paid
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import Refund
from marketplace.people.accounts.models import Guest
from marketplace.people.notices import queries as notices


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def clerk(city, charity):
    return city.person("charity", organisation_id=charity.id)


@pytest.fixture
def manager(city, charity):
    return city.person("charity", organisation_id=charity.id)


def pledge_of(slip) -> Pledge:
    return db.session.get_one(Pledge, int(slip.purpose.removeprefix("pledge:")))


def gift_of(slip) -> Gift:
    return db.session.get_one(Gift, int(slip.purpose.removeprefix("gift:")))


def test_a_transfer_counts_once_a_second_person_has_confirmed_it(city, charity, clerk, manager):
    slip = city.slip(clerk, phone="13900000000", name="李建国")
    assert slip.state == "recorded" and ledger.held(f"fund:{charity.id}") == 0 and not notices.newest(1)
    assert storage.store().get(f"{slip.photo}-1200.webp").startswith(b"RIFF")
    gifts.confirm_slip(slip, by=manager)
    city.settle()
    gift = gift_of(slip)
    assert (slip.state, gift.state, city.payment(gift).way) == ("confirmed", "committed", "bank")
    assert ledger.held(f"fund:{charity.id}") == ledger.balance(f"bank:{charity.id}") == 6_000
    assert "/gifts/" in notices.newest(1)[0].text and not ledger.verify().wrong


def test_never_by_who_recorded_it_nor_by_another_charity(city, clerk):
    slip = city.slip(clerk)
    other = city.person("charity", organisation_id=city.organisation().id)
    for by in (clerk, other, city.person("donor"), city.person("administrator")):
        with pytest.raises(NotAllowed):
            gifts.confirm_slip(slip, by=by)
        with pytest.raises(NotAllowed):
            gifts.refuse_slip(slip, "no", by=by)
    assert slip.state == "recorded"


def test_confirmed_twice_it_counts_once(city, charity, clerk, manager):
    slip = city.slip(clerk)
    gifts.confirm_slip(slip, by=manager)
    with pytest.raises(WrongState):
        gifts.confirm_slip(slip, by=manager)
    with pytest.raises(WrongState):
        gifts.refuse_slip(slip, "zu spät", by=manager)
    city.settle()
    assert ledger.held(f"fund:{charity.id}") == 6_000


def test_cash_for_a_wish(city, charity, clerk, manager):
    need = city.need(kind="money", category="aid", wanted=20_000, item="助听器", charity=charity)
    slip = city.slip(clerk, way="cash", need_id=need.id, account="")
    gifts.confirm_slip(slip, by=manager)
    city.settle()
    db.session.refresh(need)
    assert need.pledged == 6_000 and pledge_of(slip).state == "committed"
    assert ledger.balance(f"cash:{charity.id}") == ledger.held(f"wish:{need.wish_id}") == 6_000


def test_for_a_wish_that_was_filled_meanwhile_it_waits_for_the_givers_choice(city, charity, clerk, manager):
    need = city.need(kind="money", category="aid", wanted=20_000, item="助听器", charity=charity)
    slip = city.slip(clerk, need_id=need.id, mail="a@example.com", if_ended="fund")
    city.promise(need, 18_000)
    gifts.confirm_slip(slip, by=manager)
    city.settle()
    assert pledge_of(slip).state == "late" and ledger.held(f"unassigned:{charity.id}") == 6_000
    assert pledge_of(slip).choose_until > clock.now() + timedelta(days=13)


def test_the_same_slip_twice_is_refused_unless_it_was_refused_before(city, clerk, manager):
    first = city.slip(clerk, reference="2026112600081")
    with pytest.raises(SlipKnown) as no:
        city.slip(manager, reference=" 2026112600081 ")
    assert no.value.slip_id == first.id
    city.slip(clerk, way="cash", reference="2026112600081")
    city.slip(city.person("charity", organisation_id=city.organisation().id), reference="2026112600081")
    gifts.refuse_slip(first, "金额看错了", by=manager)
    again = city.slip(clerk, reference="2026112600081")
    gifts.confirm_slip(again, by=manager)
    with pytest.raises(SlipKnown):
        city.slip(clerk, reference="2026112600081")


@pytest.mark.parametrize("field, facts", [
    ("yuan", {"amount_fen": 0}), ("reference", {"reference": " "}), ("target", {"account": "fund:999"}),
    ("target", {"account": ""}), ("target", {"need_id": 999}), ("way", {"way": "card"}),
    ("way", {"if_ended": "keep"}), ("phone", {"phone": "12"}),
    ("paid_on", {"paid_on": clock.today() + timedelta(days=1)})])
def test_what_does_not_add_up_is_not_recorded(city, clerk, field, facts):
    from sqlalchemy.exc import NoResultFound
    with pytest.raises((Invalid, NoResultFound)) as no:
        city.slip(clerk, **facts)
    assert getattr(no.value, "field", "target") == field


def test_no_slip_for_another_charitys_wish_or_fund(city, clerk):
    other = city.organisation()
    need = city.need(kind="money", category="aid", wanted=20_000, item="助听器", charity=other)
    for facts in ({"need_id": need.id}, {"account": f"fund:{other.id}"}):
        with pytest.raises(Invalid):
            city.slip(clerk, **facts)


def test_a_refusal_says_why(city, clerk, manager):
    slip = city.slip(clerk)
    with pytest.raises(Invalid):
        gifts.refuse_slip(slip, " ", by=manager)
    gifts.refuse_slip(slip, "银行没有这笔到账", by=manager)
    assert (slip.state, slip.reason) == ("refused", "银行没有这笔到账")


def given_back(city, clerk, manager):
    """A transfer that is to go back: its refund waits for the charity."""
    slip = city.slip(clerk)
    gifts.confirm_slip(slip, by=manager)
    city.settle()
    gifts.refund(gift_of(slip), by=clerk)
    city.settle()
    return slip, db.session.query(Refund).one()


def test_a_transfer_goes_back_by_hand_and_two_people_say_so(city, charity, clerk, manager, till):
    slip, refund = given_back(city, clerk, manager)
    assert refund.state == "asked" and not till.refunds and ledger.held(f"refunds:{charity.id}") == 6_000
    waiting, = paid.by_hand(clerk)
    assert waiting.refund.id == refund.id and waiting.told is None
    told = payments.record_back(refund, clock.today(), "BK1", by=clerk)
    with pytest.raises(NotAllowed):
        payments.confirm_back(told, by=clerk)
    payments.confirm_back(told, by=manager)
    city.settle()
    assert refund.state == "done" and gift_of(slip).state == "refunded" and not paid.by_hand(clerk)
    assert ledger.balance(f"bank:{charity.id}") == 0 and not ledger.verify().wrong
    with pytest.raises(WrongState):
        payments.confirm_back(told, by=manager)


def test_what_is_told_of_a_payment_back_must_hold(city, charity, clerk, manager):
    _slip, refund = given_back(city, clerk, manager)
    for day, number in ((clock.today() + timedelta(days=1), "BK1"), (clock.today(), " ")):
        with pytest.raises(Invalid):
            payments.record_back(refund, day, number, by=clerk)
    with pytest.raises(NotAllowed):
        payments.record_back(refund, clock.today(), "BK1", by=city.person("charity", organisation_id=city.organisation().id))
    told = payments.record_back(refund, clock.today(), "BK1", by=clerk)
    with pytest.raises(Invalid):
        payments.record_back(refund, clock.today(), "BK2", by=manager)
    payments.deny_back(told, by=manager)
    payments.record_back(refund, clock.today(), "BK3", by=manager)
    assert refund.state == "asked" and paid.by_hand(manager)[0].told.reference == "BK3"


def test_what_came_by_card_is_not_paid_back_by_hand(city, charity, clerk, till):
    gift = city.gift(charity=charity)
    till.away = True
    gifts.refund(gift, by=clerk)
    with pytest.raises(WrongState):
        payments.record_back(db.session.query(Refund).one(), clock.today(), "BK1", by=clerk)


def test_a_giver_of_cash_chooses_by_the_link(city, charity, clerk, manager):
    need = city.need(kind="money", category="aid", wanted=20_000, item="助听器", charity=charity)
    slip = city.slip(clerk, way="cash", need_id=need.id, phone="13900000000")
    city.promise(need, 20_000)
    gifts.confirm_slip(slip, by=manager)
    city.settle()
    pledge = pledge_of(slip)
    pledges.choose(pledge, "refund", by=Guest(pledge.follow_digest))
    city.settle()
    assert [one.payment.way for one in paid.by_hand(clerk)] == ["cash"]
