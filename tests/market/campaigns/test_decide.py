"""An officer of the bureau that registered the charity approves a plan, or gives it back, or refuses it."""
import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.market.campaigns import rules, service
from marketplace.market.campaigns.parts import About
from tests import campaigns
from tests.campaigns import DAY
from tests.city import OTHER_TOWN


@pytest.fixture
def clerk(city):
    return campaigns.clerk(city, city.organisation("371402"))


@pytest.fixture
def campaign(clerk):
    return campaigns.handed_in(clerk)


@pytest.fixture
def officer(city):
    return city.person("supervisor", "371402")


def test_an_officer_approves_and_the_office_is_told(city, campaign, officer):
    service.approve(campaign, campaign.version, by=officer)
    assert campaign.state == "approved" and campaign.decided_by == officer.id
    city.settle()
    from marketplace.people.notices import queries as notices
    assert any(campaign.title in message.text for message in notices.newest(5))


def test_it_begins_at_once_when_its_first_day_has_come_and_not_before(city, clerk, campaign, officer):
    later = campaigns.handed_in(clerk, starts_on=clock.today() + 20 * DAY, filed=False, emergency=True)
    for one in (campaign, later):
        service.approve(one, one.version, by=officer)
    city.settle()
    assert (campaign.state, later.state) == ("live", "approved")


@pytest.mark.parametrize("verb, state", [("return_", "returned"), ("refuse", "refused")])
def test_an_officer_turns_down_and_says_why(campaign, officer, verb, state):
    with pytest.raises(Invalid):
        getattr(service, verb)(campaign, " ", by=officer)
    getattr(service, verb)(campaign, "预算写得太粗。", by=officer)
    assert (campaign.state, campaign.verdict) == (state, "预算写得太粗。")


def test_what_came_back_is_changed_and_handed_in_again(campaign, clerk, officer):
    service.return_(campaign, "请写清对象。", by=officer)
    service.change(campaign, About(campaign.title, "一句话", "目的", "七十岁以上独居老人"), campaign.version, by=clerk)
    service.submit(campaign, by=clerk)
    assert campaign.state == "submitted" and campaign.verdict == ""


@pytest.mark.parametrize("role, area", [
    ("supervisor", OTHER_TOWN), ("supervisor", ""), ("social_worker", "3714"), ("administrator", "3714"),
    ("verifier", "3714")])
def test_nobody_else_decides(city, campaign, role, area):
    person = city.person(role, area)
    for act in (lambda: service.approve(campaign, campaign.version, by=person),
                lambda: service.return_(campaign, "因为", by=person), lambda: service.refuse(campaign, "因为", by=person)):
        with pytest.raises(NotAllowed):
            act()
    assert campaign.state == "submitted"


def test_the_charity_does_not_approve_its_own_plan(city, campaign, clerk):
    for person in (clerk, campaigns.boss(city, clerk)):
        with pytest.raises(NotAllowed):
            service.approve(campaign, campaign.version, by=person)


def test_the_author_is_never_the_officer(campaign, officer):
    campaign.author_id = officer.id
    from marketplace.extensions import db
    db.session.commit()
    with pytest.raises(NotAllowed):
        service.approve(campaign, campaign.version, by=officer)


def test_only_what_was_read_is_approved(campaign, officer):
    with pytest.raises(rules.StalePlan):
        service.approve(campaign, campaign.version - 1, by=officer)


def test_what_is_decided_is_decided(campaign, officer):
    service.approve(campaign, campaign.version, by=officer)
    for act in (lambda: service.approve(campaign, campaign.version, by=officer),
                lambda: service.return_(campaign, "因为", by=officer), lambda: service.refuse(campaign, "因为", by=officer)):
        with pytest.raises(WrongState):
            act()


def test_a_certificate_that_ran_out_meanwhile_stops_the_approval(city, campaign, officer, hold):
    with hold(clock.now() + 30 * DAY):
        service.examine(campaign)
    with hold(clock.now() + 450 * DAY), pytest.raises((rules.MayNotRaise, Invalid)):
        service.approve(campaign, campaign.version, by=officer)
    assert campaign.state == "submitted"


def test_a_charity_that_owes_a_report_begins_nothing_new(city, clerk, officer, hold):
    """A late report of the same charity stops handing in and approving, and is named."""
    waiting = campaigns.handed_in(clerk, days=300)
    old = campaigns.closed(city, clerk, title="去年的棉被")
    service.by_day()
    with hold(clock.now() + 93 * DAY):
        service.by_day()
        for act in (lambda: campaigns.handed_in(clerk, title="新的"),
                    lambda: service.approve(waiting, waiting.version, by=officer)):
            with pytest.raises(rules.DisclosureLate) as no:
                act()
            assert (no.value.ref, no.value.title, no.value.kind) == (old.ref, "去年的棉被", "final")
        from marketplace.market.campaigns.queries import duties
        owed, _campaign = duties.late([clerk.organisation_id])
        service.duties.publish(owed, "已经全部用完。", by=clerk)
        service.approve(waiting, waiting.version, by=officer)
    assert waiting.state == "approved"
