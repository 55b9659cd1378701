"""A charity agrees with a company, records its money and lets it begin; visitors see what is left."""
import pytest

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.gifts import service as gifts
from marketplace.market.matches.models import Match
from marketplace.market.pledges.models import Pledge
from marketplace.market.transparency import data
from marketplace.market.wishes.models import Wish
from tests import campaigns, matches


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def desks(app, city, charity):
    """A browser for each post."""
    posts = ("clerk", "manager", "storekeeper")
    return {post: app.test_client().sign_in(campaigns.clerk(city, charity, post)) for post in posts}


def test_from_the_agreement_to_the_first_gift(city, charity, desks, browser):
    ref = db.session.get_one(Wish, city.need(kind="money", category="aid", wanted=20_000, charity=charity).wish_id).ref
    today, code = str(clock.today()), charity.credit_code
    desks["clerk"].send("/charity/matches/new", company="德州暖阳公司", target="wishes:aid", factor="1:1", limit="500",
                        starts_on=today, ends_on=today)
    desks["clerk"].send("/charity/matches/1/fund", at="/charity/matches/1", amount="500", reference="TX1", paid_on=today)
    desks["clerk"].send("/charity/matches/fundings/1/confirm", at="/charity/matches/1")
    db.session.remove()
    assert db.session.get_one(Match, 1).state == "draft"
    assert "还差 ¥500" in desks["manager"].page("/charity/matches/1").text
    desks["manager"].send("/charity/matches/fundings/1/confirm", at="/charity/matches/1")
    desks["manager"].send("/charity/matches/1/begin", at="/charity/matches/1")
    for path in (f"/wishes/{ref}", "/transparency/", "/campaigns"):
        text = browser.page(path).text
        assert "您捐多少，德州暖阳公司就再捐多少" in text and "共 ¥500，还剩 ¥500" in text, path
    db.session.remove()
    codes = {row[4] for row in data.entries() if row[3] == "match"}
    assert codes == {code}
    desks["manager"].send("/charity/matches/1/end", at="/charity/matches/1")
    assert "德州暖阳公司" not in browser.page(f"/wishes/{ref}").text


def test_the_giver_sees_what_was_added(city, charity, browser):
    need = city.need(kind="money", category="aid", wanted=20_000, charity=charity)
    matches.live(city, charity)
    ref = db.session.get_one(Wish, need.wish_id).ref
    answer = browser.send(f"/wishes/{ref}", need=str(need.id), yuan="30", if_ended="refund", follow=False)
    secret = answer.headers["Location"].split("/")[-2]
    db.session.remove()
    city.pay(db.session.query(Pledge).one())
    assert "德州暖阳公司为您的善款配捐了 ¥30" in browser.page(f"/gifts/{secret}").text


def test_gifts_to_a_campaign_are_doubled_and_everybody_sees_it(city, charity, desks, browser, app):
    campaign = campaigns.live(city, campaigns.clerk(city, charity))
    ref, account, code = campaign.ref, campaign.account, f"campaign:{campaign.id}"
    today, giver = str(clock.today()), city.person("donor")
    assert campaign.title in desks["clerk"].page("/charity/matches/new").text
    desks["clerk"].send("/charity/matches/new", company="德州暖阳公司", target=code, factor="1:1", limit="500",
                        starts_on=today, ends_on=today)
    db.session.rollback()
    match_id = db.session.query(Match).one().id
    assert "“让暖和早一点到”募捐项目" in desks["clerk"].page("/charity/matches").text
    for wrong in ("campaign:999", "fund:1", ""):
        desks["clerk"].send("/charity/matches/new", 422, company="公司", target=wrong, factor="1:1", limit="5",
                            starts_on=today, ends_on=today)
    for post, path, fields in (("clerk", f"{match_id}/fund", {"amount": "500", "reference": "TX1", "paid_on": today}),
                               ("manager", "fundings/1/confirm", {}), ("manager", f"{match_id}/begin", {})):
        desks[post].send(f"/charity/matches/{path}", at=f"/charity/matches/{match_id}", **fields)
    matches.live(city, charity, 30_000, serves="fund", english="Warm Sun")
    for path in (f"/campaigns/{ref}", f"/campaigns/{ref}/give", "/campaigns", "/transparency/"):
        text = browser.page(path).text
        assert "凡是给“让暖和早一点到”募捐项目的善款" in text and "共 ¥500，还剩 ¥500" in text, path
    for path in (f"/charities/{charity.id}", f"/charities/{charity.id}/give"):
        assert "Warm Sun doubles gifts of money to the own fund of Trial" in browser.page(f"{path}?lang=en").text
    given = gifts.give(account, 3_000, giver)
    city.pay(given.gift)
    assert "德州暖阳公司为您的善款配捐了 ¥30" in browser.page(f"/gifts/{given.secret}?lang=zh").text


def test_pages_open_in_both_languages_for_every_post(city, charity, desks):
    for number in (matches.planned(city, charity).id, matches.live(city, charity, english="Warm Sun").id):
        for desk in desks.values():
            for lang in ("zh", "en"):
                for path in ("", "?state=live", "?state=x&after=zz", f"/{number}"):
                    page = desk.page(f"/charity/matches{path}{'&' if '?' in path else '?'}lang={lang}")
                    assert page.lang.startswith(lang)
    assert desks["storekeeper"].get("/charity/matches/new").status_code == 403
    for lang in ("zh", "en"):
        desks["clerk"].page(f"/charity/matches/new?lang={lang}")


def test_what_is_wrong_stands_at_its_field(city, charity, desks):
    match_id = matches.planned(city, charity).id
    today = str(clock.today())
    desks["clerk"].send("/charity/matches/new", 422, company="加微信 13800000000", limit="x", factor="1:1")
    wrong = desks["clerk"].send("/charity/matches/new", 422, company="加微信 13800000000", target="wishes", factor="1:1",
                                limit="5", starts_on=today, ends_on=today)
    assert "电话" in wrong.text
    at = f"/charity/matches/{match_id}"
    desks["clerk"].send(f"{at}/fund", 422, at=at, amount="5", reference="", paid_on="x")
    assert desks["clerk"].get("/charity/matches/999").status_code == 404


def test_the_list_takes_the_same_statements_however_long_it_is(city, charity, desks):
    def grow():
        matches.planned(city, charity)
        desks["clerk"].page("/charity/matches")
        return desks["clerk"].statements

    before = grow()
    grow()
    assert grow() == before
