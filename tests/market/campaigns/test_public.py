"""What everyone sees: approved campaigns, open ones first, narrowed by the address; never a plan that is not approved."""
import pytest

from marketplace.market.campaigns import drives, public, service
from marketplace.market.campaigns.public import Filter
from marketplace.market.transparency import data
from marketplace.market.wishes import goods
from tests import campaigns


@pytest.fixture
def clerk(city):
    return campaigns.clerk(city, city.organisation())


def titles(**wanted):
    return [card.title for card in public.browse(Filter(**wanted))[0]]


@pytest.fixture
def all_(city, clerk):
    made = {"closed": campaigns.closed(city, clerk, 100, title="closed"),
            "live": campaigns.live(city, clerk, 700, title="live"),
            "approved": campaigns.approved(city, clerk, title="approved"),
            "submitted": campaigns.handed_in(clerk, title="submitted"), "draft": campaigns.draft(clerk, title="draft")}
    service.return_(campaigns.handed_in(clerk, title="returned"), "改", by=city.person("supervisor"))
    return made


def test_open_ones_come_first_and_plans_are_not_there(all_):
    assert titles() == ["live", "approved", "closed"]
    assert [public.one(all_[name].ref) is not None for name in ("live", "closed", "submitted", "draft")] == [
        True, True, False, False]


def test_a_card_tells_whose_and_how_much(all_, clerk):
    card = next(c for c in public.browse(Filter())[0] if c.title == "live")
    assert (card.figures.raised, card.goal_fen, card.state) == (700, 10_000_000, "live")
    assert card.charity.startswith("德州市试验慈善会") and card.charity_english.startswith("Trial Charity")


def test_the_address_narrows(city, all_):
    other = campaigns.clerk(city, city.organisation())
    campaigns.live(city, other, title="other", drive="wings")
    assert titles(state="closed") == ["closed"] and titles(drive="wings") == ["other"]
    assert titles(charity=other.organisation_id) == ["other"]
    assert set(titles(area="371402001")) == {"live", "approved", "closed", "other"}, "what helps all around it too"
    assert titles(area="371427") == [] and titles(area="371402", state="closed") == ["closed"]
    assert [number for number, _name, _english in public.charities()] == [
        all_["live"].raiser_id, other.organisation_id]


def test_pages_go_on_where_the_last_ended(city, clerk, monkeypatch):
    monkeypatch.setattr(public, "PAGE", 2)
    for number in range(5):
        campaigns.live(city, clerk, title=f"{number}")
    seen, after = [], ""
    while after is not None:
        found, after = public.browse(Filter(), after)
        seen += [card.title for card in found]
    assert seen == ["4", "3", "2", "1", "0"]


def test_drives_are_named_in_both_languages_and_speak_of_known_wishes():
    for drive in drives.listed().values():
        assert set(drive.name) == set(drive.about) == {"zh", "en"} and all(drive.name.values())
        assert set(drive.categories) <= set(goods.categories()) and set(drive.months) <= set(range(1, 13))
    assert {"织翼助翔", "中秋月圆", "冬日暖阳"} <= {drive.name["zh"] for drive in drives.listed().values()}


def test_the_open_data_names_public_campaigns_and_no_others(city, clerk):
    campaign = campaigns.live(city, clerk, 700)
    hidden = campaigns.handed_in(clerk, title="hidden")
    campaigns.give(hidden, 5)
    rows = [row for row in data.entries() if row[3] == "campaign"]
    assert [(row[4], row[6]) for row in rows] == [(campaign.ref, -700), ("", -5)]


def test_a_picture_is_public_with_its_campaign(city, clerk):
    plan = campaigns.draft(clerk)
    service.set_picture(plan, campaigns.picture(), by=clerk)
    key = plan.picture
    assert not public.picture(key) and not public.picture("")
    service.submit(plan, by=clerk)
    service.approve(plan, plan.version, by=city.person("supervisor"))
    assert public.picture(key)
