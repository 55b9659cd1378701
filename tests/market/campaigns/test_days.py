"""What days do by themselves: begin, end, and make reports fall due; run twice, nothing happens twice."""
import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.campaigns import service
from marketplace.market.campaigns.models import Disclosure
from marketplace.market.campaigns.queries import duties, figures
from marketplace.market.campaigns.rules import months
from marketplace.people.notices import queries as notices
from marketplace.people.organisations.models import Certificate
from tests import campaigns
from tests.campaigns import DAY


@pytest.fixture
def clerk(city):
    return campaigns.clerk(city, city.organisation())


def owed(campaign):
    return [(d.kind, d.due_on) for d in db.session.scalars(
        select(Disclosure).where(Disclosure.campaign_id == campaign.id).order_by(Disclosure.due_on))]


def test_it_begins_on_its_day_and_ends_after_its_last(city, clerk, hold):
    now, today = clock.now(), clock.today()
    campaign = campaigns.approved(city, clerk, starts_on=today + 12 * DAY - 12 * DAY + 0 * DAY, days=20)
    campaign.starts_on = today + 5 * DAY
    db.session.commit()
    for day, state in ((0, "approved"), (4, "approved"), (5, "live"), (20, "live"), (21, "closed")):
        with hold(now + day * DAY):
            service.by_day()
            service.by_day()
            db.session.refresh(campaign)
            assert campaign.state == state, day
            assert service.takes_gifts(campaign) == (state == "live")
    assert (campaign.opened_on, campaign.closed_on, campaign.closed_why) == (today + 5 * DAY, campaign.ends_on, "over")


def test_without_a_certificate_it_waits_and_begins_when_there_is_one(city, clerk):
    campaign = campaigns.approved(city, clerk)
    paper = db.session.scalars(select(Certificate).where(Certificate.organisation_id == clerk.organisation_id)).one()
    until, paper.valid_until = paper.valid_until, clock.today() - DAY
    paper.valid_from = paper.valid_until
    db.session.commit()
    service.by_day()
    db.session.refresh(campaign)
    assert campaign.state == "approved"
    paper.valid_until = until
    db.session.commit()
    service.by_day()
    db.session.refresh(campaign)
    assert campaign.state == "live"
    paper.valid_until = clock.today() - DAY
    db.session.commit()
    assert not service.takes_gifts(campaign), "open, and takes nothing while the certificate is out"


def test_the_charity_ends_it_early(city, clerk):
    campaign, manager = campaigns.live(city, clerk), campaigns.boss(city, clerk)
    with pytest.raises(NotAllowed):
        service.close(campaign, "因为", by=clerk)
    with pytest.raises(Invalid):
        service.close(campaign, " ", by=manager)
    service.close(campaign, "目标已经达到。", by=manager)
    assert (campaign.state, campaign.closed_on) == ("closed", clock.today()) and not service.takes_gifts(campaign)
    with pytest.raises(WrongState):
        service.close(campaign, "因为", by=manager)
    city.settle()
    assert owed(campaign) == [("final", months(clock.today(), 3))], "the account is a task from that moment"


def test_a_short_campaign_owes_its_full_account_alone(city, clerk, hold):
    campaign = campaigns.live(city, clerk, days=180)
    with hold(clock.now() + 181 * DAY):
        service.by_day()
        service.by_day()
        db.session.refresh(campaign)
        assert owed(campaign) == [("final", months(campaign.ends_on, 3))]


def test_a_long_campaign_reports_every_three_months_and_at_its_end(city, clerk, hold):
    campaign, now = campaigns.live(city, clerk, days=300), clock.now()
    start = campaign.starts_on
    assert owed(campaign) == []
    with hold(now + 62 * DAY):
        service.by_day()
        assert owed(campaign) == [("quarterly", months(start, 3))], "shown a month before its day"
    with hold(now + 301 * DAY):
        service.by_day()
        service.by_day()
        assert owed(campaign) == [("quarterly", months(start, n)) for n in (3, 6, 9)] + [
            ("final", months(start + 300 * DAY, 3))], "also when the job slept"


def test_an_extension_that_makes_it_long_asks_for_reports_from_then_on(city, clerk, hold):
    campaign, now = campaigns.live(city, clerk, days=150), clock.now()
    with hold(now + 100 * DAY):
        change = service.changing.ask_extension(campaign, campaign.starts_on + 280 * DAY, "还有老人没收到。", by=clerk)
        service.changing.approve_change(change, by=city.person("supervisor"))
    with hold(now + 281 * DAY):
        service.by_day()
        assert [kind for kind, _day in owed(campaign)] == ["quarterly", "quarterly", "final"]
        assert owed(campaign)[0][1] == months(campaign.starts_on, 6), "none for the time before anybody could know"


def test_the_office_is_reminded_once(city, clerk, hold):
    campaigns.closed(city, clerk)
    service.by_day()
    with hold(clock.now() + 80 * DAY):
        service.by_day()
        city.settle()
        said = [m.text for m in notices.newest(20) if "office@" in m.recipient]
        service.by_day()
        city.settle()
        assert len([m for m in notices.newest(20) if "office@" in m.recipient]) == len(said)
        assert sum("/charity/campaigns/" in text and str(months(clock.today(), 0).year) in text for text in said) >= 1


def test_a_report_is_published_once_with_the_figures_of_that_moment(city, clerk):
    campaign = campaigns.closed(city, clerk, raised=50_000)
    service.by_day()
    report, _campaign = duties.waiting(clerk)[0]
    with pytest.raises(Invalid):
        service.duties.publish(report, " ", by=clerk)
    with pytest.raises(Invalid, match="identifies"):
        service.duties.publish(report, "请打 13812345678", by=clerk)
    with pytest.raises(NotAllowed):
        service.duties.publish(report, "好", by=campaigns.clerk(city, city.organisation()))
    with pytest.raises(NotAllowed):
        service.duties.publish(report, "好", by=city.person("supervisor"))
    service.duties.publish(report, "收到 500 元，还没有用。", by=clerk)
    campaigns.bought(campaign, 20_000, clerk, clerk)
    db.session.refresh(report)
    assert figures.kept(report) == figures.Figures(received=50_000) and figures.of(campaign).used == 20_000
    with pytest.raises(WrongState):
        service.duties.publish(report, "再说一次。", by=clerk)


def test_officers_and_charities_see_their_own_duties(city, clerk):
    campaigns.closed(city, clerk)
    service.by_day()
    assert len(duties.waiting(clerk)) == len(duties.waiting(city.person("supervisor"))) == 1
    assert duties.waiting(campaigns.clerk(city, city.organisation())) == []
    assert duties.waiting(city.person("supervisor", "371427")) == []
