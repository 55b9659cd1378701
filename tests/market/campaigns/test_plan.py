"""A plan: written part by part, handed in when it is whole, filed in time and certified; then it does not change."""
import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.market.campaigns import rules, service
from marketplace.market.campaigns.parts import About, Contact, Filing, Giving, LineDraft, Money, When
from marketplace.people.organisations import service as organisations
from marketplace.people.organisations.rules import CooperationDraft
from marketplace.people.organisations.service import cooperations
from tests import campaigns
from tests.campaigns import DAY

ABOUT = About("让暖和早一点到", "一句话", "目的", "对象")


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def clerk(city, charity):
    return campaigns.clerk(city, charity)


def test_a_whole_plan_is_handed_in_and_waits_for_the_bureau(clerk):
    campaign = campaigns.handed_in(clerk)
    assert campaign.state == "submitted" and campaign.raiser_id == clerk.organisation_id and campaign.filing_number
    assert [line.amount_fen for line in campaign.lines] == [6_000_000, 3_000_000, 1_000_000]


@pytest.mark.parametrize("post", ["storekeeper", "volunteer_lead"])
def test_others_of_the_charity_read_and_write_nothing(city, charity, clerk, post):
    other = campaigns.clerk(city, charity, post)
    with pytest.raises(NotAllowed):
        service.write(ABOUT, by=other)
    campaign = campaigns.draft(clerk)
    for act in (lambda: service.change(campaign, ABOUT, campaign.version, by=other),
                lambda: service.submit(campaign, by=other), lambda: service.withdraw(campaign, by=other)):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize("role", ["donor", "social_worker", "supervisor", "administrator", "volunteer"])
def test_nobody_outside_of_a_charity_writes_a_plan(city, charity, role):
    person = city.person(role)
    person.organisation_id = charity.id
    with pytest.raises(NotAllowed):
        service.write(ABOUT, by=person)


def test_another_charity_changes_nothing(city, clerk):
    campaign, other = campaigns.draft(clerk), campaigns.clerk(city, city.organisation())
    for act in (lambda: service.change(campaign, ABOUT, campaign.version, by=other),
                lambda: service.submit(campaign, by=other)):
        with pytest.raises(NotAllowed):
            act()


def test_what_is_missing_is_named(clerk):
    campaign = service.write(ABOUT, by=clerk)
    with pytest.raises(rules.PlanIncomplete) as no:
        service.submit(campaign, by=clerk)
    assert set(no.value.sections) == {"when", "contact", "money", "giving", "lines", "filing"} and campaign.state == "draft"


@pytest.mark.parametrize("starts, filed, fits", [
    (10, 0, True), (9, 0, False), (30, 20, None), (0, -10, True), (0, -9, False)])
def test_a_plan_is_filed_ten_days_before_it_begins(clerk, starts, filed, fits):
    """Measures for Public Fundraising, art. 11."""
    today = clock.today()
    campaign = campaigns.draft(clerk, starts_on=today + starts * DAY, filed=False)
    service.change(campaign, Filing(campaigns.number_of(campaign), today + filed * DAY), campaign.version, by=clerk)
    if fits:
        service.submit(campaign, by=clerk)
        assert campaign.state == "submitted"
    elif fits is None:
        with pytest.raises(Invalid, match="not_come"):
            service.submit(campaign, by=clerk)
    else:
        with pytest.raises(rules.FiledTooLate) as no:
            service.submit(campaign, by=clerk)
        assert no.value.until == today + (starts - 10) * DAY


@pytest.mark.parametrize("late, fits", [(10, True), (11, False)])
def test_in_an_emergency_it_is_filed_within_ten_days_after(city, clerk, hold, late, fits):
    """Charity Law, art. 73."""
    campaign = campaigns.live(city, clerk, emergency=True, filed=False)
    assert campaign.state == "live" and service.takes_gifts(campaign)
    with hold(clock.now() + late * DAY):
        assert service.takes_gifts(campaign) == fits, "what is not filed in time takes nothing"
        part = Filing(campaigns.number_of(campaign), clock.today())
        if fits:
            service.file(campaign, part, by=clerk)
            assert campaign.filing_number and service.takes_gifts(campaign)
            with pytest.raises(rules.PlanFrozen):
                service.file(campaign, part, by=clerk)
        else:
            with pytest.raises(rules.FiledTooLate):
                service.file(campaign, part, by=clerk)


def test_a_wrong_filing_number_is_told(city, clerk):
    campaign = campaigns.draft(clerk, filed=False)
    other = f"{city.organisation().credit_code}A{clock.today():%y}001"
    service.change(campaign, Filing(other, clock.today() - 20 * DAY), campaign.version, by=clerk)
    with pytest.raises(Invalid) as no:
        service.submit(campaign, by=clerk)
    assert (no.value.field, no.value.rule) == ("filing_number", "filing_of_another")


def test_without_a_certificate_on_its_first_day_nothing_is_handed_in(clerk):
    campaign = campaigns.draft(clerk, starts_on=clock.today() + 500 * DAY, filed=False)
    service.change(campaign, Filing(campaigns.number_of(campaign), clock.today()), campaign.version, by=clerk)
    with pytest.raises(rules.MayNotRaise):
        service.submit(campaign, by=clerk)
    assert campaign.state == "draft"


