"""Pages of campaigns open in both languages for those who may see them, and do what their buttons say."""
import io
import re

import pytest

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.campaigns import service
from marketplace.market.campaigns.models import Allocation, Campaign, Disclosure, PlanChange, Settlement
from marketplace.market.campaigns.queries import figures
from tests import campaigns, screened
from tests.browser import Page
from tests.campaigns import DAY
from tests.city import picture
from tests.web import walked_campaigns


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def users(city, charity):
    clerk = campaigns.clerk(city, charity)
    return {"clerk": clerk, "manager": campaigns.boss(city, clerk), "officer": city.person("supervisor"),
            "helper": campaigns.clerk(city, charity, "volunteer_lead")}


@pytest.fixture
def desks(app, users):
    """A browser for each of them, and one for somebody who has not signed in."""
    return {"": app.test_client(), **{who: app.test_client().sign_in(user) for who, user in users.items()}}


@pytest.fixture
def world(city, charity, users):
    """A campaign that has ended with everything in it, one that is open, a draft and a plan to check."""
    numbers = walked_campaigns.things(city, charity)
    ended = db.session.get_one(Campaign, numbers["campaign"])
    open_ = campaigns.live(city, users["clerk"], 2_000_000, title="开着的", days=300)
    service.tell(open_, "第一批到了", "三十床。", users["clerk"], [picture()])
    service.correct(service.tell(open_, "第二批", "三十床。", users["clerk"]), "第二批", "二十床。", by=users["clerk"])
    waits = service.allocating.to_purchase(open_, open_.lines[0], "棉被", 500_000, by=users["clerk"])
    change = service.changing.ask_extension(open_, open_.ends_on + DAY, "再给一天。", by=users["clerk"])
    draft, plan = campaigns.draft(users["clerk"], title="草稿"), campaigns.handed_in(users["clerk"], title="待审")
    return {"ended": ended.id, "ref": ended.ref, "open": open_.id, "open_ref": open_.ref, "draft": draft.id,
            "plan": plan.id, "waits": waits.id, "asked": change.id, **numbers}


PAGES = [
    ("", "/campaigns"), ("", "/campaigns?state=live&drive=winter_warmth&area=371402&charity=1"),
    ("", "/campaigns?state=x&drive=x&area=x&charity=x&after=zz"), ("", "/campaigns/{ref}"), ("", "/campaigns/{open_ref}"),
    ("", "/campaigns/{ref}/account"), ("", "/campaigns/drives/winter_warmth"), ("", "/campaigns/drives/wings"),
    *(("clerk", f"/charity/campaigns/{path}") for path in (
        "", "?state=live", "new", "{open}", "{ended}", "{draft}", "{plan}", "{draft}/plan/about", "{draft}/plan/when",
        "{draft}/plan/contact", "{draft}/plan/money", "{draft}/plan/giving", "{draft}/plan/filing", "{draft}/targets",
        "{open}/file", "{open}/news", "{ended}/news/{news}", "{open}/extension", "{open}/budget", "{open}/money",
        "{ended}/money", "{open}/money/purchase", "{open}/money/wish", "money/{waits}/cancel", "money/{allocation}/pay",
        "reports/{disclosure}")),
    ("manager", "/charity/campaigns/{open}/close"), ("manager", "/charity/campaigns/{ended}/settle"),
    ("manager", "/charity/campaigns/money/{waits}/refuse"), ("manager", "/charity/campaigns/{open}/money"),
    *(("helper", f"/charity/campaigns/{path}") for path in ("", "{open}", "{open}/money")),
    *(("officer", f"/desk/campaigns/{path}") for path in (
        "", "?state=live&q=x", "{plan}", "{open}", "{ended}", "{plan}/return_", "{plan}/refuse",
        "changes/{asked}/refuse", "settlements/{settlement}/return")),
]


def test_every_page_opens_in_both_languages(world, desks):
    """In one test, because a world of campaigns takes longer to make than its pages to open."""
    for who, path in PAGES:
        path = path.format(**world)
        joint = "&" if "?" in path else "?"
        for lang in ("zh", "en"):
            page = desks[who].page(f"{path}{joint}lang={lang}")
            assert page.lang.startswith(lang), path


