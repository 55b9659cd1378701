"""The list of the silent as a worker uses it: whom to go to, what came of it, and nothing that names anybody."""
import re

import pytest

from marketplace.assistance.policies import service
from marketplace.core.audit import AuditEntry
from marketplace.extensions import db
from marketplace.people.accounts.models import User
from tests import screened
from tests.city import OTHER_TOWN, TOWN, VILLAGE

MARKERS = ("王秀", "13000", "某村 8 号", "19")  # names, phones, addresses, years of birth


@pytest.fixture
def worker(city, browser):
    worker = city.person("social_worker", TOWN)
    browser.sign_in(worker)
    return worker


def shown(browser, query: str = "") -> list[int]:
    return [int(n) for n in re.findall(r'name="home" value="(\d+)"', browser.get(f"/desk/silent/?{query}").text)]


def test_before_any_screening_the_page_says_so(browser, worker):
    assert "还没有完成过筛查" in browser.page("/desk/silent/").text
    assert "No screening" in browser.page("/desk/silent/?lang=en").text


def test_the_worker_sees_whom_to_go_to_in_plain_words(city, browser, worker):
    home, far = screened.silent(city).id, screened.silent(city, OTHER_TOWN + "001").id
    screened.screen(city)
    db.session.remove()
    page = browser.page("/desk/silent/")
    for words in (f"{home} 号家庭", "¥18,882.40", "4 项政策", "特困人员救助供养", "另有 1 项", "只是提示", "1 户"):
        assert words in page.text, words
    assert "Support for persons in extreme hardship" in browser.page("/desk/silent/?lang=en").text
    assert shown(browser) == [home] and far not in shown(browser, f"area={OTHER_TOWN}")
    board = browser.get("/desk/?lang=en").text
    assert re.search(r'/desk/silent/"><strong>1</strong>', board)


def test_filters_stand_in_the_address_and_nonsense_narrows_nothing(city, browser, worker):
    old, young = screened.silent(city).id, screened.near(city).id
    screened.screen(city)
    db.session.remove()
    assert shown(browser, "policy=tekun_support") == [old] and shown(browser, "policy=marginal_household") == [young]
    assert shown(browser, f"area={VILLAGE}") == [old, young] and shown(browser, f"area={TOWN}002") == []
    assert shown(browser, "policy=x&kind=%27&area=%25&after=zz&lang=zh") == [old, young]
    assert "没有沉默家庭" in browser.page("/desk/silent/?policy=tekun_support&kind=fee_waiver").text


def test_several_are_noted_at_once_and_taken_back(city, browser, worker):
    homes = [screened.silent(city).id for _n in range(3)]
    foreign = screened.silent(city, OTHER_TOWN + "001").id
    screened.screen(city)
    db.session.remove()
    answer = browser.send("/desk/silent/contacts", at="/desk/silent/", home=[str(n) for n in (*homes[:2], foreign)],
                          kind="visited")
    assert "已为 2 户登记" in answer.text and shown(browser) == [homes[2]]
    numbers = re.search(r'name="contacts" value="([\d,]+)"', answer.text).group(1)
    browser.send("/desk/silent/contacts/take-back", at="/desk/silent/", contacts=numbers)
    assert shown(browser) == homes
    for fields, said in (({}, "勾选至少一户"), ({"home": str(homes[0]), "kind": "wished"}, "请选一个答案")):
        assert said in browser.send("/desk/silent/contacts", at="/desk/silent/", **fields).text


def test_the_household_page_shows_contacts_and_takes_one(city, browser, worker):
    number, name = screened.silent(city).id, worker.display_name
    screened.screen(city)
    db.session.remove()
    path = f"/desk/households/{number}"
    assert "还没有人联系过" in browser.page(path).text
    answer = browser.send(f"{path}/contacts", at=f"{path}/benefits", kind="list_given")
    assert "幸福清单已送到" in answer.text and name in answer.text and shown(browser) == []
    contact = re.search(rf"{path}/contacts/(\d+)/take-back", answer.text).group(1)
    browser.send(f"{path}/contacts/{contact}/take-back", at=path)
    assert shown(browser) == [number]


def test_the_file_has_the_area_alone_names_nobody_and_is_written_down(city, browser, worker, kind):
    screened.silent(city), screened.near(city)
    far = screened.silent(city, OTHER_TOWN + "001").id
    screened.screen(city)
    db.session.remove()
    for query, rows in (("", 2), ("?policy=tekun_support", 1), (f"?area={OTHER_TOWN}", 2)):
        answer = browser.send(f"/desk/silent/export{query}", at="/desk/silent/")
        assert answer.mimetype == "text/csv" and answer.headers["Cache-Control"] == "no-store"
        lines = answer.get_data(as_text=True).splitlines()
        assert len(lines) == rows + 1 and not any(line.startswith(f"{far},") for line in lines)
        assert not any(marker in answer.text for marker in MARKERS[:3])
    assert "18882.40" in answer.text and "特困人员救助供养" in answer.text
    said = db.session.query(AuditEntry).filter_by(capability="silent.read").order_by(AuditEntry.id).all()
    assert [entry.reason for entry in said] == [f"file of silent households, {n} rows" for n in (2, 1, 2)]


def test_no_list_names_anybody(city, browser, worker):
    home = screened.silent(city)
    screened.near(city), city.home(deposits=screened.OVER)
    people = [person.resident_id.reveal() for person in city.people(home)]
    screened.screen(city)
    db.session.remove()
    for path in ("silent/", "near/", "coverage/", "coverage/missed", "coverage/over"):
        text = browser.get(f"/desk/{path}").text
        assert "号家庭" in text or path == "coverage/"
        assert not any(marker in text for marker in (*MARKERS[:3], *people)), path


def test_it_takes_the_same_statements_for_three_and_for_thirty(city, browser, worker):
    def statements(path):
        browser.page(path)
        return browser.statements

    paths = [f"/desk/{path}" for path in ("", "silent/", "near/", "coverage/", "coverage/missed", "coverage/over")]
    number = worker.id
    screened.silent(city), city.home(deposits=screened.OVER)
    service.record(screened.near(city), "visited", by=worker)
    screened.screen(city)
    db.session.remove()
    before = [statements(path) for path in paths]
    worker = db.session.get_one(User, number)
    for _n in range(9):
        service.record(screened.near(city), "visited", by=worker)
        screened.silent(city), city.home(deposits=screened.OVER)
    city.settle()
    db.session.remove()
    assert [statements(path) for path in paths] == before


@pytest.mark.parametrize("role, allowed", [("supervisor", False), ("charity", False), ("verifier", False), ("donor", False)])
def test_nobody_else_comes_in(city, browser, role, allowed):
    browser.sign_in(city.person(role))
    for path in ("silent/", "near/", "coverage/missed", "coverage/over"):
        assert browser.get(f"/desk/{path}").status_code == 403
    assert browser.post("/desk/silent/export").status_code in (400, 403)