BAD = [
    (lambda today: When(today, today, "371402"), "ends_on", "before_start"),
    (lambda today: When(today, today + 1200 * DAY, "371402"), "ends_on", "too_far"),
    (lambda today: When(today, today + 9 * DAY, "1101"), "area_code", "unknown"),
    (lambda today: Contact("", "a", "1", "b"), "in_charge", "empty"),
    (lambda today: Giving("", "a", "b", "12345678"), "ways", "empty"),
    (lambda today: Giving("site gold", "a", "b", "12345678"), "ways", "empty"),
    (lambda today: Giving("site", "a", "b", "12ab"), "bank_account", "not_an_account"),
    (lambda today: Giving("site", "a", "b", "12345678", "http://x.example"), "platform_url", "not_a_link"),
    (lambda today: Giving("platform", "a", "b", "12345678"), "platform_url", "empty"),
    (lambda today: Money(0, 0, "a", "b", [LineDraft("use", "x", 1)]), "goal_fen", "not_positive"),
    (lambda today: Money(100, 0, "a", "b", [LineDraft("use", "x", 99)]), "goal_fen", "lines_differ"),
    (lambda today: Money(100, 11, "a", "b", [LineDraft("use", "x", 100)]), "cost_percent", "over_percent"),
    (lambda today: Money(100, 5, "a", "b", [LineDraft("use", "x", 94), LineDraft("cost", "y", 6)]), "cost_percent",
     "cost_lines"),
    (lambda today: Money(100, 5, "a", "b", []), "lines", "count"),
    (lambda today: Money(100, 5, "a", "b", [LineDraft("use", " ", 100)]), "lines", "empty"),
    (lambda today: Money(100, 5, "a", "b", [LineDraft("gold", "x", 100)]), "lines", "unknown"),
    (lambda today: Money(100, 5, "a", "b", [LineDraft("use", "x", 100)], "mine"), "surplus_rule", "unknown"),
    (lambda today: About(" ", "a", "b", "c"), "title", "empty"),
    (lambda today: About("a", "a", "b", "c", "", "x"), "drive", "unknown"),
    (lambda today: About("a", "a", "长" * 2001, "c"), "purpose", "too_long"),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_a_part_that_does_not_fit_changes_nothing(clerk, number):
    part, field, rule = BAD[number]
    campaign = campaigns.draft(clerk)
    version, lines = campaign.version, len(campaign.lines)
    with pytest.raises(Invalid) as no:
        service.change(campaign, part(clock.today()), version, by=clerk)
    assert (no.value.field, no.value.rule) == (field, rule)
    assert campaign.version == version and len(campaign.lines) == lines


def test_of_two_who_write_at_once_the_second_is_told(city, clerk, charity):
    campaign, other = campaigns.draft(clerk), campaigns.clerk(city, charity)
    seen = campaign.version
    service.change(campaign, ABOUT, seen, by=other)
    with pytest.raises(rules.StalePlan):
        service.change(campaign, ABOUT, seen, by=clerk)


@pytest.mark.parametrize("stage", ["handed_in", "approved", "live", "closed"])
def test_a_plan_that_is_with_the_bureau_or_in_force_does_not_change(city, clerk, stage):
    campaign = getattr(campaigns, stage)(*((clerk,) if stage == "handed_in" else (city, clerk)))
    for act in (lambda: service.change(campaign, ABOUT, campaign.version, by=clerk),
                lambda: service.set_picture(campaign, campaigns.picture(), by=clerk),
                lambda: service.aim(campaign, "", [], by=clerk), lambda: service.drop(campaign, 1, by=clerk)):
        with pytest.raises(rules.PlanFrozen):
            act()


def test_a_plan_is_taken_back_until_it_is_open(city, clerk):
    for stage in (campaigns.draft(clerk), campaigns.handed_in(clerk), campaigns.approved(city, clerk)):
        service.withdraw(stage, by=clerk)
        assert stage.state == "withdrawn"
    open_ = campaigns.live(city, clerk)
    with pytest.raises(WrongState):
        service.withdraw(open_, by=clerk)


@pytest.fixture
def pair(city):
    """A manager of an organisation without a certificate, one of its partner with one, and their agreement."""
    bare, partner = organisations.create("德州市小河公益社", city.credit_code()), city.organisation()
    mine, theirs = campaigns.clerk(city, bare, "manager"), campaigns.clerk(city, partner, "manager")
    terms = CooperationDraft("合募2026-1", "冬衣", clock.today() - DAY, clock.today() + 300 * DAY)
    return mine, theirs, cooperations.propose(bare, partner, terms, by=mine)


def test_a_partner_with_a_certificate_raises_for_one_without(pair):
    mine, theirs, agreed = pair
    with pytest.raises(rules.MayNotRaise):
        campaigns.handed_in(mine)
    cooperations.agree(agreed, by=theirs)
    campaign, partner = campaigns.handed_in(mine), theirs.organisation_id
    assert (campaign.raiser_id, campaign.partner_id, campaign.bank) == (partner, partner, f"bank:{partner}")
    service.withdraw(campaign, by=theirs)
    assert campaign.state == "withdrawn", "the partner, who answers for it, takes part"


def test_when_the_agreement_ends_the_campaign_takes_nothing_more(city, pair):
    mine, theirs, agreed = pair
    cooperations.agree(agreed, by=theirs)
    campaign = campaigns.live(city, mine)
    assert service.takes_gifts(campaign)
    cooperations.end(agreed, "合作期满", by=theirs)
    assert campaign.state == "live" and not service.takes_gifts(campaign)
