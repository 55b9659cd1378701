"""The catalogue as pages: read, changed by a file, its effects seen, put in force by somebody else."""
import io

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from marketplace.assistance.policies import service
from marketplace.catalogue import catalogue as catalogues
from marketplace.core import audit
from marketplace.core.errors import Refused
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.network.registry import rulebook
from marketplace.network.registry.rulebook import CatalogueVersion
from marketplace.people.accounts.permissions import RULES
from marketplace.web import faults, words
from tests.city import HEATING, TOWN

TEXT = catalogues.built_in().text


def upload(browser, content: str | bytes, note: str = "取暖补助提高，2026年6月12日通知", lang: str = "zh", **more):
    content = content.encode() if isinstance(content, str) else content
    return browser.send(f"/catalogue/propose?lang={lang}", file=(io.BytesIO(content), "policies.yaml"), note=note, **more)


def kept() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(CatalogueVersion))


@pytest.mark.parametrize("lang, heads", [
    ("zh", ("文本原文", "参数及其日期和依据", "困难群众冬季取暖救助", "2022年11月1日")),
    ("en", ("As it stands in the text", "Parameters, with their days and sources", "Winter heating aid",
            "1 November 2022"))])
def test_the_text_in_force_can_be_read_and_downloaded(city, browser, lang, heads):
    browser.sign_in(city.person("supervisor"))
    assert "/catalogue/0" in browser.get(f"/catalogue/?lang={lang}").text
    page = browser.page("/catalogue/0/policies/winter_heating_aid")
    assert all(head in page.text for head in heads) and "param('heating_aid', nz(h.heating_type, 'coal'))" in page.text
    assert heads[2] in browser.page("/catalogue/0/policies").text
    assert "全市城乡低保和特困人员供养标准的通知" in browser.page("/catalogue/0/policies/dibao_household").text
    answer = browser.get("/catalogue/0/policies.yaml")
    assert answer.data.decode() == TEXT and "attachment" in answer.headers["Content-Disposition"]
    assert browser.get("/catalogue/0/policies/no_such").status_code == 404 and kept() == 0


def test_from_a_file_over_its_effects_into_force(city, browser, app):
    for _home in range(6):
        city.home()
    proposer, second = city.person("supervisor"), city.person("administrator")
    answer = upload(browser.sign_in(proposer), TEXT.replace(*HEATING))
    draft = answer.request.path
    assert "36000" in answer.text and "批准生效</button>" not in answer.text
    assert "后台一有空就开始" in browser.send(f"{draft}/preview", at=draft).text
    city.settle()
    page = browser.page(f"{draft}?policy=winter_heating_aid&lang=en")
    assert "5 get more" in page.text and "Somebody else puts it in force" in page.text
    assert "+¥300" in page.text
    assert browser.statements <= 22
    other = app.test_client().sign_in(second)
    assert "In force. The city is screened again" in other.send(f"{draft}/publish?lang=en", at=draft).text
    city.settle()
    assert rulebook.current().hash == draft_hash(draft) and "第 2 次筛查" in other.page("/screenings/2?lang=zh").text
    assert "曾经现行" in other.page("/catalogue/").text


def draft_hash(path: str) -> str:
    db.session.rollback()
    return db.session.get_one(CatalogueVersion, int(path.rsplit("/", 1)[1])).hash


def test_faults_are_shown_all_at_once_with_line_and_text_and_nothing_is_kept(city, browser):
    wrong = TEXT.replace("h.pc_adj < h.std or h.gradual_exit", "h.pc_adjj < h.std or h.gradual_exit").replace(
        'expr: "h.hukou_local", zh: 本市户籍}', 'expr: "h.unit_n", zh: 本市户籍}', 1)
    browser.sign_in(city.person("administrator"))
    page = upload(browser, wrong, status=422).text
    assert "有 2 处错误，什么都没有保存" in page.replace("\n", "") and "h.pc_adjj&#39; 没有定义" in page
    assert "第 1280 行" in page and "zh: 扣减刚性支出后人均月收入低于低保标准" in page and "是 int，应当是 bool" in page
    assert "2 faults: nothing was kept" in upload(browser, wrong, lang="en", status=422).text and kept() == 0


@pytest.mark.parametrize("content, said", [
    (b"", "Choose the file"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "not a text in UTF-8"), (b"a: b\0", "not a text file"),
    ("政策目录：一\n".encode("gb18030"), "not a text in UTF-8"), (b"x" * 1_000_001, "too large"),
    (b"- 1\n- 2\n", "not a mapping"), (b"a: [1, 2\nb: 3\n", "1 fault"),
    (b"[" * 3000, "1 fault"), (b"meta: {}\n", "faults: nothing was kept"),
    (b"a: &a [*a]\n", "fault"), (b"<script>alert(1)</script>: 1\n", "fault")])
def test_what_is_no_catalogue_is_refused_with_a_sentence(city, browser, content, said):
    browser.sign_in(city.person("administrator"))
    page = upload(browser, content, lang="en", status=422).text
    assert said in page and "<script>alert" not in page and kept() == 0


