"""The official receipt: asked for by the giver, issued elsewhere, its numbers kept here, reversed when a gift goes back."""
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.pledges import service as pledges
from marketplace.market.thanking import queries, service
from marketplace.money.payments import service as payments
from marketplace.money.receipts import queries as desk
from marketplace.money.receipts import service as receipts
from marketplace.money.receipts.models import OfficialReceipt
from marketplace.money.receipts.rules import KnownNumber, NotGiven, NoValue
from marketplace.people.accounts.models import Guest
from marketplace.people.notices import queries as notices
from marketplace.people.organisations.models import Organisation

COMPANY = "91110000600037341L"
NUMBERS = ("37060124", "0012345678", "a1b2c3")


@pytest.fixture
def gift(city):
    donor = city.person("donor")
    pledge = city.promise(city.need(kind="money", wanted=20000), 12000, by=donor)
    return pledge, donor, city.person("charity", organisation_id=pledge.organisation_id)


def asked(gift, payer="德州某某有限公司", code=COMPANY):
    pledge, donor, _clerk = gift
    return service.ask_official(pledge, payer, code, donor)


def issued(gift):
    official = asked(gift)
    receipts.official(official, *NUMBERS, clock.today(), gift[2])
    return official


def states():
    db.session.expire_all()
    return [(o.state, o.amount_fen) for o in db.session.scalars(select(OfficialReceipt).order_by(OfficialReceipt.id))]


def test_a_giver_asks_and_a_clerk_records(city, gift):
    pledge, donor, clerk = gift
    official = asked(gift)
    assert official.payer.reveal() == "德州某某有限公司" and official.payer_code.reveal() == COMPANY
    assert [one.official.id for one in desk.desk(clerk, "asked")[0]] == [official.id] and desk.counts(clerk) == {"asked": 1}
    receipts.official(official, *NUMBERS, clock.today(), clerk)
    city.settle()
    found = queries.papers(pledge).official
    assert (found.state, found.code, found.number, found.check_code.reveal()) == ("recorded", *NUMBERS)
    assert desk.desk(clerk, "asked")[0] == [] and desk.counts(clerk) == {"recorded": 1}
    assert "公益事业捐赠票据" in notices.newest(1)[0].text


def test_a_guest_asks_by_the_secret_link(city):
    need = city.need(kind="money", wanted=20000)
    reserved = pledges.reserve(need, 20000, by=Guest())
    city.pay(reserved.pledge)
    with pytest.raises(NotAllowed):
        service.ask_official(reserved.pledge, "张三", "", Guest())
    assert service.ask_official(reserved.pledge, "张三", "", Guest(pledges.digest(reserved.secret))).payer_code is None


def test_nobody_else_asks(city, gift):
    for other in (city.person("donor"), gift[2], city.person("social_worker")):
        with pytest.raises(NotAllowed):
            service.ask_official(gift[0], "张三", "", other)


def test_one_gift_has_at_most_one(gift):
    asked(gift)
    with pytest.raises(Invalid, match="asked_before"):
        asked(gift)
    assert not queries.papers(gift[0]).may_ask


def test_what_was_not_received_has_none(city):
    donor = city.person("donor")
    pledge = pledges.reserve(city.need(kind="money", wanted=20000), 12000, by=donor).pledge
    with pytest.raises(NotGiven):
        service.ask_official(pledge, "张三", "", donor)


def test_goods_without_a_value_have_none(city):
    donor, worker = city.person("donor"), city.person("social_worker")
    pledge = city.promise(city.need(), by=donor)
    delivery, code = city.arrived(pledge, worker)
    from marketplace.market.deliveries import service as deliveries
    deliveries.hand_over(delivery, code, by=worker)
    city.settle()
    with pytest.raises(NoValue):
        service.ask_official(pledge, "张三", "", donor)
    service.declare(pledge, 15900, "00123", city.person("charity", organisation_id=pledge.organisation_id))
    assert service.ask_official(pledge, "张三", "", donor).amount_fen == 15900


@pytest.mark.parametrize("payer, code, field", [("", "", "payer"), ("12", "", "payer"), ("张三", "9111", "payer_code")])
def test_what_cannot_be_is_refused(gift, payer, code, field):
    with pytest.raises(Invalid) as no:
        asked(gift, payer, code)
    assert no.value.field == field


def test_only_the_own_charity_records(city, gift):
    official = asked(gift)
    keeper = city.person("charity", organisation_id=official.organisation_id, post="storekeeper")
    for other in (city.person("charity", organisation_id=city.organisation().id), keeper, gift[1],
                  city.person("supervisor")):
        with pytest.raises(NotAllowed):
            receipts.official(official, *NUMBERS, clock.today(), other)
    receipts.official(official, *NUMBERS, clock.today(), city.person(
        "charity", organisation_id=official.organisation_id, post="clerk"))


@pytest.mark.parametrize("code, number, check, days, field", [
    ("12", "0012345678", "", 0, "code"), ("37060124", "x", "", 0, "number"),
    ("37060124", "0012345678", "1", 0, "check_code"),
    ("37060124", "0012345678", "", 1, "issued_on"), ("37060124", "0012345678", "", -1, "issued_on")])
