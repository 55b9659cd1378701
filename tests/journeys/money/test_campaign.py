"""A campaign from its first word to its published account: clerk, manager, officer and giver, each with a browser."""
from datetime import timedelta

from marketplace.core import clock
from tests.city import picture
from tests.journeys.money.conftest import follow, pay, until
from tests.journeys.money.town import CODE

DAY = timedelta(days=1)
UPLOAD = {"name": "picture.jpg", "mimeType": "image/jpeg", "buffer": picture()}
ENGLISH = "Warmth in Time"
TITLE = "让暖和早一点到"


def test_from_the_plan_to_the_published_account(town):
    clerk, manager, bureau, giver = (town.visitor(name) for name in ("clerk", "tongxin", "bureau", ""))
    planned(town, clerk)
    approved(town, bureau)
    given(town, giver, clerk, manager)
    spent(town, clerk, manager)
    ended(town, manager, clerk, bureau)
    told(town, giver)


def planned(town, clerk):
    """The plan, a part per page, with the number under which it was filed twelve days ago."""
    today = clock.today()
    clerk.go("/charity/campaigns/")
    follow(clerk, "a[href='/charity/campaigns/new']")
    clerk.fill(title=TITLE, english=ENGLISH, summary="一床棉被，送到怕冷的人手里。",
               purpose="入冬前把棉被送到困难老人家里。", beneficiaries="德城区怕冷的困难老人，由街道和社工核实。")
    clerk.page.locator("[name=photo]").set_input_files(UPLOAD)
    clerk.press()
    clerk.fill(starts_on=str(today), ends_on=str(today + 60 * DAY))
    clerk.page.locator("[name=area_code]").select_option("371402")
    clerk.press()
    clerk.fill(in_charge="陈静", office="德州市德城区新湖大街 1 号", contact_phone="0534-1234567",
               inquiry="慈善中国网站，按备案编号查询。")
    clerk.press()
    clerk.fill(goal="3000", cost_percent="5", cost_text="运输。", surplus_text="用于同类项目。", **{
        "lines-0-item": "棉被", "lines-0-amount": "2000", "lines-1-item": "给微心愿的资助", "lines-1-amount": "850",
        "lines-2-item": "运输", "lines-2-amount": "150"})
    clerk.page.locator("[name=lines-2-kind]").select_option("cost")
    clerk.choose("surplus_rule", "similar_purpose")
    clerk.see("plan-money")
    clerk.press()
    for way in ("site", "bank"):
        clerk.choose("ways", way)
    clerk.fill(bank_holder="德州市同心慈善会", bank_name="德州银行新湖支行", bank_account="6222021234567890")
    clerk.press()
    clerk.fill(filing_number=f"{CODE}A{today:%y}001", filed_on=str(today - 9 * DAY))
    clerk.press()
    follow(clerk, "main a", has_text=TITLE)
    clerk.see("plan-overview")
    clerk.press("form[action$=submit]")
    assert town.say("备案", "filed") in clerk.page.locator(".flash, .notice").first.inner_text(), "nine days are too few"
    clerk.see("plan-filed-too-late")
    follow(clerk, "main a[href$=filing]")
    clerk.fill(filed_on=str(today - 12 * DAY))
    follow(clerk, "button[value=overview]")
    clerk.press("form[action$=submit]")


def approved(town, bureau):
    """The officer of the bureau looks at everything, and lets it stand; its first day has come, so it begins."""
    bureau.go("/desk/campaigns/")
    follow(bureau, "main a", has_text=TITLE)
    assert f"{CODE}A" in bureau.text()
    bureau.see("officer-checks")
    bureau.press("main form:has([name=version])")


