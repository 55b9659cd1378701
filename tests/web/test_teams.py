"""Founded, confirmed, joined by its link, left: through the pages."""
import re

import pytest

from marketplace.extensions import db
from tests import campaigns
from tests import service as help_of


@pytest.fixture
def charity(city):
    return city.organisation()


def test_from_founding_to_leaving(city, charity, app, browser):
    founder, friend = (app.test_client().sign_in(city.person("donor")) for _ in range(2))
    clerk, number = app.test_client().sign_in(campaigns.clerk(city, charity)), charity.id
    db.session.remove()
    assert "/sign-in" in browser.get("/teams/mine").headers["Location"] and "没有加入" in founder.page("/teams/mine").text
    draft = {"name": "暖阳志愿队", "english": "Warm Sun", "kind": "company", "charity": number, "contact": "李经理 0534-1"}
    assert "广告" in founder.send("/teams/new", 422, **{**draft, "name": "扫码优惠"}).text
    found = founder.send("/teams/new", **draft).text
    link = re.search(r"/teams/join/[\w-]+", found).group()
    assert "暖阳志愿队" not in browser.page("/teams").text
    assert "李经理" in clerk.page("/charity/teams").text
    assert "登录" in browser.page(link).text and "尚未确认" in friend.page(link).text
    assert "您已加入" in friend.send(link, at=link).text
    clerk.send("/charity/teams/1/decline", at="/charity/teams", why="name")
    again = founder.send("/teams/mine/ask-again", **{**draft, "name": "暖阳公司志愿队"})
    assert "暖阳公司志愿队" in again.text
    clerk.send("/charity/teams/1/approve", at="/charity/teams", why="letter")
    for lang, name in (("zh", "暖阳公司志愿队"), ("en", "Warm Sun")):
        assert name in browser.page(f"/teams?lang={lang}").text
        for person in (founder, friend):
            assert name in person.page(f"/teams/mine?lang={lang}").text
        clerk.page(f"/charity/teams?state=all&lang={lang}")
    friend.send("/teams/mine/name", at="/teams/mine", shown_as="小李")
    at = re.search(r"/teams/[0-9a-f]{10}", founder.get("/teams/mine").text).group()
    said = browser.page(f"{at}?lang=zh").text
    assert "小李" in said and "2 人" in said and "¥" not in said and "李经理" not in said
    assert "捐赠人" not in said and "试验慈善会" in said
    friend.send("/teams/mine/leave", at="/teams/mine?lang=zh")
    assert "小李" not in browser.page(at).text and browser.page("/teams/join/x").text
    founder.send("/teams/mine/renew", at="/teams/mine")
    assert "不再有效" in friend.page(link).text
    founder.send("/teams/mine/end", at="/teams/mine")
    assert browser.get(at).status_code == 404


def test_pages_take_the_same_statements_however_many_there_are(city, charity, app, browser):
    clerk = app.test_client().sign_in(campaigns.clerk(city, charity))

    def grow():
        team = help_of.team(city, charity, *[city.person("donor") for _ in range(3)])
        counted = []
        for who, path in ((browser, "/teams"), (clerk, "/charity/teams?state=approved"), (browser, f"/teams/{team.ref}")):
            who.page(path)
            counted.append(who.statements)
        return counted

    before = grow()
    assert grow() == before
