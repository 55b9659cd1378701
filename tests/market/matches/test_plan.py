"""A match is agreed, paid for by two persons' word, begun when the money is there, and ended."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.matches import service
from marketplace.market.matches.models import Match
from marketplace.market.matches.rules import FundingKnown, NotFunded, share
from marketplace.market.transparency import city as books
from marketplace.money.ledger import service as ledger
from tests import campaigns, matches


@pytest.fixture
def charity(city):
    return city.organisation()


def test_a_company_may_not_promise_what_it_has_not_paid(city, charity):
    match = matches.planned(city, charity, 50_000)
    boss = campaigns.clerk(city, charity, "manager")
    with pytest.raises(NotFunded) as no:
        service.begin(match, by=boss)
    assert no.value.missing_fen == 50_000
    funding = service.record_funding(match, 30_000, "TX1", clock.today(), by=boss)
    service.confirm_funding(funding, by=campaigns.clerk(city, charity))
    with pytest.raises(NotFunded) as no:
        service.begin(match, by=boss)
    assert no.value.missing_fen == 20_000 and match.state == "draft"


def test_money_counts_once_a_second_person_has_seen_it(city, charity):
    match, one, two = matches.planned(city, charity), campaigns.clerk(city, charity), campaigns.clerk(city, charity)
    funding = service.record_funding(match, 100_000, "TX1", clock.today(), by=one)
    with pytest.raises(NotAllowed):
        service.confirm_funding(funding, by=one)
    assert ledger.held(match.account) == 0
    service.confirm_funding(funding, by=two)
    with pytest.raises(WrongState):
        service.confirm_funding(funding, by=two)
    assert ledger.held(match.account) == 100_000 == ledger.balance(f"bank:{charity.id}")
    assert books.money().all.received == 100_000 and books.money().adds_up


def test_a_transfer_is_recorded_once_unless_it_was_refused(city, charity):
    match, one, two = matches.planned(city, charity), campaigns.clerk(city, charity), campaigns.clerk(city, charity)
    funding = service.record_funding(match, 1_000, "TX1", clock.today(), by=one)
    with pytest.raises(FundingKnown):
        service.record_funding(match, 1_000, " TX1", clock.today(), by=two)
    service.refuse_funding(funding, by=two)
    service.record_funding(match, 2_000, "TX1", clock.today(), by=two)
    assert ledger.held(match.account) == 0


def test_what_is_left_at_the_end_is_the_charitys_fund(city, charity):
    match = matches.live(city, charity)
    with pytest.raises(NotAllowed):
        service.end(match, by=campaigns.clerk(city, charity))
    service.end(match, by=campaigns.clerk(city, charity, "manager"))
    assert match.state == "ended" and ledger.held(match.account) == 0 and ledger.held(f"fund:{charity.id}") == 100_000
    with pytest.raises(WrongState):
        service.record_funding(match, 1, "TX9", clock.today(), by=campaigns.clerk(city, charity))


def test_it_ends_by_itself_after_its_last_day(city, charity, hold):
    match_id = matches.live(city, charity).id
    assert service.end_overdue() == 0
    with hold(clock.now() + timedelta(days=31)):
        assert (service.end_overdue(), service.end_overdue()) == (1, 0)
    assert db.session.get_one(Match, match_id).state == "ended" and ledger.held(f"fund:{charity.id}") == 100_000


@pytest.mark.parametrize(("wrong", "field"), [
    ({"company": "  "}, "company"), ({"company": "加微信 13800000000"}, "company"), ({"limit_fen": 0}, "limit"),
    ({"category": "gold"}, "category"), ({"factor": "9:1"}, "factor"),
    ({"ends_on": clock.today() - timedelta(days=1)}, "ends_on"),
    ({"ends_on": clock.today() + timedelta(days=900)}, "ends_on"),
])
def test_what_cannot_be_agreed(city, charity, wrong, field):
    with pytest.raises(Invalid) as no:
        matches.planned(city, charity, **wrong)
    assert no.value.field == field


def test_another_charity_and_other_posts_are_kept_out(city, charity):
    match = matches.funded(city, charity)
    for nobody in (campaigns.clerk(city, city.organisation(), "manager"), city.person("donor"),
                   campaigns.clerk(city, charity, "storekeeper")):
        for act in (service.begin, service.end):
            with pytest.raises(NotAllowed):
                act(match, by=nobody)
        with pytest.raises(NotAllowed):
            service.record_funding(match, 1, "TX8", clock.today(), by=nobody)


def test_the_share_of_a_gift():
    assert share(8_000, (1, 1), 0, 50_000) == 8_000
    assert share(8_001, (1, 2), 0, 50_000) == 4_000
    assert share(8_000, (2, 1), 5_000, 50_000) == 5_000
    assert share(8_000, (1, 1), 0, 3_000, 9_000) == 3_000
    assert share(8_000, (1, 1), 0, 3_000, 0) == 0 == share(8_000, (1, 1), 0, -5)
