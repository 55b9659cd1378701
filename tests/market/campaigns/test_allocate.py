"""Money goes out line by line: by two people when it is much, never beyond the balance, the line or the cap on costs."""
import pytest

from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.campaigns import public, rules, service
from marketplace.market.campaigns.models import Allocation
from marketplace.market.campaigns.queries import allocations, figures
from marketplace.market.campaigns.queries.figures import Figures
from marketplace.money.ledger import service as ledger
from tests import campaigns
from tests.city import picture

allocating = service.allocating
ALONE, MUCH = rules.LIMITS.alone_fen, rules.LIMITS.alone_fen + 1


@pytest.fixture
def clerk(city):
    return campaigns.clerk(city, city.organisation())


@pytest.fixture
def second(city, clerk):
    return campaigns.boss(city, clerk)


@pytest.fixture
def campaign(city, clerk):
    return campaigns.live(city, clerk, raised=1_000_000)


def held(campaign):
    """What the line, the campaign and the books say of money that is spoken for."""
    db.session.refresh(campaign)
    for line in campaign.lines:
        db.session.refresh(line)
    return [line.taken_fen for line in campaign.lines], campaign.reserved_fen, ledger.held(campaign.account)


def test_a_little_is_approved_by_one_and_paid_with_its_invoice(campaign, clerk):
    made = allocating.to_purchase(campaign, campaign.lines[0], "棉被 10 条", ALONE, by=clerk)
    assert (made.state, made.approved_by) == ("approved", clerk.id) and held(campaign) == ([ALONE, 0, 0], ALONE, 1_000_000)
    allocating.pay(made, "23372000000012345678", picture(), by=clerk)
    assert made.state == "paid" and held(campaign) == ([ALONE, 0, 0], 0, 1_000_000 - ALONE)
    assert ledger.balance(campaign.bank) == -ALONE and not ledger.verify().wrong
    assert figures.of(campaign) == Figures(received=1_000_000, used=ALONE)
    assert [(line.purpose, line.amount_fen, line.invoice) for line in public.lines(campaign.id)] == [
        ("棉被 10 条", ALONE, "23372000000012345678")]


def test_much_needs_a_second_person_who_is_not_the_first(city, campaign, clerk, second):
    made = allocating.to_purchase(campaign, campaign.lines[0], "棉被 100 条", MUCH, by=clerk)
    assert (made.state, made.barred_id) == ("proposed", clerk.id)
    with pytest.raises(NotAllowed):
        allocating.approve(made, by=clerk)
    with pytest.raises(WrongState):
        allocating.pay(made, "1", picture(), by=clerk)
    assert [a.id for a, _campaign in allocations.waiting(second)] == [made.id] and not allocations.waiting(clerk)
    allocating.approve(made, by=second)
    assert (made.state, made.recorded_by, made.approved_by) == ("approved", clerk.id, second.id)
    with pytest.raises(WrongState):
        allocating.approve(made, by=second)


def test_much_is_not_made_little_by_splitting_it(campaign, clerk, second):
    first = allocating.to_purchase(campaign, campaign.lines[0], "棉被", 60_000, by=clerk)
    rest = allocating.to_purchase(campaign, campaign.lines[0], "棉被", 60_000, by=clerk)
    of_another = allocating.to_purchase(campaign, campaign.lines[0], "棉被", 60_000, by=second)
    assert [a.state for a in (first, rest, of_another)] == ["approved", "proposed", "approved"]


def test_after_a_week_one_person_is_enough_again(campaign, clerk, hold):
    from marketplace.core import clock
    allocating.to_purchase(campaign, campaign.lines[0], "棉被", ALONE, by=clerk)
    with hold(clock.now() + 8 * campaigns.DAY):
        assert allocating.to_purchase(campaign, campaign.lines[0], "棉被", ALONE, by=clerk).state == "approved"


def test_others_touch_nothing(city, campaign, clerk, second):
    made = allocating.to_purchase(campaign, campaign.lines[0], "棉被", MUCH, by=clerk)
    strangers = (campaigns.clerk(city, city.organisation()), city.person("supervisor"), city.person("donor"),
                 city.person("charity", organisation_id=clerk.organisation_id, post="storekeeper"))
    for person in strangers:
        for act in (lambda p=person: allocating.to_purchase(campaign, campaign.lines[0], "米", 100, by=p),
                    lambda p=person: allocating.approve(made, by=p), lambda p=person: allocating.refuse(made, "不", by=p),
                    lambda p=person: allocating.cancel(made, "不", by=p),
                    lambda p=person: allocating.pay(made, "1", picture(), by=p),
                    lambda p=person: allocating.give_back(made, "不", by=p)):
            with pytest.raises(NotAllowed):
                act()
    with pytest.raises(NotAllowed):
        allocating.refuse(made, "自己不能拒绝自己", by=clerk)


