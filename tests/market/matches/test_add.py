"""A gift is added to, once, as far as the promise, its money and the wish's need go; and that is undone with the gift."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.matches import public, service
from marketplace.market.matches.models import Doubling, Match
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.transparency import trails
from marketplace.market.wishes import public as wishes
from marketplace.market.wishes import service as wish_service
from marketplace.market.wishes.models import Wish
from marketplace.money.ledger import service as ledger
from tests import campaigns, matches


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def need(city, charity):
    return city.need(kind="money", category="school", wanted=30_000, charity=charity)


def test_a_gift_is_doubled_where_it_was_given(city, charity, need):
    match = matches.live(city, charity, 50_000, category="school")
    pledge = city.promise(need, 8_000)
    db.session.refresh(need)
    made = db.session.query(Doubling).one()
    assert (made.pledge_id, made.amount_fen, need.pledged) == (pledge.id, 8_000, 16_000)
    assert ledger.held(f"wish:{need.wish_id}") == 16_000 and ledger.held(match.account) == 42_000
    assert db.session.get_one(Match, match.id).used_fen == 8_000 and ledger.verify().wrong == []
    ref = db.session.get_one(Wish, need.wish_id).ref
    assert [step.amount for step in trails.trail(ref).steps if step.kind == "match"] == [8_000]


def test_once_per_gift_whatever_is_told_again(city, charity, need):
    matches.live(city, charity, 50_000)
    pledge = city.promise(need, 8_000)
    assert service.add(pledge.id) is None
    city.pay(pledge)
    assert db.session.query(Doubling).count() == 1


def test_what_a_match_gave_is_not_doubled_itself(city, charity, need):
    matches.live(city, charity, 50_000)
    matches.live(city, charity, 50_000)
    city.promise(need, 8_000)
    assert db.session.query(Pledge).count() == 2


def test_never_more_than_the_wish_still_needs(city, charity, need):
    match = matches.live(city, charity, 50_000)
    city.promise(need, 20_000)
    db.session.refresh(need)
    assert need.left == 0 and db.session.get_one(Match, match.id).used_fen == 10_000


def test_never_more_than_was_promised_and_then_the_next_match_helps(city, charity, need):
    first, second = matches.live(city, charity, 3_000), matches.live(city, charity, 50_000)
    city.promise(need, 5_000)
    city.promise(need, 5_000)
    assert db.session.get_one(Match, first.id).left_fen == 0
    assert db.session.get_one(Match, second.id).used_fen == 5_000


@pytest.mark.parametrize("other", [{"category": "bedding"}, {"starts_on": clock.today() + timedelta(days=3)}])
def test_a_match_for_something_else_adds_nothing(city, charity, need, other):
    matches.live(city, charity, **other)
    matches.live(city, city.organisation())
    matches.funded(city, charity)
    city.promise(need, 8_000)
    assert db.session.query(Doubling).count() == 0


def test_half_of_it_and_at_most_so_much_for_one_gift(city, charity, need):
    match = matches.live(city, charity, factor="1:2", most_fen=2_000)
    city.promise(need, 3_001)
    assert db.session.get_one(Match, match.id).used_fen == 1_500
    city.promise(need, 10_000)
    assert db.session.get_one(Match, match.id).used_fen == 3_500


def test_a_gift_that_goes_back_takes_along_what_was_added(city, charity, need):
    match = matches.live(city, charity, 50_000)
    pledge = city.promise(need, 8_000)
    pledges.refund(pledge, by=campaigns.clerk(city, charity))
    city.settle()
    city.given_back(pledge)
    db.session.refresh(need)
    assert need.pledged == 0 and ledger.held(match.account) == 50_000 and ledger.held(f"wish:{need.wish_id}") == 0
    assert db.session.get_one(Match, match.id).used_fen == 0 and ledger.verify().wrong == []


def test_what_was_spent_stays_spent(city, charity):
    need = city.need(kind="money", category="school", wanted=16_000, charity=charity)
    match, pledge = matches.live(city, charity, 50_000), city.promise(need, 8_000)
    deliveries.purchase(need, by=campaigns.clerk(city, charity))
    city.settle()
    service.gift_ended(pledge.id, for_good=True)
    assert db.session.get_one(Match, match.id).used_fen == 8_000 and ledger.held(match.account) == 42_000


def test_a_wish_that_ends_gives_back_what_was_added_even_after_the_match(city, charity, need):
    match = matches.live(city, charity, 50_000)
    city.promise(need, 8_000)
    service.end(match, by=campaigns.clerk(city, charity, "manager"))
    assert ledger.held(f"fund:{charity.id}") == 42_000
    wish = db.session.get_one(Wish, need.wish_id)
    wish_service.withdraw(wish, by=city.person("social_worker", wish.town_code))
    city.settle()
    assert ledger.held(f"fund:{charity.id}") == 50_000 and ledger.held(match.account) == 0
    assert db.session.get_one(Match, match.id).used_fen == 0 and ledger.verify().wrong == []


def test_visitors_see_what_is_left(city, charity, need):
    match = matches.live(city, charity, 50_000, category="school", english="Warm Sun")
    ref = db.session.get_one(Wish, need.wish_id).ref
    city.promise(need, 8_000)
    shown = public.of_wish(wishes.one(ref))
    assert (shown.ref, shown.left_fen, shown.doubles) == (match.ref, 42_000, True)
    assert [m.ref for m in public.running()] == [match.ref]
    city.promise(need, 14_000)
    assert public.of_wish(wishes.one(ref)) is None