def test_line_ends_and_a_mark_of_other_editors_make_no_other_text(city, browser):
    browser.sign_in(city.person("administrator"))
    page = upload(browser, ("\ufeff" + TEXT.replace("\n", "\r\n")).encode(), lang="en", status=422).text
    assert "This very text is in force already" in page


def test_every_no_on_the_way_is_said(city, browser, app):
    city.home()
    me, admin = city.person("supervisor"), city.person("administrator")
    draft = f"/catalogue/{city.proposed(me).id}"
    browser.sign_in(me)
    assert "This very text is a draft already" in upload(browser, TEXT.replace(*HEATING), lang="en", status=422).text
    other = f"/catalogue/{city.proposed(me, new=HEATING[1].replace('36000', '37000')).id}"
    browser.send(f"{draft}/preview", at=draft)
    assert "Another run of this kind is at work" in browser.send(f"{other}/preview", at=other).text
    city.settle()
    with transaction():
        audit.record(0, "registry.import", "registry")
    second = app.test_client().sign_in(admin)
    assert "The registry was loaded after" in second.send(f"{draft}/publish?lang=en", at=draft).text
    assert browser.post(f"{draft}/publish").status_code in (400, 404)
    browser.send(f"{draft}/withdraw", at=draft)
    answer = second.post(f"{draft}/publish", data={"csrf_token": token(second, "/screenings/new")}, follow_redirects=True)
    assert "It is now: Withdrawn" in answer.text


def token(browser, path: str) -> str:
    return browser.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]


def test_a_draft_is_compared_with_what_is_in_force_line_by_line(city, browser):
    draft = city.proposed(city.person("supervisor")).id
    page = browser.sign_in(city.person("administrator")).page(f"/catalogue/{draft}?lang=en")
    assert HEATING[0] in page.text and HEATING[1] in page.text and "Changed lines" in page.text
    assert page.text.count("heating_marginal") == 1  # some lines around, not the whole text


def test_a_supervisor_of_less_than_the_city_sees_no_version(city, browser):
    draft = city.proposed(city.person("supervisor")).id
    browser.sign_in(city.person("supervisor", TOWN))
    assert "您的辖区没有这项内容" in browser.page("/catalogue/").text
    for path in ("", "/policies", "/policies/tekun_support", "/policies.yaml"):
        assert browser.get(f"/catalogue/{draft}{path}").status_code == 404
    assert browser.get("/catalogue/0").status_code == 404


def test_nobody_else_comes_near(city, app):
    draft = city.proposed(city.person("supervisor")).id
    for role in RULES["account.use"].roles - RULES["catalogue.propose"].roles - {"beneficiary"}:
        visitor = app.test_client().sign_in(city.person(role))
        assert {visitor.get(f"/catalogue/{path}").status_code for path in ("", draft, "propose")} == {403}, role


def test_as_many_questions_for_many_versions(city, browser):
    me, asked = city.person("supervisor"), set()
    browser.sign_in(me)
    for fen in (36000, 37000, 38000):
        city.proposed(me, new=HEATING[1].replace("36000", str(fen)))
        browser.get("/catalogue/")
        asked.add(browser.statements)
    assert len(asked) == 1 and asked.pop() <= 8


def test_every_refusal_has_its_sentence(app):
    """All that a verb may raise at a page; what only a file or a webhook brings has its own words there."""
    elsewhere = {"InputBreached", "BadSignature"}
    missing = [no.__name__ for no in _below(Refused) if no not in words.REFUSALS and no.__name__ not in elsewhere
               and no.__module__.startswith("marketplace.")]
    assert not missing


def _below(kind: type) -> set[type]:
    return {one for sub in kind.__subclasses__() for one in (sub, *_below(sub))}


@pytest.mark.parametrize("fault, chinese", [
    ("dibao_std has no value for A, urban on 2018-01-01, and no default", "没有 A, urban 的值"),
    ("local_hukou: is int, must be bool", "local_hukou: 是 int"), ("income: 'h.x' is not defined", "没有定义"),
    ("'seq' stands twice", "写了两次"), ("something nobody thought of", "something nobody thought of")])
def test_faults_speak_chinese(app, fault, chinese):
    with app.test_request_context(), force_locale("zh"):
        assert chinese in faults.said(fault)
    with app.test_request_context(), force_locale("en"):
        assert faults.said(fault) == fault


def test_a_preview_is_stopped_like_a_run(city, browser):
    city.home()
    me = city.person("supervisor")
    draft = city.proposed(me)
    run = service.preview(draft, me).id
    browser.sign_in(me)
    assert "停止这次筛查" in browser.page(f"/catalogue/{draft.id}").text
    browser.send(f"/screenings/{run}/stop", at=f"/screenings/{run}")
    city.settle()
    assert "计算影响" in browser.page(f"/catalogue/{draft.id}").text
