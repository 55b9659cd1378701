"""A giver puts a name on the board and takes it back; the charity takes off what is no name."""
import pytest

from marketplace.extensions import db
from marketplace.market.honours import service
from marketplace.market.pledges import service as pledges
from tests import campaigns


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def secret(city, charity, app):
    """The secret link of a guest's promise of goods."""
    from marketplace.people.accounts.models import Guest
    made = pledges.reserve(city.need(charity=charity), 1, by=Guest())
    pledges.commit(made.pledge, by=Guest(made.pledge.follow_digest), phone="13900000000")
    city.settle()
    db.session.remove()
    return made.secret


def test_a_guest_stands_on_the_board_and_leaves_it(secret, browser):
    at = f"/gifts/{secret}"
    assert "在爱心榜上留名" in browser.page(at).text
    browser.send(f"{at}/honour", at=at, shown_as="暖阳志愿队", kind="team")
    text = browser.page("/honour").text
    assert "暖阳志愿队" in text and "1 次捐赠" in text and "棉被" not in text and "菊花奶奶" not in text
    browser.send(f"{at}/honour/back", at=at)
    assert "暖阳志愿队" not in browser.page("/honour").text


def test_what_is_no_name_is_told(secret, browser):
    at = f"/gifts/{secret}"
    assert "像广告或号码" in browser.send(f"{at}/honour", at=at, shown_as="加微信领券", kind="person").text
    assert "请填写要显示的名字" in browser.send(f"{at}/honour", at=at, shown_as="", kind="person").text


def test_the_charity_takes_a_name_off(city, charity, app, browser):
    giver = city.person("donor")
    service.show(city.promise(city.need(charity=charity), by=giver), "某某", by=giver)
    clerk = app.test_client().sign_in(campaigns.clerk(city, charity))
    db.session.remove()
    clerk.send("/charity/honours/1/hide", at="/charity/honours")
    assert "某某" not in browser.page("/honour").text and "已撤下" in clerk.page("/charity/honours?state=hidden").text


def test_pages_open_in_both_languages(city, charity, browser, app):
    for name, kind in (("甲", "person"), ("乙公司", "company")):
        giver = city.person("donor")
        service.show(city.promise(city.need(charity=charity), by=giver), name, by=giver, kind=kind)
    clerk = app.test_client().sign_in(campaigns.clerk(city, charity))
    for lang in ("zh", "en"):
        for path in ("?", "?kind=company&sort=name&", "?year=2026&", "?kind=x&year=x&sort=x&after=zz&"):
            assert browser.page(f"/honour{path}lang={lang}").lang.startswith(lang)
        clerk.page(f"/charity/honours?lang={lang}")


def test_the_board_takes_the_same_statements_however_long_it_is(city, charity, browser):
    def grow():
        giver = city.person("donor")
        service.show(city.promise(city.need(charity=charity), by=giver), "李女士", by=giver)
        browser.page("/honour")
        return browser.statements

    before = grow()
    grow()
    assert grow() == before
