"""Names on the board: only who asks for it, gone at once, never with the family."""
import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.honours import public, service
from marketplace.market.honours.models import Honour
from marketplace.market.pledges import service as pledges
from tests import campaigns, matches


@pytest.fixture
def charity(city):
    return city.organisation()


def board(**wanted):
    return [(r.shown_as, r.kind, r.gifts, r.amount_fen) for r in public.board(public.Filter(**wanted)).rows]


def test_nobody_stands_there_who_did_not_ask(city, charity):
    city.promise(city.need(charity=charity))
    assert board() == [] and list(public.years()) == []


def test_gifts_of_one_giver_count_together_and_amounts_only_where_wanted(city, charity):
    giver, other = city.person("donor"), city.person("donor")
    for fen, with_amount in ((8_000, True), (5_000, False)):
        pledge = city.promise(city.need(kind="money", category="aid", wanted=20_000, charity=charity), fen, by=giver)
        service.show(pledge, " 李  女士 ", by=giver, with_amount=with_amount)
    service.show(city.promise(city.need(charity=charity), by=other), "李 女士", by=other)
    assert board() == [("李 女士", "person", 1, 0), ("李 女士", "person", 2, 8_000)]
    assert list(public.years()) == [clock.today().year]


def test_companies_and_teams_are_found_by_kind_and_name(city, charity):
    for name, kind in (("b 公司", "company"), ("a 队", "team")):
        giver = city.person("donor")
        service.show(city.promise(city.need(charity=charity), by=giver), name, by=giver, kind=kind)
    assert [row[0] for row in board()] == ["a 队", "b 公司"] == [row[0] for row in board(sort="name")]
    assert [row[0] for row in board(kind="company")] == ["b 公司"] and board(year=1999) == []


def test_a_name_is_gone_the_moment_it_is_taken_back(city, charity):
    giver = city.person("donor")
    pledge = city.promise(city.need(charity=charity), by=giver)
    service.show(pledge, "李女士", by=giver)
    service.take_back(pledge, by=giver)
    service.take_back(pledge, by=giver)
    assert board() == [] and db.session.query(Honour).count() == 0


def test_a_gift_that_came_to_nothing_is_not_counted(city, charity):
    giver = city.person("donor")
    pledge = city.promise(city.need(charity=charity), by=giver)
    service.show(pledge, "李女士", by=giver)
    pledges.cancel(pledge, by=giver)
    assert board() == []
    with pytest.raises(WrongState):
        service.show(pledge, "李女士", by=giver)


@pytest.mark.parametrize("name", ["", "  ", "13800000000", "371402199001011234", "加微信领优惠", "www.shop.cn", "李" * 21,
                                  "a@b.example", "新湖街 8 号"])
def test_what_is_no_name(city, charity, name):
    giver = city.person("donor")
    with pytest.raises(Invalid) as no:
        service.show(city.promise(city.need(charity=charity), by=giver), name, by=giver)
    assert no.value.field == "shown_as" and board() == []


def test_only_the_giver_shows_a_name_and_only_the_charity_hides_it(city, charity):
    giver, pledge = city.person("donor"), None
    pledge = city.promise(city.need(charity=charity), by=giver)
    for nobody in (city.person("donor"), campaigns.clerk(city, charity)):
        with pytest.raises(NotAllowed):
            service.show(pledge, "李女士", by=nobody)
    honour = service.show(pledge, "李女士", by=giver)
    for nobody in (giver, campaigns.clerk(city, city.organisation()), campaigns.clerk(city, charity, "storekeeper")):
        with pytest.raises(NotAllowed):
            service.hide(honour, by=nobody)
    service.hide(honour, by=campaigns.clerk(city, charity))
    assert board() == []
    service.take_back(pledge, by=giver)
    with pytest.raises(WrongState):
        service.show(pledge, "王女士", by=giver)


def test_a_company_that_adds_is_no_giver_here(city, charity):
    matches.live(city, charity)
    giver = city.person("donor")
    city.promise(city.need(kind="money", category="aid", wanted=20_000, charity=charity), 8_000, by=giver)
    from marketplace.market.pledges.models import Pledge
    added = db.session.query(Pledge).filter(Pledge.source != "").one()
    with pytest.raises(NotAllowed):
        service.show(added, "李女士", by=giver)
