"""Receipts, certificates and the year on paper: everything that matters is there, the code leads home, nothing runs off."""
import io
import re
import unicodedata

import pytest
import zxingcpp
from pypdf import PdfReader
from sqlalchemy import select

from marketplace.core import clock, paper
from marketplace.extensions import db
from marketplace.market.pledges import service as pledges
from marketplace.market.thanking import service as thanking
from marketplace.money.receipts import queries
from marketplace.money.receipts.models import Receipt
from marketplace.people.accounts.models import Guest
from marketplace.web.papers import certificate, year
from tests.city import picture

LANGUAGES = ("zh", "en")


def bare(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def read(answer) -> PdfReader:
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    return PdfReader(io.BytesIO(answer.data))


def text(reader: PdfReader) -> str:
    return bare("".join(page.extract_text() for page in reader.pages))


def scanned(reader: PdfReader) -> set[str]:
    """What a phone reads off the first page."""
    return {found.text for image in reader.pages[0].images for found in zxingcpp.read_barcodes(image.image.convert("L"))}


@pytest.fixture
def gift(city):
    """A gift of money by a guest, on the name of 张三丰; its secret, and its receipt."""
    need = city.need(kind="money", wanted=20000, title="一床暖和的被子，给奶奶过冬")
    reserved = pledges.reserve(need, 12050, by=Guest())
    city.pay(reserved.pledge)
    thanking.name_payer(reserved.pledge, "张三丰", Guest(pledges.digest(reserved.secret)))
    receipt = db.session.scalars(select(Receipt)).one()
    return reserved.secret, receipt.number, receipt.organisation, receipt.credit_code, receipt.digest


@pytest.mark.parametrize("which", ["receipt", "certificate"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paper_says_who_gave_what_to_whom_and_its_code_leads_home(gift, app, browser, which, language):
    secret, number, organisation, credit_code, digest = gift
    reader = read(browser.get(f"/gifts/{secret}/{which}.pdf?in={language}"))
    said = text(reader)
    home = f"{app.config['SETTINGS'].site_url}/receipts/{number}"
    assert scanned(reader) == {home} and bare(home) in said
    name = organisation if language == "zh" else "TrialCharity"
    for fact in ("张三丰", "¥120.50", "人民币壹佰贰拾元伍角", "一床暖和的被子,给奶奶过冬", number, name):
        assert bare(fact) in said, fact
    if which == "receipt":
        assert credit_code in said and digest in said
    assert reader.trailer["/Root"]["/Lang"] == ("zh-CN" if language == "zh" else "en")
    assert number in reader.metadata.title and paper.UNKNOWN not in said and len(reader.pages) == 1
    assert ("捐赠证书" in said or "捐赠凭证" in said) == (language == "zh")


@pytest.mark.parametrize("which", ["receipt", "certificate"])
def test_nothing_runs_off_the_page(gift, browser, which):
    reader = read(browser.get(f"/gifts/{gift[0]}/{which}.pdf"))
    page, seen = reader.pages[0], []
    page.extract_text(visitor_text=lambda text, _matrix, at, *_font: seen.append((at[4], at[5])) if text.strip() else None)
    assert seen and all(0 < x < page.mediabox.width and 20 < y < page.mediabox.height for x, y in seen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_names_stay_above_the_foot(city, app, language):
    organisation = city.organisation()
    receipt = Receipt(number="TW-2026-AAAA-BBBB-CCCC", kind="goods", amount_fen=123456, title="很长的心愿名称" * 6,
                      given_on=clock.today(), lines='[["加厚保暖羽绒被套装", 3, "套"], ["防滑拐杖", 12, "根"]]',
                      organisation_id=organisation.id, organisation=organisation.name * 3, issued_at=clock.now(),
                      digest="0" * 64)
    seen = {}
    with app.test_request_context():
        made = certificate.render(receipt, "德州市某某某某某某某某某某有限公司" * 3, language)
    page = PdfReader(io.BytesIO(made)).pages[0]
    page.extract_text(visitor_text=lambda text, _matrix, at, *_font: seen.setdefault(text.strip(), at[5]))
    thanks = next(y for text, y in seen.items() if text.startswith(("Thank you", "感谢您")))
    scan = next(y for text, y in seen.items() if text.startswith(("Scan to check", "扫码查验")))
    assert thanks > scan + 20


def test_the_same_receipt_is_the_same_file(gift, browser):
    path = f"/gifts/{gift[0]}/certificate.pdf?in=zh"
    assert browser.get(path).data == browser.get(path).data


def test_without_a_name_it_is_a_kind_person(city, browser):
    reserved = pledges.reserve(city.need(kind="money", wanted=20000), 20000, by=Guest())
    city.pay(reserved.pledge)
    assert "爱心人士" in text(read(browser.get(f"/gifts/{reserved.secret}/certificate.pdf?in=zh")))
    assert bare("A kind person") in text(read(browser.get(f"/gifts/{reserved.secret}/receipt.pdf?in=en")))


def test_goods_say_what_and_at_which_value(city, browser):
    from marketplace.market.deliveries import service as deliveries
    reserved = pledges.reserve(city.need(item="棉被", wanted=3), 2, by=Guest())
    bearer, worker = Guest(pledges.digest(reserved.secret)), city.person("social_worker")
    pledges.commit(reserved.pledge, by=bearer, phone="13900000000", name="李四")
    city.settle()
    delivery, code = city.arrived(reserved.pledge, worker)
    deliveries.hand_over(delivery, code, by=worker)
    city.settle()
    path = f"/gifts/{reserved.secret}/receipt.pdf"
    assert "棉被×2条" in text(read(browser.get(path))) and "人民币" not in text(read(browser.get(path)))
    keeper = city.person("charity", organisation_id=reserved.pledge.organisation_id)
    thanking.declare(reserved.pledge, 15900, "00123", keeper, picture())
    said = text(read(browser.get(path)))
    assert "¥159" in said and "人民币壹佰伍拾玖元整" in said and "李四" in said


def test_what_was_given_back_has_no_certificate_any_more(city, gift, browser):
    from marketplace.market.pledges.models import Pledge
    pledge = db.session.scalars(select(Pledge)).one()
    pledges.refund(pledge, by=city.person("charity", organisation_id=pledge.organisation_id))
    city.settle()
    city.given_back(pledge)
    assert browser.get(f"/gifts/{gift[0]}/certificate.pdf").status_code == 404
    assert browser.get(f"/gifts/{gift[0]}/receipt.pdf").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_year_lists_every_gift_and_its_sum(city, browser, language):
    donor = city.person("donor")
    for amount in (1000, 2050, 3000):
        city.promise(city.need(kind="money", wanted=20000, title=f"心愿{amount}"), amount, by=donor)
    numbers = [one.number for one in queries.year(donor, clock.today().year).receipts]
    browser.sign_in(donor)
    reader = read(browser.get(f"/gifts/years/{clock.today().year}.pdf?in={language}"))
    said = text(reader)
    for fact in (*numbers, "心愿1000", "心愿2050", "¥60.50", "¥20.50"):
        assert fact in said
    assert (f"{clock.today().year}年我的捐赠" in said) == (language == "zh")


def test_a_long_year_goes_over_pages(city, browser, app):
    from marketplace.money.receipts.queries import Year
    one = Receipt(number="TW-2026-AAAA-BBBB-CCCC", kind="money", amount_fen=100, title="很长的标题" * 6, lines="[]",
                  given_on=clock.today(), organisation_id=1)
    with app.test_request_context():
        reader = PdfReader(io.BytesIO(year.render(Year(2026, [one] * 80), "张三", "zh")))
    assert len(reader.pages) > 3 and sum(bare(p.extract_text()).count("AAAA-BBBB") for p in reader.pages) == 80
