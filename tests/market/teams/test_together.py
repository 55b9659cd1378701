"""A team is public once its name is confirmed, joined by a link, left at any time; only sums are told, and refunds leave."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.pledges import service as pledges
from marketplace.market.teams import public, queries, service
from marketplace.market.teams.rules import InTeam, LinkOver, TeamNameTaken
from tests import campaigns
from tests import service as help_of


@pytest.fixture
def charity(city):
    return city.organisation()


def money(city, charity, giver, fen):
    return city.promise(city.need(kind="money", category="aid", wanted=20_000, charity=charity), fen, by=giver)


def shown(team):
    found = public.together(team)
    return found.members, found.gifts, found.amount_fen, found.hours, found.wishes


def test_only_sums_of_three_or_more_and_what_goes_back_leaves_them(city, charity):
    people = [city.person("donor"), city.person("donor"), city.person("volunteer")]
    money(city, charity, people[0], 1_000)
    with clock.at(clock.now() + timedelta(days=1)):
        team = help_of.team(city, charity, *people)
        given = [money(city, charity, one, fen) for one, fen in zip(people, (8_000, 5_000))]
        assert not public.together(team).told and shown(team) == (3, 0, 0, 0, 0)
        help_of.done(city, people[2], 6, charity)
        money(city, charity, city.person("donor"), 9_000)
        assert public.together(team).told and shown(team) == (3, 3, 13_000, 6, 1)
        pledges.refund(given[0], by=campaigns.clerk(city, charity))
        city.settle()
        city.given_back(given[0])
        money(city, charity, people[0], 400)
        assert shown(team) == (3, 3, 5_400, 6, 1)
    with clock.at(clock.now() + timedelta(days=2)):
        member = queries.mine(people[1]).member
        service.leave(member, by=people[1])
        service.leave(member, by=people[1])
        money(city, charity, people[1], 7_000)
        assert shown(team) == (2, 3, 5_400, 6, 1) and queries.mine(people[1]) is None


def test_nobody_sees_a_name_that_no_charity_has_confirmed(city, charity):
    founder = city.person("donor")
    team = service.found(service.Draft("暖阳公司志愿队", "company", charity.id, "李经理 0534-1234567"), by=founder)
    assert public.one(team.ref) is None and not public.listed().rows
    with pytest.raises(TeamNameTaken):
        service.found(service.Draft("暖阳公司志愿队", "club", charity.id, "王 0534"), by=city.person("donor"))
    for stranger in (founder, campaigns.clerk(city, city.organisation()), campaigns.clerk(city, charity, "storekeeper")):
        with pytest.raises(NotAllowed):
            service.approve(team, "letter", by=stranger)
    clerk = campaigns.clerk(city, charity)
    service.decline(team, "not_reached", by=clerk)
    with pytest.raises(WrongState):
        service.approve(team, "letter", by=clerk)
    service.ask_again(team, service.Draft("暖阳志愿队", "company", charity.id, "李经理 0534-1234567"), by=founder)
    with pytest.raises(Invalid):
        service.approve(team, "", by=clerk)
    service.approve(team, "called", by=clerk)
    assert [row.name for row in public.listed("company").rows] == ["暖阳志愿队"] and not public.listed("school").rows
    assert public.one(team.ref).decided_by == clerk.id
    service.hide(team, "misused", by=clerk)
    assert public.one(team.ref) is None and queries.counts(clerk) == {"hidden": 1}


def test_what_is_no_team_is_told(city, charity):
    for change, field in (({"name": "加微信领券"}, "name"), ({"name": " "}, "name"), ({"kind": "x"}, "kind"),
                          ({"contact": ""}, "contact"), ({"organisation_id": 0}, "charity")):
        facts = {"name": "甲队", "kind": "club", "organisation_id": charity.id, "contact": "李 0534"} | change
        with pytest.raises(Invalid) as no:
            service.found(service.Draft(**facts), by=city.person("donor"))
        assert no.value.field == field


def test_links_members_and_names(city, charity):
    founder, member = city.person("donor"), city.person("volunteer")
    team = help_of.team(city, charity, founder, member)
    mine = queries.mine(member)
    assert (mine.link, mine.contact) == ("", "") and queries.mine(founder).link
    with pytest.raises(InTeam):
        service.join(queries.mine(founder).link, by=member)
    with pytest.raises(NotAllowed):
        service.show_as(mine.member, "我", by=founder)
    service.show_as(mine.member, "乙", by=member)
    assert list(public.names(team)) == ["乙"]
    service.show_as(mine.member, "", by=member)
    assert list(public.names(team)) == []
    old = queries.mine(founder).link
    new = service.renew_link(team, by=founder)
    with pytest.raises(LinkOver):
        service.join(old, by=city.person("donor"))
    service.join(new, by=city.person("donor"))
    service.leave(queries.mine(founder).member, by=founder)
    with pytest.raises(LinkOver):
        service.join(new, by=city.person("donor"))
    with pytest.raises(NotAllowed):
        service.end(team, by=member)
    service.end(team, by=founder)
    assert public.one(team.ref) is None and queries.mine(member) is None and queries.members(team) == []
    db.session.expire_all()
    assert help_of.team(city, charity, member).state == "approved"
