"""Near misses with their distance, for a wish; and where help is missing, as numbers that point at nobody."""
import re

from marketplace.extensions import db
from tests import screened
from tests.city import OTHER_TOWN, TOWN


def test_the_distance_is_said_in_words_and_a_wish_is_one_press_away(city, browser):
    close, far = screened.near(city, income="100000"), screened.near(city, income="115000")
    recorded = city.home(ages=(40, 39), category="marginal", deposits="", farm_income_year="4000000")
    numbers = [one.id for one in (close, far, recorded)]
    screened.screen(city)
    db.session.remove()
    browser.sign_in(city.person("social_worker", TOWN))
    page = browser.page("/desk/near/")
    for words in ("最低生活保障", "每人每月的收入高出 10 元", "每人每月的收入高出 160 元", "1.0", "16.1"):
        assert words in page.text, words
    assert "is 10 yuan above" in browser.page("/desk/near/?lang=en").text
    text = browser.get("/desk/near/?lang=zh").text
    assert text.index(f"{numbers[0]} 号家庭") < text.index(f"{numbers[1]} 号家庭")
    assert "160 元" not in browser.page("/desk/near/?within=50").text
    assert "没有只差一点的家庭" in browser.page(f"/desk/near/?area={TOWN}002").text
    eligible = {int(n) for n in re.findall(r"/desk/households/(\d+)/wishes/new", text)}
    assert eligible <= set(numbers) and all(browser.get(f"/desk/households/{n}/wishes/new").status_code == 200
                                            for n in eligible)
    sheet = browser.send("/desk/near/export?within=50", at="/desk/near/")
    assert "每人每月的收入高出 10 元" in sheet.text and "160 元" not in sheet.text


def test_a_charity_sees_where_help_is_missing_and_no_household(city, browser):
    for _n in range(6):
        screened.near(city)
    screened.near(city, OTHER_TOWN + "001")
    city.wish(city.home())
    screened.screen(city)
    db.session.remove()
    browser.sign_in(city.person("charity", organisation_id=city.organisation().id))
    page = browser.page("/needs/")
    assert "德城区 5 5 不到 5 不到 5 不到 5" in page.text and "齐河县" not in page.text.split("按地方")[0].split("查看")[-1]
    assert "最低生活保障" in page.text and "号家庭" not in page.text
    assert "under 5" in browser.page("/needs/?lang=en&area=371427").text
    assert "新湖街道" in browser.page("/needs/?lang=zh&area=371402").text
    assert browser.page("/needs/?area=x&policy=y&within=z&kind=%27").lang
    assert browser.get("/desk/near/").status_code == 403


def test_supervisors_and_workers_may_look_others_may_not(city, browser, app):
    for role, area, status in (("supervisor", "3714", 200), ("administrator", "", 200), ("social_worker", TOWN, 200),
                               ("verifier", "3714", 403), ("operator", "3714", 403), ("donor", "", 403)):
        user = city.person(role, area) if area else city.person(role)
        assert app.test_client().sign_in(user).get("/needs/").status_code == status, role