def test_wrong_numbers_and_days_are_refused(gift, code, number, check, days, field):
    official = asked(gift)
    with pytest.raises(Invalid) as no:
        receipts.official(official, code, number, check, clock.today() + timedelta(days=days), gift[2])
    assert no.value.field == field and states() == [("asked", 12000)]


def test_a_number_belongs_to_one_gift(city, gift):
    issued(gift)
    donor = city.person("donor")
    charity = db.session.get_one(Organisation, gift[2].organisation_id)
    wish = city.wish(kind="money", wanted=20000, charity=charity)
    other = service.ask_official(city.promise(wish.needs[0], 5000, by=donor), "李四", "", donor)
    with pytest.raises(KnownNumber):
        receipts.official(other, *NUMBERS, clock.today(), gift[2])
    with pytest.raises(WrongState):
        receipts.official(db.session.scalars(select(OfficialReceipt)).first(), "37060124", "0012345679", "", clock.today(),
                          gift[2])


def give_back(city, pledge, amount):
    payments.ask_refund(city.line(pledge), f"part {amount}", amount)
    city.settle()
    city.given_back(pledge)


def test_what_was_asked_for_and_given_back_is_dropped(city, gift):
    asked(gift)
    give_back(city, gift[0], 12000)
    assert states() == [("dropped", 12000)] and desk.desk(gift[2], "asked")[0] == []


def test_what_was_asked_for_follows_the_rest(city, gift):
    asked(gift)
    give_back(city, gift[0], 5000)
    assert states() == [("asked", 7000)]
    assert desk.desk(gift[2])[0][0].receipt.amount_fen == 7000


def test_a_refund_makes_the_reversal_of_an_issued_one_due(city, gift):
    official = issued(gift)
    give_back(city, gift[0], 12000)
    assert states() == [("due", 12000)] and desk.counts(gift[2]) == {"due": 1}
    assert not queries.papers(gift[0]).may_ask
    receipts.reverse_official(official, "37060124", "0012345679", clock.today(), gift[2])
    assert states() == [("reversed", 12000)]
    found = queries.papers(gift[0]).official
    assert (found.red_code, found.red_number, found.reversed_on) == ("37060124", "0012345679", clock.today())


def test_after_a_reversal_the_rest_is_asked_for_anew(city, gift):
    official = issued(gift)
    give_back(city, gift[0], 5000)
    assert states() == [("due", 12000)]
    receipts.reverse_official(official, "37060124", "0012345679", clock.today(), gift[2])
    assert states() == [("reversed", 12000), ("asked", 7000)]
    again = queries.papers(gift[0]).official
    assert again.payer.reveal() == "德州某某有限公司" and again.payer_code.reveal() == COMPANY


def test_a_red_one_has_a_number_of_its_own_and_a_day_that_fits(city, gift):
    official = issued(gift)
    with pytest.raises(WrongState):
        receipts.reverse_official(official, "37060124", "0012345679", clock.today(), gift[2])
    give_back(city, gift[0], 12000)
    with pytest.raises(KnownNumber):
        receipts.reverse_official(official, *NUMBERS[:2], clock.today(), gift[2])
    for days in (1, -1):
        with pytest.raises(Invalid):
            receipts.reverse_official(official, "37060124", "0012345679", clock.today() + timedelta(days=days), gift[2])
    with pytest.raises(NotAllowed):
        receipts.reverse_official(official, "37060124", "0012345679", clock.today(), gift[1])


def test_an_unnamed_receipt_gets_its_name_once(city):
    reserved = pledges.reserve(city.need(kind="money", wanted=20000), 20000, by=Guest())
    bearer = Guest(pledges.digest(reserved.secret))
    with pytest.raises(NotGiven):
        service.name_payer(reserved.pledge, "张三", bearer)
    city.pay(reserved.pledge)
    service.name_payer(reserved.pledge, "张三", bearer)
    papers = queries.papers(reserved.pledge)
    assert papers.payer.reveal() == "张三" and papers.receipt.giver == "张**"
    with pytest.raises(Invalid, match="named_before"):
        service.name_payer(reserved.pledge, "李四", bearer)
    with pytest.raises(NotAllowed):
        service.name_payer(reserved.pledge, "李四", city.person("donor"))


def test_a_year_holds_what_is_in_force_of_one_giver(city, gift):
    pledge, donor, clerk = gift
    city.promise(city.need(kind="money", wanted=20000), 3000, by=donor)
    city.promise(city.need(kind="money", wanted=20000), 4000)
    give_back(city, pledge, 5000)
    found = desk.year(donor, clock.today().year)
    assert [one.amount_fen for one in found.receipts] == [7000, 3000] or sorted(
        one.amount_fen for one in found.receipts) == [3000, 7000]
    assert found.sum_fen() == found.sum_fen("money") == 10000
    assert desk.years(donor) == [clock.today().year] and desk.year(donor, 2020).receipts == []
    assert desk.year(clerk, clock.today().year).receipts == [] and desk.years(clerk) == []