def test_the_public_page_tells_what_the_law_asks(world, browser, charity):
    text = browser.page(f"/campaigns/{world['open_ref']}").text
    for said in (charity.name, "陈静", "0534-1234567", "6222 0212 3456 7890", "慈善中国", "运输、印刷。", "用于同类项目。",
                 "¥20,000", "¥100,000", "第一批到了", "二十床。", "不是民政部指定的互联网公开募捐平台"):
        assert said in text, said
    assert db.session.get_one(Campaign, world["open"]).filing_number in text


@pytest.mark.parametrize("stage", ["draft", "plan"])
def test_what_is_not_approved_is_not_public(world, desks, browser, stage):
    ref = db.session.get_one(Campaign, world[stage]).ref
    for path in ("", "/account"):
        assert browser.get(f"/campaigns/{ref}{path}").status_code == 404
    assert "草稿" not in browser.page("/campaigns").text and desks["officer"].get(
        f"/desk/campaigns/{world['draft']}").status_code == 404 and browser.get("/campaigns/nothing").status_code == 404


LISTS = [("", "/campaigns"), ("clerk", "/charity/campaigns/"), ("officer", "/desk/campaigns/")]


@pytest.mark.parametrize("who, path", LISTS)
def test_a_list_takes_the_same_statements_however_long_it_is(city, users, desks, who, path):
    def grow():
        for stage in ("live", "closed"):
            getattr(campaigns, stage)(city, users["clerk"], 1000)
        campaigns.handed_in(users["clerk"])
        service.by_day()
        desks[who].page(path)
        return desks[who].statements

    before = grow()
    grow()
    assert grow() == before


def filled(browser, path, **changes):
    """The fields of a page's form as they stand, some of them changed."""
    html = browser.get(path).text
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', html))
    found.update(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', html))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'value="([^"]*)"', options)
        found[name] = chosen.group(1)
    return {name: value for name, value in {**found, **changes}.items() if name != "csrf_token"}


def test_a_plan_from_its_first_word_to_the_open_campaign(charity, desks):
    clerk, today, code = desks["clerk"], clock.today(), charity.credit_code
    at = "/charity/campaigns/new"
    clerk.send(at, title="一盏夜灯", summary="起夜不摔跤。", purpose="装夜灯。", beneficiaries="独居老人。",
               drive="double_ninth", photo=(io.BytesIO(picture()), "lamp.jpg"))
    db.session.remove()
    number = db.session.query(Campaign.id).scalar()
    db.session.remove()
    at = f"/charity/campaigns/{number}/plan/"
    clerk.send(at + "when", **filled(clerk, at + "when", starts_on=str(today), ends_on=str(today + 90 * DAY),
                                     area_code="371402"))
    clerk.send(at + "contact", **filled(clerk, at + "contact", in_charge="陈静", office="新湖大街 1 号", inquiry="慈善中国",
                                        contact_phone="0534-1234567", contact_mail="a@b.example"))
    clerk.send(at + "money", **filled(clerk, at + "money", goal="1,000", cost_percent="10", cost_text="运输", **{
        "lines-0-item": "夜灯", "lines-0-amount": "900", "lines-1-item": "运输", "lines-1-amount": "100",
        "lines-1-kind": "cost", "surplus_rule": "fund", "surplus_text": "基金"}))
    clerk.send(at + "giving", **filled(clerk, at + "giving", bank_holder="慈善会", bank_name="德州银行",
                                       bank_account="6222021234567890", ways="bank"))
    filing = f"{code}A{today:%y}001"
    clerk.send(at + "filing", **filled(clerk, at + "filing", filing_number=filing, filed_on=str(today - 12 * DAY)))
    answer = clerk.send(f"/charity/campaigns/{number}/submit", at=f"/charity/campaigns/{number}")
    assert db.session.get_one(Campaign, number).state == "submitted", Page(answer.text).text
    officer, anybody = desks["officer"], desks[""]
    officer.send(f"/desk/campaigns/{number}", **filled(officer, f"/desk/campaigns/{number}"))
    db.session.remove()
    service.by_day()
    campaign = db.session.get_one(Campaign, number)
    assert (campaign.state, campaign.goal_fen, campaign.ways) == ("live", 100_000, "bank")
    assert [(line.kind, line.amount_fen) for line in campaign.lines] == [("use", 90_000), ("cost", 10_000)]
    shown = anybody.get("/campaigns").text
    assert "一盏夜灯" in shown and f"{campaign.picture}-480.webp" in shown
    assert anybody.get(f"/campaigns/pictures/{campaign.picture}-480.webp").status_code == 200


