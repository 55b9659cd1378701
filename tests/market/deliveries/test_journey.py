"""From the promise to the confirmed receipt, each step by the person it belongs to."""
import pytest

from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.deliveries import followed, pictures, problems
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries import thanks as words
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.problems import Back
from marketplace.market.deliveries.rules import CODES_A_DAY, NotAllPaid, TooManyCodes, WrongProof
from marketplace.market.pledges import service as pledges
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.ledger import service as ledger
from marketplace.network.registry import service as registry
from marketplace.people.accounts.models import Guest, User
from marketplace.people.notices import queries as notices
from tests.city import OTHER_TOWN, TOWN, picture


@pytest.fixture
def home(city):
    return city.home()


@pytest.fixture
def pledge(city, home):
    return city.promise(city.wish(home).needs[0])


@pytest.fixture
def worker(city):
    return city.person("social_worker", TOWN)


def giver(pledge):
    return db.session.get_one(User, pledge.giver_id)


def test_all_the_way(city, home, pledge, worker):
    delivery, code = city.arrived(pledge, worker)
    shown = pictures.show(delivery, picture(), by=worker)
    deliveries.hand_over(delivery, f" {code[:3]} {code[3:]}", by=worker, picture=shown)
    deliveries.confirm(delivery, by=city.beneficiary(home))
    city.settle()
    need, wish = db.session.get_one(Need, pledge.need_id), db.session.get_one(Wish, pledge.wish_id)
    assert (delivery.state, pledge.state, need.received, wish.state) == ("confirmed", "fulfilled", 1, "closed")
    assert [s.state for s in delivery.steps] == ["planned", "dispatched", "arrived", "handed_over", "confirmed"]
    assert "确认" in notices.newest(1)[0].text or "confirmed" in notices.newest(1)[0].text


def test_the_giver_follows_every_step_and_reads_the_thanks(city, home, worker):
    need = city.wish(home).needs[0]
    reserved = pledges.reserve(need, 1, by=Guest())
    pledges.commit(reserved.pledge, by=Guest(pledges.digest(reserved.secret)), phone="13900000000")
    city.settle()
    delivery, code = city.arrived(reserved.pledge, worker)
    deliveries.hand_over(delivery, code, by=worker)
    me = city.beneficiary(home)
    deliveries.confirm(delivery, by=me)
    written = words.write(delivery, "被子很暖和，谢谢您。", by=me)
    assert followed.gift(reserved.secret).thanks is None
    words.approve(written, by=worker)
    city.settle()
    gift = followed.gift(reserved.secret)
    assert gift.thanks.words == "被子很暖和，谢谢您。" and len(gift.steps) == 5
    assert reserved.secret in notices.newest(1)[0].text


def test_a_wrong_code_is_counted_and_changes_nothing(city, pledge, worker):
    delivery, code = city.arrived(pledge, worker)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongProof) as no:
            deliveries.hand_over(delivery, "000000" if code != "000000" else "111111", by=worker)
        assert no.value.left == left and delivery.state == "arrived"
    with pytest.raises(WrongProof):
        deliveries.hand_over(delivery, code, by=worker)
    fresh = deliveries.new_code(delivery)
    deliveries.hand_over(delivery, fresh, by=worker)
    assert delivery.state == "handed_over"


def test_codes_cannot_be_guessed_by_asking_for_new_ones(city, home, pledge, worker):
    delivery, code = city.arrived(pledge, worker)
    for _asked in range(CODES_A_DAY):
        for guess in range(4):
            with pytest.raises(WrongProof):
                deliveries.hand_over(delivery, f"{(int(code) + 1 + guess) % 10**6:06}", by=worker)
        deliveries.ask_code(delivery, by=worker)
        city.settle()
        code = city.code()
    with pytest.raises(TooManyCodes):
        deliveries.ask_code(delivery, by=worker)
    with pytest.raises(WrongProof) as no:  # twelve tries in a day, over all codes
        deliveries.hand_over(delivery, code, by=worker)
    assert no.value.left == 0 and delivery.state == "arrived"
    deliveries.hand_over(delivery, registry.new_card(home, by=worker), by=worker)
    assert delivery.proof == "card"


def test_the_households_card_works_and_another_one_does_not(city, home, pledge, worker):
    delivery, _code = city.arrived(pledge, worker)
    other, card = registry.new_card(city.home(), by=worker), registry.new_card(home, by=worker)
    with pytest.raises(WrongProof):
        deliveries.hand_over(delivery, other, by=worker)
    deliveries.hand_over(delivery, card, by=worker)
    assert delivery.proof == "card"


def test_an_old_card_is_worthless(city, home, pledge, worker):
    delivery, _code = city.arrived(pledge, worker)
    old = registry.new_card(home, by=worker)
    registry.new_card(home, by=worker)
    with pytest.raises(WrongProof):
        deliveries.hand_over(delivery, old, by=worker)


