"""A plan in force changes only when the bureau says so: a later end, other budget lines."""
import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.market.campaigns import public, rules, service
from marketplace.market.campaigns.parts import LineDraft
from tests import campaigns
from tests.campaigns import DAY

changing = service.changing


@pytest.fixture
def clerk(city):
    return campaigns.clerk(city, city.organisation())


@pytest.fixture
def campaign(city, clerk):
    return campaigns.live(city, clerk, raised=2_000_000)


@pytest.fixture
def officer(city):
    return city.person("supervisor")


def test_a_later_end_stands_when_it_is_approved_and_everybody_sees_why(campaign, clerk, officer):
    before, after = campaign.ends_on, campaign.ends_on + 30 * DAY
    change = changing.ask_extension(campaign, after, "还有老人没收到。", by=clerk)
    assert campaign.ends_on == before and not public.changes(campaign.id)
    changing.approve_change(change, by=officer)
    assert campaign.ends_on == after
    assert [(c.old_end, c.new_end, c.reason) for c in public.changes(campaign.id)] == [(before, after, "还有老人没收到。")]


def test_a_change_is_refused_with_a_reason_or_taken_back(city, campaign, clerk, officer):
    change = changing.ask_extension(campaign, campaign.ends_on + DAY, "再给一天。", by=clerk)
    with pytest.raises(WrongState):
        changing.ask_extension(campaign, campaign.ends_on + DAY, "再给一天。", by=clerk)
    with pytest.raises(Invalid):
        changing.refuse_change(change, " ", by=officer)
    changing.refuse_change(change, "不需要。", by=officer)
    assert (change.state, change.verdict) == ("refused", "不需要。")
    again = changing.ask_extension(campaign, campaign.ends_on + DAY, "真的。", by=clerk)
    changing.take_back(again, by=clerk)
    assert again.state == "withdrawn"
    for verb in (lambda: changing.approve_change(again, by=officer), lambda: changing.take_back(change, by=clerk)):
        with pytest.raises(WrongState):
            verb()


def test_who_asks_and_who_decides_are_two(city, campaign, clerk, officer):
    change = changing.ask_extension(campaign, campaign.ends_on + DAY, "再给一天。", by=clerk)
    for person in (clerk, campaigns.boss(city, clerk), city.person("supervisor", "371427"), city.person("donor")):
        with pytest.raises(NotAllowed):
            changing.approve_change(change, by=person)
        with pytest.raises(NotAllowed):
            changing.refuse_change(change, "不", by=person)
    for person in (officer, city.person("donor"), campaigns.clerk(city, city.organisation()),
                   campaigns.clerk(city, city.organisation(), "storekeeper")):
        with pytest.raises(NotAllowed):
            changing.ask_budget(campaign, {}, [LineDraft("use", "米", 1)], "要", by=person)


def test_an_end_that_cannot_be(campaign, clerk):
    for day, error in ((campaign.ends_on, Invalid), (campaign.starts_on + 1200 * DAY, Invalid),
                       (clock.today() + 420 * DAY, rules.MayNotRaise)):
        with pytest.raises(error):
            changing.ask_extension(campaign, day, "因为", by=clerk)
    with pytest.raises(Invalid):
        changing.ask_extension(campaign, campaign.ends_on + DAY, " ", by=clerk)


def test_a_campaign_that_has_ended_gets_no_later_end(city, clerk, officer):
    campaign = campaigns.live(city, clerk)
    change = changing.ask_extension(campaign, campaign.ends_on + DAY, "再给一天。", by=clerk)
    service.close(campaign, "够了。", by=campaigns.boss(city, clerk))
    with pytest.raises(WrongState):
        changing.approve_change(change, by=officer)
    with pytest.raises(WrongState):
        changing.ask_extension(campaign, campaign.ends_on + DAY, "再给一天。", by=clerk)


def test_budget_lines_change_when_it_is_approved(campaign, clerk, officer):
    quilts, gifts, cost = campaign.lines
    heaters = [LineDraft("use", "取暖器", 1_000_000)]
    change = changing.ask_budget(campaign, {quilts.id: 5_000_000}, heaters, "天冷得早。", by=clerk)
    assert [line.amount_fen for line in campaign.lines] == [6_000_000, 3_000_000, 1_000_000]
    changing.approve_change(change, by=officer)
    from marketplace.extensions import db
    db.session.refresh(campaign)
    assert [(line.item, line.amount_fen) for line in campaign.lines] == [
        ("棉被", 5_000_000), ("给微心愿的资助", 3_000_000), ("运输和印刷", 1_000_000), ("取暖器", 1_000_000)]
    assert public.changes(campaign.id)


def test_a_budget_that_cannot_be(city, campaign, clerk):
    quilts, gifts, cost = campaign.lines
    campaigns.bought(campaign, 90_000, clerk, clerk)
    for amounts, new, rule in (({quilts.id: 80_000}, [], "below_taken"), ({gifts.id: 3_000_001}, [], "over_budget"),
                               ({quilts.id: 5_900_000, cost.id: 1_100_000}, [], "cost_lines"),
                               ({}, [LineDraft("use", "", 5)], "empty")):
        with pytest.raises(Invalid) as no:
            changing.ask_budget(campaign, amounts, new, "因为", by=clerk)
        assert no.value.rule == rule


def test_what_was_spent_meanwhile_is_not_cut_off(campaign, clerk, officer):
    quilts = campaign.lines[0]
    change = changing.ask_budget(campaign, {quilts.id: 50_000}, [LineDraft("use", "米", 5_950_000)], "因为", by=clerk)
    campaigns.bought(campaign, 60_000, clerk, clerk)
    with pytest.raises(rules.LineTooShort):
        changing.approve_change(change, by=officer)
    assert change.state == "asked" and quilts.amount_fen == 6_000_000


def test_more_than_the_goal_may_be_planned_when_more_came_in(campaign, clerk, officer):
    campaigns.give(campaign, 9_000_000)
    change = changing.ask_budget(campaign, {}, [LineDraft("use", "米", 1_000_000)], "收到的比目标多。", by=clerk)
    changing.approve_change(change, by=officer)
    assert sum(line.amount_fen for line in public.one(campaign.ref).lines) == 11_000_000