@pytest.mark.parametrize("section, changes, said", [
    ("money", {"goal": "99"}, "应等于"), ("money", {"lines-3-item": "只有名字"}, ""), ("money", {"goal": "many"}, ""),
    ("giving", {"platform_url": "ftp://x"}, "https"), ("giving", {"bank_account": "abc"}, ""),
    ("when", {"ends_on": "x"}, ""), ("when", {"starts_on": "2099-01-01"}, "晚于"), ("about", {"title": ""}, ""),
    ("contact", {"contact_mail": "nobody"}, ""), ("filing", {"filed_on": ""}, "")])
def test_a_part_that_does_not_fit_says_how_to_mend_it(users, desks, section, changes, said):
    browser = desks["clerk"]
    number = campaigns.draft(users["clerk"]).id
    version = db.session.get_one(Campaign, number).version
    path = f"/charity/campaigns/{number}/plan/{section}"
    db.session.remove()
    answer = browser.send(path, **{**filled(browser, path), "ways": "bank", "surplus_rule": "fund", **changes})
    assert answer.status_code == 422 and said in Page(answer.text).text
    db.session.remove()
    assert db.session.get_one(Campaign, number).version == version


def test_targets_are_ticked_on_the_map(city, users, desks):
    browser = desks["clerk"]
    for _n in range(6):
        screened.silent(city)
    screened.screen(city)
    number = campaigns.draft(users["clerk"]).id
    db.session.remove()
    path = f"/charity/campaigns/{number}/targets"
    assert "371402:silent" in browser.get(path).text
    browser.send(path, target="371402:silent", then="overview")
    assert [(t.place_code, t.households) for t in db.session.get_one(Campaign, number).targets] == [("371402", 5)]
    db.session.remove()
    assert browser.send(path, target="371427:silent").status_code == 422


def test_money_from_two_hands_to_the_public_line(city, users, desks):
    campaign = campaigns.live(city, users["clerk"], 1_000_000)
    number, line, ref = campaign.id, campaign.lines[0].id, campaign.ref
    db.session.remove()
    clerk, manager, officer, anybody = (desks[who] for who in ("clerk", "manager", "officer", ""))
    clerk.send(f"/charity/campaigns/{number}/money/purchase", line=str(line), purpose="棉被 60 条", amount="6,000")
    one = db.session.query(Allocation.id).scalar()
    db.session.remove()
    page = f"/charity/campaigns/{number}/money"
    assert f"/charity/campaigns/money/{one}/approve" not in clerk.get(page).text, "not by who wrote it down"
    manager.send(f"/charity/campaigns/money/{one}/approve", at=page)
    clerk.send(f"/charity/campaigns/money/{one}/pay", invoice="23372000000000000001",
               photo=(io.BytesIO(picture()), "invoice.jpg"))
    db.session.remove()
    assert figures.of(db.session.get_one(Campaign, number)).used == 600_000
    public = anybody.page(f"/campaigns/{ref}/account").text
    assert "棉被 60 条" in public and "23372000000000000001" in public and "¥6,000" in public
    assert clerk.get(f"/charity/campaigns/money/{one}/invoice").mimetype == "image/webp"
    assert officer.get(f"/desk/campaigns/allocations/{one}/invoice").mimetype == "image/webp"


