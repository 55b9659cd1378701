"""A closed campaign is settled when everything is paid: the rest goes on by the plan's rule, and the account is public."""
import pytest

from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.market.campaigns import hooks, public, rules, service
from marketplace.market.campaigns.queries import figures, settlements
from marketplace.market.campaigns.queries.figures import Figures
from marketplace.money.ledger import service as ledger
from tests import campaigns

settling = service.settling


@pytest.fixture
def clerk(city):
    return campaigns.clerk(city, city.organisation())


@pytest.fixture
def manager(city, clerk):
    return campaigns.boss(city, clerk)


@pytest.fixture
def campaign(city, clerk, manager):
    """800 yuan came in, 300 were spent on quilts, 50 on posters; it is closed."""
    made = campaigns.live(city, clerk, raised=80_000)
    campaigns.bought(made, 30_000, clerk, manager)
    campaigns.bought(made, 5_000, clerk, manager, line=2)
    service.close(made, "够了。", by=manager)
    return made


def settle(city, campaign, clerk, target=""):
    manager = campaigns.boss(city, clerk)
    asked = settling.ask(campaign, target or f"fund:{clerk.organisation_id}", "全部用完，余款转入基金。", by=manager)
    settling.approve(asked, by=city.person("supervisor"))
    return asked


def settled(city, clerk):
    campaign = campaigns.closed(city, clerk, title="结了账的")
    settle(city, campaign, clerk)
    return campaign


def test_the_rest_goes_to_the_fund_and_every_fen_is_told(city, campaign, clerk):
    asked = settle(city, campaign, clerk)
    assert (campaign.state, asked.state) == ("settled", "approved")
    assert ledger.held(f"fund:{clerk.organisation_id}") == 45_000 and ledger.held(campaign.account) == 0
    whole = Figures(received=80_000, used=30_000, cost=5_000, surplus=45_000)
    assert figures.of(campaign) == figures.kept(asked) == whole and whole.balance == 0
    shown = public.settlement(campaign.id)
    assert shown.id == asked.id and sum(line.amount_fen for line in public.lines(campaign.id)) == whole.used + whole.cost


def test_the_rest_goes_to_another_campaign_for_a_similar_purpose(city, campaign, clerk):
    other = campaigns.live(city, clerk, title="明年的棉被")
    settle(city, campaign, clerk, other.account)
    assert ledger.held(other.account) == 45_000 and figures.of(other) == Figures(received=45_000)


def test_a_plan_that_names_the_fund_gives_to_the_fund_alone(city, clerk, manager):
    campaign = campaigns.closed(city, clerk, raised=100, surplus="fund")
    other = campaigns.live(city, clerk, title="另一个")
    assert settlements.targets(campaign) == [f"fund:{clerk.organisation_id}"]
    for target in (other.account, "fund:99", "bank:1", ""):
        with pytest.raises(Invalid):
            settling.ask(campaign, target, "余款。", by=manager)


def test_what_is_open_is_finished_first(city, clerk, manager):
    campaign = campaigns.live(city, clerk, raised=80_000)
    waits = service.allocating.to_purchase(campaign, campaign.lines[0], "棉被", 1000, by=clerk)
    service.close(campaign, "够了。", by=manager)
    fund = f"fund:{clerk.organisation_id}"
    with pytest.raises(rules.StillOpen):
        settling.ask(campaign, fund, "余款。", by=manager)
    service.allocating.cancel(waits, "不买了。", by=clerk)
    change = service.changing.ask_budget(campaign, {line.id: 4_500_000 for line in campaign.lines[:2]}, [], "因为", by=clerk)
    with pytest.raises(rules.StillOpen):
        settling.ask(campaign, fund, "余款。", by=manager)
    service.changing.take_back(change, by=clerk)
    settling.ask(campaign, fund, "余款。", by=manager)


def test_money_that_waits_for_its_givers_is_not_settled_away(campaign, clerk, manager, monkeypatch):
    monkeypatch.setattr(hooks, "awaiting_choice", [lambda number: 700 if number == campaign.id else 0])
    with pytest.raises(rules.StillOpen):
        settling.ask(campaign, f"fund:{clerk.organisation_id}", "余款。", by=manager)
    assert figures.free(campaign) == 45_000 - 700


def test_what_came_after_the_question_is_asked_again(city, campaign, clerk, manager):
    asked = settling.ask(campaign, f"fund:{clerk.organisation_id}", "余款。", by=manager)
    campaigns.give(campaign, 50)
    officer = city.person("supervisor")
    with pytest.raises(rules.StalePlan):
        settling.approve(asked, by=officer)
    assert campaign.state == "closed" and ledger.held(campaign.account) == 45_050
    settling.return_(asked, "又来了 50 分。", by=officer)
    again = settling.ask(campaign, f"fund:{clerk.organisation_id}", "余款 450.50 元。", by=manager)
    assert again.id == asked.id
    settling.approve(again, by=officer)
    assert campaign.state == "settled"


def test_who_may_ask_and_who_may_approve(city, campaign, clerk, manager):
    fund = f"fund:{clerk.organisation_id}"
    for person in (clerk, city.person("supervisor"), campaigns.clerk(city, city.organisation(), "manager")):
        with pytest.raises(NotAllowed):
            settling.ask(campaign, fund, "余款。", by=person)
    asked = settling.ask(campaign, fund, "余款。", by=manager)
    for person in (manager, clerk, city.person("supervisor", "371427"), city.person("administrator")):
        with pytest.raises(NotAllowed):
            settling.approve(asked, by=person)
        with pytest.raises(NotAllowed):
            settling.return_(asked, "不", by=person)


@pytest.mark.parametrize("stage", ["approved", "live"])
def test_a_campaign_that_has_not_ended_is_not_settled(city, clerk, manager, stage):
    with pytest.raises(WrongState):
        settling.ask(getattr(campaigns, stage)(city, clerk), f"fund:{clerk.organisation_id}", "余款。", by=manager)


def test_settled_is_settled(city, campaign, clerk, manager):
    asked = settle(city, campaign, clerk)
    for act in (lambda: settling.approve(asked, by=city.person("supervisor")),
                lambda: settling.ask(campaign, f"fund:{clerk.organisation_id}", "余款。", by=manager)):
        with pytest.raises((WrongState, rules.StalePlan)):
            act()


def test_nothing_left_is_settled_too(city, clerk):
    campaign = settled(city, clerk)
    assert campaign.state == "settled" and figures.of(campaign) == figures.NOTHING
