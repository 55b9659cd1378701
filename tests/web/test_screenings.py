"""Screenings as pages: started, watched, stopped; what a run found; and what is different from the run before, and why."""
import csv
import io
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from marketplace.assistance.policies import service
from marketplace.assistance.policies.models import Screening
from marketplace.assistance.policies.queries import runs
from marketplace.core import clock, outbox
from marketplace.extensions import db
from marketplace.people.accounts.permissions import RULES
from tests.city import OTHER_TOWN, TOWN, VILLAGE


def screened(city, as_of: date | None = None) -> int:
    """A run over the city, to its end."""
    run = service.start(city.person("administrator"), as_of).id
    city.settle()
    return run


def table(browser, run: int) -> list[dict]:
    """The rows of the file that a run gives."""
    return list(csv.DictReader(io.StringIO(browser.get(f"/screenings/{run}/table.csv").data.decode("utf-8-sig"))))


@pytest.fixture
def runs_of_two(city):
    """Seven households; then one comes to money, one is new, and one has a new member. Two runs, and what happened."""
    homes = [city.home() for _ in range(6)] + [city.home(place=OTHER_TOWN + "001")]
    first = screened(city)
    lost, stayed = homes[0], homes[1]
    city.lose(lost)
    new = city.home(ages=(70,))
    city.settle()
    second = screened(city)
    return {"first": first, "second": second, "lost": lost.id, "new": new.id, "stayed": stayed.id}