def test_news_are_told_and_corrected_by_forms(city, users, desks):
    campaign = campaigns.live(city, users["clerk"])
    number, ref = campaign.id, campaign.ref
    db.session.remove()
    path, browser = f"/charity/campaigns/{number}/news", desks["clerk"]
    assert browser.send(path, title="第一批", words="电话 13812345678").status_code == 422
    browser.send(path, title="第一批", words="三十床。", photos=(io.BytesIO(picture()), "a.jpg"))
    update = re.search(rf"{path}/(\d+)", browser.get(path).text).group(1)
    browser.send(f"{path}/{update}", title="第一批", words="二十九床。")
    shown = browser.get(f"/campaigns/{ref}")
    assert "<del>第一批</del>" in shown.text and "二十九床" in shown.text
    key = re.search(r"/campaigns/pictures/([^\"]+-480\.webp)", shown.text).group(1)
    assert browser.get(f"/campaigns/pictures/{key}").status_code == 200
    assert browser.get(f"/campaigns/pictures/{key.replace('480', '9')}").status_code == 404


def test_changes_reports_and_the_settlement_go_by_the_officer(city, users, desks):
    campaign = campaigns.live(city, users["clerk"], 50_000)
    number, ref, end, fund = campaign.id, campaign.ref, campaign.ends_on, f"fund:{campaign.raiser_id}"
    lines = {f"line-{line.id}": campaigns.LINES[n].amount_fen // 100 for n, line in enumerate(campaign.lines)}
    db.session.remove()
    clerk, manager, officer, anybody = (desks[who] for who in ("clerk", "manager", "officer", ""))
    at = f"/charity/campaigns/{number}"
    clerk.send(f"{at}/extension", new_end=str(end + DAY), reason="再给一天。")
    assert clerk.send(f"{at}/budget", reason="x", **{**lines, next(iter(lines)): "many"}).status_code == 422
    clerk.send(f"{at}/budget", **filled(clerk, f"{at}/budget", reason="天冷。", **{
        next(iter(lines)): "50000", "lines-0-item": "取暖器", "lines-0-amount": "10000"}))
    for change in db.session.query(PlanChange.id).order_by(PlanChange.id).all():
        officer.send(f"/desk/campaigns/changes/{change[0]}/approve", at=f"/desk/campaigns/{number}")
    db.session.remove()
    campaign = db.session.get_one(Campaign, number)
    assert campaign.ends_on == end + DAY and [line.item for line in campaign.lines][-1] == "取暖器"
    db.session.remove()
    manager.send(f"{at}/close", reason="够了。")
    service.by_day()
    report = db.session.query(Disclosure.id).scalar()
    clerk.send(f"/charity/campaigns/reports/{report}", words="收到 500 元。")
    assert "收到 500 元。" in anybody.page(f"/campaigns/{ref}/reports/{report}").text
    manager.send(f"{at}/settle", target=fund, words="余款转入基金。")
    db.session.remove()
    asked = db.session.query(Settlement.id).scalar()
    db.session.remove()
    officer.send(f"/desk/campaigns/settlements/{asked}/return", reason="请写明用途。")
    manager.send(f"{at}/settle", target=fund, words="余款转入助老基金。")
    officer.send(f"/desk/campaigns/settlements/{asked}/approve", at=f"/desk/campaigns/{number}")
    db.session.remove()
    assert db.session.get_one(Campaign, number).state == "settled"
    assert "余款转入助老基金。" in anybody.page(f"/campaigns/{ref}/account").text


def test_an_officer_turns_down_by_a_form(users, desks):
    browser = desks["officer"]
    number = campaigns.handed_in(users["clerk"]).id
    db.session.remove()
    assert browser.send(f"/desk/campaigns/{number}/return_", reason="").status_code == 422
    browser.send(f"/desk/campaigns/{number}/return_", reason="请写清对象。")
    assert db.session.get_one(Campaign, number).state == "returned"
    db.session.remove()
    assert "请写清对象。" in desks["clerk"].page(f"/charity/campaigns/{number}").text
