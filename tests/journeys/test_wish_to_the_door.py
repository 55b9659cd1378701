"""The main job, whole: from the registry's files to the confirmed receipt and back out, each step by the person it
belongs to, in a browser, in Chinese and in English, on the site as `make run` starts it.

Pictures of every step lie where SCREENSHOTS says, if it says so.
"""
import io
import json

import pytest

from marketplace.demo import pictures
from tests.journeys.registry import snapshot
from tests.journeys.site import Visitor, album

WISHES = {"zh": {"item": "碎花新棉被", "words": "冬天屋里冷，旧被子不暖和了。", "alias": "桂花奶奶", "unit": "条",
                 "story": "天冷了，奶奶想要一床厚实的新棉被。", "search": "棉被",
                 "thanks": "被子很厚实，夜里不冷了。谢谢。"},
          "en": {"item": "Hearing aid batteries", "words": "I would like to hear my grandson.",
                 "alias": "Granny Osmanthus", "unit": "",
                 "story": "She would like to hear the birds and her grandson again.", "search": "aring ai",
                 "thanks": "I can hear the birds again. Thank you."}}


@pytest.mark.parametrize("lang, number", [("zh", 1), ("en", 2)])
def test_from_the_registry_to_the_door(site, browser, tmp_path, lang, number):
    phone, say = f"1300009000{number}", WISHES[lang]
    money = lang == "en"
    snapshot(site, tmp_path, number, phone, "dibao")

    # the family signs in with its phone, and makes a wish
    family = Visitor(browser, site, lang, album(lang))
    family.see("front")
    family.go("/sign-in/")
    family.see("sign-in")
    family.go("/sign-in/family")
    family.fill(phone=phone)
    family.press()
    family.see("code")
    family.fill(code=family.code(phone))
    family.press("form[action*=code]")
    family.see("family-home")
    family.go("/home/wishes/new")
    if money:
        family.choose("kind", "money")
        family.page.locator("[name=category]").select_option("aid")
    else:
        family.page.locator("[name=category]").select_option("bedding")
    family.fill(item=say["item"], price="160", words=say["words"])
    if not money:
        family.fill(unit=say["unit"], wanted="1")
    family.page.locator("[name=photo]").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": pictures.draw("ear" if money else "quilt", 3)})
    family.page.locator("[name=consent]").check(force=True)
    family.see("writing")
    family.press()
    family.see("sent")
    assert say["item"] in family.text()

    # the worker of the area checks it, says what the public sees, and publishes
    worker = Visitor(browser, site, lang, album(lang))
    worker.sign_in_for_work("liu")
    worker.see("desk")
    worker.page.locator("a", has_text=say["item"]).first.click()
    worker.page.wait_for_load_state()
    check = worker.page.url
    worker.see("checking")
    worker.press("form[action*=photos]")
    worker.fill(alias=say["alias"], story=say["story"])
    worker.page.locator("[name=organisation_id]").select_option(site.charity)
    with worker.page.expect_navigation():
        worker.page.locator("button[name=then][value=publish]").click()
    worker.see("published")

    # a giver without an account finds it by a part of a word, and promises
    giver = Visitor(browser, site, lang, album(lang))
    giver.go("/wishes")
    giver.see("browse")
    giver.go(f"/wishes?q={say['search']}&sort=newest")
    giver.see("search")
    with giver.page.expect_navigation():
        giver.page.locator("main a", has_text=say["item"]).first.click()
    wish = giver.page.url
    giver.see("wish")
    for secret in ("周桂芳", phone, "某街"):
        assert secret not in giver.page.content()
    if money:
        giver.fill(yuan="160")
    giver.press("main form[action^='#need']")
    giver.see("confirm")
    gift = giver.page.url.removesuffix("/confirm")
    if money:
        giver.press()
        giver.see("payment-page")
        giver.fill(number="4000 0000 0000 0002", expiry="12/34", cvc="123")
        giver.press("form.card")
        giver.see("payment-declined")
        giver.fill(number="4242 4242 4242 4242", expiry="12/34", cvc="123")
        giver.press("form.card")
        giver.see("payment-back")
        charity = Visitor(browser, site, lang, album(lang))
        giver.wait_for(gift, "Paid to")
        charity.sign_in_for_work("tongxin")
        charity.see("charity")
        charity.press("form[action*=purchase]")
        charity.see("charity-bought")
        charity.press("form[action*=dispatch]")
    else:
        giver.fill(phone="13900001234")
        giver.press()
        giver.wait_for(gift, "下一步")
        giver.see("promised")
        giver.choose("way", "parcel")
        giver.press("form[action*=dispatch]")
    giver.go(gift)
    giver.see("on-its-way")

    # the station takes it in, and hands it over against the household's code
    worker.go("/desk/deliveries/")
    worker.see("station")
    worker.page.locator("main a[href*='/desk/deliveries/']", has_text=say["item"]).first.click()
    worker.page.wait_for_load_state()
    delivery = worker.page.url
    worker.press("form[action$=arrive]")
    worker.see("arrived")
    family.wait_for("/home/", "可以取了" if lang == "zh" else "Ready to fetch")
    worker.go(delivery)
    worker.fill(proof="000000")
    worker.press("form[enctype]")
    worker.see("wrong-code")
    worker.fill(proof=family.code(phone))
    worker.press("form[enctype]")
    worker.see("handed-over")

    # the family confirms and thanks; the giver reads it once a worker has
    family.go("/home/")
    family.see("to-confirm")
    family.press("form[action$=confirm]")
    family.see("how-content")
    family.choose("satisfaction", "5")
    family.press()
    family.see("thanking")
    family.fill(words=say["thanks"])
    family.press()
    worker.go("/desk/")
    worker.see("thanks-to-read")
    worker.press("form[action$=approve]")
    giver.wait_for(gift, say["thanks"])
    giver.see("thanked")
    giver.go(f"{gift}/receipt")
    giver.see("receipt")

    # fulfilled: the wish is closed; the books and the chain agree
    assert giver.page.request.get(wish).status == 410
    assert "balanced" in site.flask("ledger", "verify") and "whole" in site.flask("audit", "verify")
    assert check


