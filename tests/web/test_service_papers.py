"""A volunteer asks, the charity issues, anybody checks; the paper says the same in both languages."""
import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from marketplace.core import clock, paper
from marketplace.extensions import db
from marketplace.market.attestations.models import Attestation
from tests import service as help_of
from tests.web.test_papers import bare, read, scanned, text


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def helper(city, charity):
    giver = city.person("volunteer")
    help_of.done(city, giver, 6, charity)
    help_of.done(city, giver, 2, charity, "次")
    return giver


def test_from_asking_to_checking(city, charity, helper, app, browser):
    me = app.test_client().sign_in(helper)
    lead = app.test_client().sign_in(help_of.lead(city, charity))
    number, today = charity.id, clock.today().isoformat()
    db.session.remove()
    at = "/gifts/hours/certificate"
    assert "周小明" not in me.page(at).text
    wrong = me.send(at, 422, charity=number, name="周小明", first_on="2020-01-01", last_on="2020-02-01")
    assert "这些日期内没有" in wrong.text
    assert "已向" in me.send(at, charity=number, name="周小明", first_on=today, last_on=today).text
    assert "周小明" in lead.page("/charity/service").text
    said = lead.page("/charity/service/1").text
    assert "6 小时 · 2 次" in said and "菊花奶奶" not in said
    assert me.get("/gifts/hours/certificates/1.pdf").status_code == 404
    lead.send("/charity/service/1/issue", at="/charity/service/1")
    issued = db.session.scalars(select(Attestation.number)).one()
    db.session.remove()
    assert issued in me.page("/gifts/hours").text and issued in lead.page("/charity/service?state=issued").text
    assert browser.get(f"/service/?number={issued.lower()}").headers["Location"].endswith(issued)
    for lang in ("zh", "en"):
        shown = browser.page(f"/service/{issued}?lang={lang}").text
        assert "周**" in shown and "周小明" not in shown and ("有效" in shown) == (lang == "zh")
        lead.page(f"/charity/service?state=all&lang={lang}")
        lead.page(f"/charity/service/1?lang={lang}")
        me.page(f"/gifts/hours?lang={lang}")
    lead.send("/charity/service/1/revoke", at="/charity/service/1?lang=zh", reason="wrong_hours")
    assert "撤销" in browser.page(f"/service/{issued}?lang=zh").text
    assert browser.page("/service/FW-2026-AAAA-BBBB-CCCC", 404).lang
    assert me.get("/gifts/hours/certificates/1.pdf").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper(city, charity, helper, app, language):
    made = help_of.issued(city, helper, charity)
    number, code, name = made.number, charity.credit_code, charity.name if language == "zh" else charity.english
    me = app.test_client().sign_in(helper)
    db.session.remove()
    reader = read(me.get(f"/gifts/hours/certificates/1.pdf?in={language}"))
    said = text(reader)
    home = f"{app.config['SETTINGS'].site_url}/service/{number}"
    assert scanned(reader) == {home} and paper.UNKNOWN not in said and len(reader.pages) == 1
    for fact in ("周小明", number, code, name, home, *(("6小时", "2次") if language == "zh" else ("6 hours", "2 visits"))):
        assert bare(fact) in said, fact
    assert ("兹证明" in said) == ("志愿服务记录证明" in said) == (language == "zh")
    page, seen = reader.pages[0], []
    page.extract_text(visitor_text=lambda t, _matrix, at, *_font: seen.append((at[4], at[5])) if t.strip() else None)
    assert all(0 < x < page.mediabox.width and 40 < y < page.mediabox.height for x, y in seen)
    again = me.get(f"/gifts/hours/certificates/1.pdf?in={language}").data
    assert len(PdfReader(io.BytesIO(again)).pages) == 1


def test_the_desk_takes_the_same_statements_however_many_there_are(city, charity, app):
    lead = app.test_client().sign_in(help_of.lead(city, charity))

    def grow():
        giver = city.person("volunteer")
        help_of.done(city, giver, 1, charity)
        help_of.asked(giver, charity)
        lead.page("/charity/service")
        return lead.statements

    before = grow()
    assert grow() == before
