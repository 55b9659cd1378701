"""Targets come from the needs map: numbers only, coarse ones, and none of fewer than five households."""
import pytest

from marketplace.core.errors import Invalid, NotAllowed
from marketplace.market.campaigns import public, rules, service
from marketplace.market.campaigns.queries import needs
from tests import campaigns, screened
from tests.city import OTHER_TOWN, TOWN

COUNTY = TOWN[:6]


@pytest.fixture
def clerk(city):
    return campaigns.clerk(city, city.organisation())


@pytest.fixture
def town(city):
    """Seven silent households in one county, four in another, and six wishes for goods."""
    for _n in range(7):
        screened.silent(city)
    for _n in range(4):
        screened.silent(city, OTHER_TOWN + "001")
    charity = city.organisation()
    for _n in range(6):
        city.wish(charity=charity)
    screened.screen(city)


def test_a_row_of_the_map_becomes_a_target_as_coarse_as_it_is(town, clerk):
    campaign = campaigns.draft(clerk)
    shown = needs.shown(clerk, "")
    assert shown.numbers[COUNTY, "silent"] == 5 and shown.numbers[COUNTY, "goods"] == 5
    assert (OTHER_TOWN[:6], "silent") not in shown.numbers
    service.aim(campaign, "", [(COUNTY, "silent"), (COUNTY, "goods")], by=clerk)
    assert [(t.place_code, t.kind, t.households) for t in campaign.targets] == [(COUNTY, "goods", 5), (COUNTY, "silent", 5)]
    service.aim(campaign, "", [(COUNTY, "silent")], by=clerk)
    assert [t.kind for t in campaign.targets] == ["silent"], "what is not ticked any more is none"
    service.aim(campaign, COUNTY, [(TOWN, "silent")], by=clerk)
    assert {t.place_code for t in campaign.targets} == {COUNTY, TOWN}, "other places stay"
    service.drop(campaign, campaign.targets[0].id, by=clerk)
    assert len(campaign.targets) == 1


def test_too_few_households_are_no_target(town, clerk):
    campaign = campaigns.draft(clerk)
    for chosen in ([(OTHER_TOWN[:6], "silent")], [(COUNTY, "near")], [("990000", "goods")], [(COUNTY, "nothing")]):
        with pytest.raises(rules.TooFewShown):
            service.aim(campaign, "", chosen, by=clerk)
    assert campaign.targets == []


def test_there_is_an_end_to_targets(town, clerk, monkeypatch):
    monkeypatch.setattr(rules, "LIMITS", rules.Limits(targets=1))
    with pytest.raises(Invalid):
        service.aim(campaigns.draft(clerk), "", [(COUNTY, "silent"), (COUNTY, "goods")], by=clerk)


def test_only_who_writes_the_plan_aims(city, town, clerk):
    campaign = campaigns.draft(clerk)
    for person in (campaigns.clerk(city, city.organisation()), city.person("supervisor")):
        with pytest.raises(NotAllowed):
            service.aim(campaign, "", [(COUNTY, "silent")], by=person)


def test_the_public_sees_the_numbers_as_they_were_taken(city, town, clerk):
    campaign = campaigns.draft(clerk)
    service.aim(campaign, "", [(COUNTY, "silent")], by=clerk)
    service.submit(campaign, by=clerk)
    service.approve(campaign, campaign.version, by=city.person("supervisor"))
    assert [(t.place_code, t.households) for t in public.one(campaign.ref).targets] == [(COUNTY, 5)]