def test_a_household_that_is_no_longer_eligible_disappears_and_comes_back(site, browser, tmp_path):
    snapshot(site, tmp_path, 3, "13000090003", "dibao")
    family = Visitor(browser, site, "zh", album("gone"))
    family.sign_in_by_phone("13000090003", "family")
    family.go("/home/wishes/new")
    family.page.locator("[name=category]").select_option("kitchen")
    family.fill(item="电热水壶", price="90", words="烧水不方便。", unit="个", wanted="1")
    family.page.locator("[name=consent]").check(force=True)
    family.press()
    worker = Visitor(browser, site, "zh", album("gone"))
    worker.sign_in_for_work("zhao")
    worker.page.locator("a", has_text="电热水壶").first.click()
    worker.page.wait_for_load_state()
    worker.fill(alias="青瓦奶奶", story="想要一个壶嘴弯弯的电热水壶。")
    with worker.page.expect_navigation():
        worker.page.locator("button[name=then][value=publish]").click()
    giver = Visitor(browser, site, "zh", album("gone"))
    giver.go("/wishes?q=壶嘴弯弯")
    with giver.page.expect_navigation():
        giver.page.locator("main a", has_text="电热水壶").first.click()
    wish = giver.page.url
    giver.press("main form[action^='#need']")
    giver.fill(phone="13900001234")
    gift = giver.page.url.removesuffix("/confirm")
    giver.press()

    snapshot(site, tmp_path, 3, "13000090003", "")
    assert giver.page.request.get(wish).status == 410
    giver.go("/wishes?q=壶嘴弯弯")
    assert "青瓦奶奶" not in giver.text()
    giver.see("gone-from-search")
    giver.page.goto(wish)
    giver.see("gone")
    giver.wait_for(gift, "暂停")
    giver.see("called-off")
    family.go("/home/")
    family.see("paused")

    snapshot(site, tmp_path, 3, "13000090003", "dibao")
    assert giver.page.request.get(wish).status == 200
    giver.go("/wishes?q=壶嘴弯弯")
    assert "青瓦奶奶" in giver.text()


def test_nothing_was_lost_on_the_way(site):
    """After all journeys no job waits in vain, and no part of the site fell."""
    assert "stopped" not in (site.data / "run.log").read_text()
    errors = [line for line in io.StringIO((site.data / "log" / "site.log").read_text()) if '"level": "error"' in line]
    assert not errors, json.dumps(errors[:3])
