"""Who is on record and who is not: numbers that lead down to a town, and lists behind them for those who may look."""
import re

import pytest

from marketplace.extensions import db
from tests import screened
from tests.city import OTHER_TOWN, TOWN, VILLAGE


@pytest.fixture
def found(city):
    """Six missed and one over-covered household in a town, one missed elsewhere."""
    homes = [screened.silent(city).id for _n in range(6)]
    over, far = city.home(ages=(40, 39), deposits=screened.OVER).id, screened.silent(city, OTHER_TOWN + "001").id
    screened.screen(city)
    db.session.remove()
    return {"missed": homes, "over": [over], "far": far}


def households(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"/desk/households/(\d+)/benefits", text)]


def test_numbers_lead_from_the_city_to_a_town_and_to_its_households(city, browser, found):
    browser.sign_in(city.person("social_worker", "3714"))
    page = browser.page("/desk/coverage/")
    assert "德城区" in page.text and "没有名册" in page.text
    county = browser.get("/desk/coverage/?area=371402").text
    assert f"area={TOWN}" in county
    town = browser.get(f"/desk/coverage/?area={TOWN}").text
    link = re.search(rf'href="(/desk/coverage/missed\?area={TOWN}&amp;policy=tekun_support)"><span class="nums">6<', town)
    assert sorted(households(browser.get(link.group(1).replace("&amp;", "&")).text)) == found["missed"]


def test_the_lists_speak_of_hints_and_stay_in_the_area(city, browser, found):
    browser.sign_in(city.person("social_worker", TOWN))
    missed, over = browser.get("/desk/coverage/missed"), browser.get("/desk/coverage/over")
    assert sorted(households(missed.text)) == found["missed"] and households(over.text) == found["over"]
    assert "不是决定" in missed.text and "只有人工复核才能变动待遇" in over.text
    assert "only a review by a person" in browser.get("/desk/coverage/over?lang=en").text
    assert sorted(households(browser.get(f"/desk/coverage/missed?area={OTHER_TOWN}").text)) == found["missed"]
    sheet = browser.send("/desk/coverage/missed/export?lang=zh", at="/desk/coverage/missed").get_data(as_text=True)
    assert len(sheet.splitlines()) == 7 and not re.search(rf"^{found['far']},", sheet, re.M)
    sheet = browser.send("/desk/coverage/over/export", at="/desk/coverage/over").get_data(as_text=True)
    assert "最低生活保障" in sheet and "18080" not in sheet


def test_a_supervisor_sees_coarse_numbers_and_no_household(city, browser, found):
    browser.sign_in(city.person("supervisor"))
    page = browser.page(f"/desk/coverage/?area={TOWN}")
    row = re.search(r"特困人员救助供养 (\S+) (\S+ ?\d?) ", page.text)
    assert row and row.group(1) == "5" and "不到 5" in page.text
    assert not re.search(r"(?<!\d)(6|1) ", page.text.split("按政策")[1].split("按2")[0])
    text = browser.get("/desk/coverage/").text
    assert "/desk/coverage/missed" not in text and not households(text)
    assert browser.get("/desk/coverage/missed").status_code == browser.get("/desk/coverage/over").status_code == 403


def test_a_village_has_its_lists(city, browser, found):
    browser.sign_in(city.person("social_worker", VILLAGE))
    text = browser.get("/desk/coverage/").text
    assert re.search(r'/desk/coverage/missed"><strong>6</strong>', text)
    assert sorted(households(browser.get("/desk/coverage/missed").text)) == found["missed"]