def test_the_giver_never_confirms(city, pledge, worker):
    delivery, code = city.arrived(pledge, worker)
    deliveries.hand_over(delivery, code, by=worker)
    for by in (giver(pledge), Guest(pledge.follow_digest), worker):
        with pytest.raises(NotAllowed):
            deliveries.confirm(delivery, by=by)


def test_who_handed_over_does_not_confirm_for_the_household(city, pledge, worker):
    delivery, code = city.arrived(pledge, worker)
    deliveries.hand_over(delivery, code, by=worker)
    with pytest.raises(NotAllowed):
        deliveries.confirm_for(delivery, "卧床", by=worker)
    other = city.person("social_worker", TOWN)
    with pytest.raises(Invalid):
        deliveries.confirm_for(delivery, " ", by=other)
    deliveries.confirm_for(delivery, "卧床，当面问过", by=other)
    assert delivery.state == "confirmed" and delivery.confirmed_by == other.id


@pytest.mark.parametrize("verb", ["arrive", "hand_over", "confirm_for", "lose"])
def test_another_town_moves_nothing(city, pledge, verb):
    delivery, code = city.arrived(pledge)
    foreign = city.person("social_worker", OTHER_TOWN)
    more = {"hand_over": (code,), "confirm_for": ("x",)}.get(verb, ())
    with pytest.raises(NotAllowed):
        getattr(deliveries, verb)(delivery, *more, by=foreign)


def test_steps_do_not_jump(city, home, pledge, worker):
    delivery = db.session.get_one(Delivery, pledge.delivery_id)
    with pytest.raises(WrongState):
        deliveries.hand_over(delivery, "123456", by=worker)
    with pytest.raises(WrongState):
        deliveries.confirm(delivery, by=city.beneficiary(home))


def test_what_is_lost_opens_the_need_again(city, pledge, worker):
    delivery, _code = city.arrived(pledge, worker)
    deliveries.lose(delivery, by=worker)
    assert (pledge.state, pledge.ended_why) == ("failed", "lost")
    need = db.session.get_one(Need, pledge.need_id)
    db.session.refresh(need)
    assert need.pledged == 0


def test_a_dispute_is_put_right_or_sent_back(city, home, pledge, worker):
    delivery, code = city.arrived(pledge, worker)
    deliveries.hand_over(delivery, code, by=worker)
    me = city.beneficiary(home)
    deliveries.dispute(delivery, "尺寸不对", by=me)
    with pytest.raises(WrongState):
        deliveries.confirm(delivery, by=me)
    for settles in (deliveries.resolve, problems.lose):  # not by who handed it over
        with pytest.raises(NotAllowed):
            settles(delivery, "她记错了", by=worker)
    colleague = city.person("social_worker", TOWN[:6])  # of the county, where the town has one worker
    with pytest.raises(Invalid):
        deliveries.resolve(delivery, " ", by=colleague)
    deliveries.resolve(delivery, "换了大一号", by=colleague)
    assert problems.of(delivery.id)[0].reason.reveal() == "换了大一号"
    deliveries.dispute(delivery, "还是不对", by=me)
    with pytest.raises(NotAllowed):
        problems.turn_back(delivery, Back("wrong", "还是不对"), by=worker)
    problems.turn_back(delivery, Back("wrong", "还是不对"), by=colleague)
    assert (delivery.state, pledge.state) == ("returned", "failed")


def test_thanks_that_identify_are_not_passed_on(city, home, pledge, worker):
    delivery, code = city.arrived(pledge, worker)
    deliveries.hand_over(delivery, code, by=worker)
    me = city.beneficiary(home)
    deliveries.confirm(delivery, by=me)
    written = words.write(delivery, "谢谢，我的电话 13800001111", by=me)
    with pytest.raises(Invalid):
        words.approve(written, by=worker)
    words.decline(written, by=worker)
    assert written.state == "declined"


def test_the_charity_buys_when_all_is_paid_and_the_books_agree(city, home):
    charity = city.organisation()
    need = city.wish(home, kind="money", category="aid", wanted=20_000, item="助听器", charity=charity).needs[0]
    buyer = city.person("charity", organisation_id=charity.id)
    first = city.promise(need, 8_000)
    with pytest.raises(NotAllPaid) as no:
        deliveries.purchase(need, by=buyer)
    assert no.value.missing_fen == 12_000
    second = city.promise(need, 12_000)
    with pytest.raises(NotAllowed):
        deliveries.purchase(need, by=city.person("charity", organisation_id=city.organisation().id))
    delivery = deliveries.purchase(need, by=buyer)
    assert delivery.units == 20_000 and ledger.held(f"wish:{need.wish_id}") == 0
    worker = city.person("social_worker", TOWN)
    deliveries.dispatch(delivery, "charity_run", by=buyer)
    deliveries.arrive(delivery, by=worker)
    city.settle()
    deliveries.hand_over(delivery, city.code(), by=worker)
    deliveries.confirm(delivery, by=city.beneficiary(home))
    db.session.refresh(first), db.session.refresh(second)
    assert (first.state, second.state) == ("fulfilled", "fulfilled") and not ledger.verify().wrong