def test_somebody_of_the_city_starts_it_watches_it_and_stops_it(city, browser):
    city.home()
    browser.sign_in(city.person("supervisor"))
    assert "全市还没有筛查过" in browser.page("/screenings/").text
    answer = browser.send("/screenings/new", status=200, as_of=clock.today().isoformat())
    assert "后台一有空就开始" in answer.text and "hx-trigger" in answer.text
    assert "正在进行" in browser.send("/screenings/new", status=422, as_of=clock.today().isoformat()).text
    run = answer.request.path
    browser.send(f"{run}/stop", at=run, status=200)
    city.settle()
    assert "没有保留任何结果" in browser.page(run).text
    assert browser.get(run, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("day, said", [
    ("", "Please fill this in"), ("2017-12-31", "from 2018-01-01 to 2027-12-31"), ("2030-01-01", "2027-12-31"),
    ("tomorrow", "has not come yet"), ("nonsense", "")])
def test_a_day_that_cannot_be_is_refused(city, browser, day, said):
    browser.sign_in(city.person("administrator"))
    day = (clock.today() + timedelta(days=1)).isoformat() if day == "tomorrow" else day
    assert said in browser.send("/screenings/new?lang=en", status=422, as_of=day).text
    assert "has not been screened" in browser.page("/screenings/").text


def test_progress_says_what_is_done_and_what_is_left(city, browser):
    run = service.start(city.person("administrator"))
    db.session.execute(update(Screening).where(Screening.id == run.id).values(total=4000, done=1000, started_at=clock.now()))
    db.session.commit()
    page = browser.sign_in(city.person("social_worker", TOWN)).page("/screenings/?lang=en")
    assert "1,000 of 4,000 households, 25 %; 3,000 are left." in page.text and "Stop this run" not in page.text


def test_a_run_that_stands_still_says_what_to_do(city, browser):
    run = service.start(city.person("administrator"))
    db.session.execute(update(outbox.Job).where(outbox.Job.body == runs._due(run)).values({"state": "failed"}))
    db.session.commit()
    for role, words in (("administrator", "查看失败的任务"), ("supervisor", "由管理员重新启动")):
        page = browser.sign_in(city.person(role)).page(f"/screenings/{run.id}")
        assert "停住了" in page.text and words in page.text


def test_a_worker_reads_exact_numbers_of_the_own_area(browser, city, runs_of_two):
    browser.sign_in(city.person("social_worker", TOWN))
    page = browser.page(f"/screenings/{runs_of_two['second']}?policy=tekun_support")
    assert "新湖街道" in page.text and "应享（项）" in page.text and "不到 5" not in page.text
    assert browser.statements <= 16
    rows = table(browser, runs_of_two["second"])
    assert {row["代码"] for row in rows} == {TOWN}
    assert next(r["应享"] for r in rows if r["政策代码"] == "tekun_support") == "6"


def test_a_supervisor_reads_coarse_ones_down_to_the_town(browser, city, runs_of_two):
    browser.sign_in(city.person("supervisor"))
    run = f"/screenings/{runs_of_two['second']}"
    city_page = browser.page(run)
    assert "德城区" in city_page.text and "不到 5" in city_page.text
    assert "新湖街道" in browser.page(f"{run}?area=371402&policy=tekun_support").text
    page = browser.page(f"{run}?area={TOWN}&policy=tekun_support&lang=en")
    assert "5 entitlements" in page.text and "6 entitlements" not in page.text
    rows = table(browser, runs_of_two["second"])
    assert {row["Entitled"] for row in rows} == {"", "5"}
    assert {row["On record"] for row in rows if row["Policy code"] == "winter_heating_aid"} == {""}


def test_who_is_new_who_left_and_why_household_by_household(browser, city, runs_of_two):
    browser.sign_in(city.person("social_worker", TOWN))
    path = f"/screenings/{runs_of_two['second']}/changes"
    new = browser.page(f"{path}?policy=tekun_support")
    assert f"{runs_of_two['new']} 号家庭" in new.text and "这户是新登记的" in new.text
    assert f"{runs_of_two['lost']} 号家庭" not in new.text
    left = browser.page(f"{path}?what=left&policy=tekun_support&lang=en")
    assert f"Household {runs_of_two['lost']}" in left.text and "Not met any more: " in left.text
    assert f"Household {runs_of_two['stayed']}" not in left.text + new.text
    assert browser.statements <= 18
    elsewhere = browser.sign_in(city.person("social_worker", OTHER_TOWN)).page(path + "?lang=zh")
    assert "号家庭" not in elsewhere.text


def test_a_supervisor_reads_numbers_and_no_household(browser, city, runs_of_two):
    for role in ("supervisor", "administrator"):
        page = browser.sign_in(city.person(role)).page(f"/screenings/{runs_of_two['second']}/changes")
        assert "号家庭" not in page.text and "新增的原因" in page.text and "不到 5" in page.text


def test_a_village_worker_has_the_list_though_not_the_numbers(browser, city, runs_of_two):
    browser.sign_in(city.person("social_worker", VILLAGE))
    assert "按乡镇（街道）汇总" in browser.page(f"/screenings/{runs_of_two['second']}").text
    assert f"{runs_of_two['new']} 号家庭" in browser.page(f"/screenings/{runs_of_two['second']}/changes").text


def test_a_list_of_many_goes_on_page_by_page_with_as_many_questions(browser, city, runs_of_two, monkeypatch):
    from marketplace.assistance.policies.queries import differences
    whole = differences.listed
    monkeypatch.setattr(differences, "listed", lambda *given: whole(*given, size=2))
    browser.sign_in(city.person("social_worker", TOWN))
    path, seen, asked = f"/screenings/{runs_of_two['second']}/changes?what=left", [], set()
    after = ""
    while True:
        answer = browser.get(path + after)
        asked.add(browser.statements)
        seen.append(answer.text)
        if 'rel="next"' not in answer.text:
            break
        after = "&after=" + answer.text.split('rel="next"')[0].rsplit("after=", 1)[1].split('"')[0]
    assert len(seen) > 1 and max(asked) <= 18 and len(asked) == 1


def test_the_first_run_has_nothing_to_be_compared_with(browser, city):
    city.home()
    run = screened(city)
    browser.sign_in(city.person("supervisor"))
    assert "这是第一次筛查" in browser.page(f"/screenings/{run}/changes").text
    assert "和上一次对比" not in browser.page(f"/screenings/{run}").text


def test_as_many_questions_for_many_runs(browser, city):
    city.home()
    asked = set()
    browser.sign_in(city.person("supervisor"))
    for _time in range(3):
        screened(city)
        browser.get("/screenings/")
        asked.add(browser.statements)
    assert len(asked) == 1 and asked.pop() <= 12


def test_others_do_not_get_in(browser, city, runs_of_two, app):
    paths = ["", "new", *(f"{runs_of_two['second']}{end}" for end in ("", "/changes", "/table.csv"))]
    for role in RULES["account.use"].roles - RULES["screening.read"].roles - {"beneficiary"}:
        visitor = app.test_client().sign_in(city.person(role))
        assert {visitor.get(f"/screenings/{path}").status_code for path in paths} == {403}, role
    assert app.test_client().get("/screenings/").status_code == 302


def test_a_supervisor_comes_to_the_screenings(browser, city):
    city.person("supervisor")
    from marketplace.people.accounts import service as accounts
    accounts.create("supervisor", username="gao", display_name="高远", area_code="3714", password="a long password")
    answer = browser.send("/sign-in/staff", username="gao", password="a long password")
    assert answer.request.path == "/screenings/" and "政策筛查" in answer.text