@pytest.mark.parametrize("verb, state, by_second", [("refuse", "refused", True), ("cancel", "cancelled", False)])
def test_what_is_given_up_is_free_again(campaign, clerk, second, verb, state, by_second):
    made = allocating.to_purchase(campaign, campaign.lines[0], "棉被", MUCH, by=clerk)
    with pytest.raises(Invalid):
        getattr(allocating, verb)(made, " ", by=second)
    getattr(allocating, verb)(made, "价格太高。", by=second if by_second else clerk)
    assert made.state == state and held(campaign) == ([0, 0, 0], 0, 1_000_000)


def test_a_purchase_that_came_to_nothing_is_reversed(campaign, clerk, second):
    made = campaigns.bought(campaign, 50_000, clerk, second)
    with pytest.raises(NotAllowed):
        allocating.give_back(made, "厂家退款。", by=clerk)
    allocating.give_back(made, "厂家退款。", by=second)
    assert made.state == "cancelled" and held(campaign) == ([0, 0, 0], 0, 1_000_000)
    assert figures.of(campaign) == Figures(received=1_000_000) and ledger.balance(campaign.bank) == 0
    assert not public.lines(campaign.id) and not ledger.verify().wrong


@pytest.mark.parametrize("amount, rule", [(1_000_001, rules.BalanceTooSmall), (0, Invalid), (-5, Invalid)])
def test_no_more_than_is_there(campaign, clerk, amount, rule):
    with pytest.raises(rule):
        allocating.to_purchase(campaign, campaign.lines[0], "棉被", amount, by=clerk)
    assert held(campaign) == ([0, 0, 0], 0, 1_000_000)


def test_what_is_set_aside_is_not_set_aside_twice(campaign, clerk):
    allocating.to_purchase(campaign, campaign.lines[0], "棉被", 700_000, by=clerk)
    with pytest.raises(rules.BalanceTooSmall) as no:
        allocating.to_purchase(campaign, campaign.lines[1], "米", 300_001, by=clerk)
    assert no.value.left_fen == 300_000


def test_no_line_gives_more_than_it_has(city, clerk):
    campaign = campaigns.live(city, clerk, raised=9_000_000)
    allocating.to_purchase(campaign, campaign.lines[1], "米", 2_900_000, by=clerk)
    with pytest.raises(rules.LineTooShort) as no:
        allocating.to_purchase(campaign, campaign.lines[1], "米", 100_001, by=clerk)
    assert no.value.left_fen == 100_000


def test_running_the_campaign_costs_at_most_its_share_of_what_came_in(campaign, clerk):
    cost = campaign.lines[2]
    made = allocating.to_purchase(campaign, cost, "印海报", 60_000, by=clerk)
    with pytest.raises(rules.OverCostCap) as no:
        allocating.to_purchase(campaign, cost, "油费", 40_001, by=clerk)
    assert (no.value.cap_fen, no.value.left_fen) == (100_000, 40_000)
    allocating.pay(made, "77", picture(), by=clerk)
    assert made.kind == "cost" and figures.of(campaign) == Figures(received=1_000_000, cost=60_000)


def test_money_that_went_back_to_its_giver_is_not_raised_and_lowers_the_cap(campaign, clerk):
    ledger.move(f"refunds:{clerk.organisation_id}", campaign.account, 500_000, "refund_asked:1")
    assert figures.of(campaign) == Figures(received=1_000_000, returned=500_000)
    assert figures.cost_left(campaign)[0] == 50_000 and figures.free(campaign) == 500_000


@pytest.mark.parametrize("change", [{"purpose": " "}, {"purpose": "给 13812345678 买药"}, {"line": "other"}])
def test_a_purchase_that_says_nothing_or_too_much(city, campaign, clerk, change):
    line = campaigns.live(city, clerk, title="另一个").lines[0] if "line" in change else campaign.lines[0]
    with pytest.raises(Invalid):
        allocating.to_purchase(campaign, line, change.get("purpose", "米"), 100, by=clerk)


@pytest.mark.parametrize("invoice, upload", [(" ", True), ("12", False)])
def test_without_an_invoice_nothing_is_paid(campaign, clerk, invoice, upload):
    made = allocating.to_purchase(campaign, campaign.lines[0], "棉被", 5000, by=clerk)
    with pytest.raises(Invalid):
        allocating.pay(made, invoice, picture() if upload else b"", by=clerk)
    assert made.state == "approved" and ledger.held(campaign.account) == 1_000_000


@pytest.mark.parametrize("stage", ["draft", "approved", "settled"])
def test_only_an_open_or_closed_campaign_gives_out(city, clerk, campaign, stage):
    other = campaigns.draft(clerk) if stage == "draft" else campaigns.approved(city, clerk, title="二")
    if stage == "settled":
        from tests.market.campaigns.test_settle import settled
        other = settled(city, clerk)
    with pytest.raises(WrongState):
        allocating.to_purchase(other, other.lines[0], "米", 100, by=clerk)


def test_an_invoice_over_two_lines_is_noticed(campaign, clerk):
    for line in (0, 1):
        made = allocating.to_purchase(campaign, campaign.lines[line], "棉被", 5000, by=clerk)
        allocating.pay(made, "同一张", picture(), by=clerk)
    assert allocations.invoiced_twice(campaign.id) == {"同一张"}
    assert db.session.query(Allocation).count() == 2