def given(town, giver, clerk, manager):
    """By card on the site; and by a transfer that a clerk records and the manager confirms. Then news with a picture."""
    name = town.say(TITLE, ENGLISH)
    giver.wait_for("/campaigns?state=live", name)
    follow(giver, "main a", has_text=name)
    giver.see("campaign-open")
    follow(giver, "a[href$='/give']")
    giver.fill(yuan="200")
    giver.see("give-to-a-campaign")
    giver.press("main form:has([name=yuan])")
    pay(giver)
    until(giver, town.say("善款已到慈善组织账上", "Your money is with the charity"))
    giver.see("campaign-gift")

    clerk.go("/charity/gifts/new")
    clerk.choose("way", "bank")
    clerk.fill(yuan="1500", reference="TX20260001", name="德州暖阳公司")
    clerk.page.locator("[name=target]").select_option(label=town.say(f"募捐项目：{TITLE}", f"Campaign: {TITLE}"))
    clerk.page.locator("[name=photo]").set_input_files(UPLOAD)
    clerk.press()
    assert not clerk.page.locator("form[action$=confirm]").count(), "not by who recorded it"
    manager.go("/charity/gifts")
    follow(manager, "main a", has_text="TX20260001")
    manager.see("slip-to-confirm")
    manager.press("form[action$=confirm]")

    clerk.go("/charity/campaigns/")
    follow(clerk, "main a", has_text=TITLE)
    follow(clerk, "main a[href$='/news']")
    clerk.fill(title="第一批棉被定好了", words="三十床棉被已经定好，下周送到街道。")
    clerk.page.locator("[name=photos]").set_input_files(UPLOAD)
    clerk.press()
    clerk.see("news")


def spent(town, clerk, manager):
    """A purchase that two persons answer for, a gift to a wish, and a cost: each from its line, with its invoice."""
    money = clerk.page.url.replace("/news", "/money")
    clerk.go(f"{money}/purchase")
    clerk.fill(purpose="棉被 30 床", amount="1200")
    clerk.press()
    clerk.see("set-aside")
    assert not clerk.page.locator("form[action$=approve]").count(), "not by who wrote it down"
    manager.go("/charity/campaigns/")
    follow(manager, "main a[href*='/money']")
    manager.press("form[action$=approve]")
    clerk.go(f"{money}/wish")
    clerk.page.locator("main label", has_text="书桌").click()
    clerk.page.locator("[name=line]").select_option(index=1)
    clerk.fill(amount="300")
    clerk.press()
    clerk.go(f"{money}/purchase")
    clerk.page.locator("[name=line]").select_option(index=2)
    clerk.fill(purpose="运到街道", amount="60")
    clerk.press()
    for number, invoice in enumerate(("26372000000000000001", "26372000000000000002")):
        follow(clerk, "main a[href$='/pay']")
        clerk.fill(invoice=invoice)
        clerk.page.locator("[name=photo]").set_input_files(UPLOAD)
        clerk.press()
        assert clerk.page.locator("main a[href$='/pay']").count() == 1 - number
    clerk.see("spent")


def ended(town, manager, clerk, bureau):
    """The manager ends it early, the clerk publishes the full account, the manager settles, the officer lets it stand."""
    at = clerk.page.url.replace("/money", "")
    manager.go(f"{at}/close")
    manager.fill(reason="要买的都买好了。")
    manager.press()
    clerk.wait_for(at, town.say("结束后的全面公开", "Full account after the end"))
    follow(clerk, "main a[href*='/reports/']")
    clerk.fill(words="收到 1,700 元，买了三十床棉被，一张书桌。余款转入统筹善款。")
    clerk.see("account-writing")
    clerk.press()
    manager.go(f"{at}/settle")
    manager.choose("target", f"fund:{town.charity}")
    manager.fill(words="棉被全部送到，余款 140 元转入统筹善款，用于同类帮助。")
    manager.see("settling")
    manager.press()
    bureau.go("/desk/campaigns/")
    follow(bureau, "#settlements a")
    bureau.see("officer-settles")
    bureau.press("form[action*=settlements]")


def told(town, giver):
    """What everybody reads: every line with its invoice, and to the fen what became of the rest."""
    giver.go("/campaigns?state=settled")
    follow(giver, "main a", has_text=town.say(TITLE, ENGLISH))
    giver.see("campaign-settled")
    assert "三十床棉被已经定好" in giver.text() and giver.page.locator("main img[src*='/campaigns/pictures/']").count() >= 2
    follow(giver, "main a[href*='/reports/']")
    giver.page.go_back()
    follow(giver, "main a[href$='/account']")
    giver.see("account")
    for words in ("棉被 30 床", "26372000000000000001", "¥1,200", "运到街道", "26372000000000000002", "¥60", "¥300",
                  "¥1,700", "¥140"):
        assert words in giver.text(), words
    assert town.say("统筹善款", "fund of Dezhou Tongxin Charity") in giver.text()
    follow(giver, f"main a[href='/transparency/wishes/{town.wishes['desk']}']")
    assert "¥300" in giver.text()
    giver.go("/transparency")
    assert town.say("账是平的", "It adds up") in giver.text()
