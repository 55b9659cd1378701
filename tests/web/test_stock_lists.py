"""Lists in and out: a whole delivery from a spreadsheet or nothing of it, and what one sees to take along."""
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from marketplace.core import clock, sheets
from marketplace.core.audit import AuditEntry
from marketplace.core.sheets import Table
from marketplace.extensions import db
from marketplace.market.stock import service
from marketplace.market.stock.models import Batch, Holding
from tests import campaigns, stock

HEADS = ("物品", "Size", "数量 Units", "成色", "Use by", "单价（元） Value in yuan", "备注")


@pytest.fixture
def keeper(city, app):
    """The storekeeper's browser, the store, and the charity."""
    charity = city.organisation()
    store = stock.store(city, charity).id
    browser = app.test_client().sign_in(stock.keeper(city, charity))
    clerk = app.test_client().sign_in(campaigns.clerk(city, charity))
    return browser, store, clerk


def sent(rows, heads=HEADS, name="list.xlsx"):
    return {"file": (io.BytesIO(sheets.write(Table("清单", heads, rows))), name), "came": "purchase", "number": "CG-9"}


def fields(page: str) -> dict[str, str]:
    """What the page carries on to the next one."""
    found = re.findall(r'type="hidden" name="(sheet|came|number)" value="([^"]*)"', page)
    found += re.findall(r'name="(once)" type="hidden" value="(\w+)"', page)
    return {name: unescape(value) for name, value in found}


def in_store() -> int:
    db.session.remove()
    return db.session.scalar(select(func.coalesce(func.sum(Holding.units), 0)).where(Holding.store_id > 0))


def test_a_list_is_checked_looked_at_and_taken_in_once(keeper):
    browser, store, _clerk = keeper
    at, until = f"/charity/stock/stores/{store}/in-list", (clock.today() + timedelta(days=90)).isoformat()
    template = load_workbook(io.BytesIO(browser.get("/charity/stock/list-template.xlsx").data))
    assert [c.value for c in template.worksheets[0][1]][:3] == ["物品 Item", "尺码 Size", "数量 Units"]
    rows = [("棉被", "双人", 20, "全新", "", 85.5, "三号架"), ("rice", "", "5", "", until, "", ""),
            ("Padded shoes", 38, 2, "good", None, "¥60", "=1+1")]
    looked = browser.send(at, 200, **sent(rows)).text
    assert "共 3 行" in looked and "采购 CG-9" in looked and in_store() == 0
    carried = fields(looked)
    assert "棉被" in browser.send(f"{at}/book", 200, at=at, **carried).text
    assert in_store() == 27 and service.verify().wrong == []
    quilts, rice, shoes = db.session.scalars(select(Batch).order_by(Batch.id)).all()
    assert (quilts.size, quilts.price_fen, quilts.source, quilts.note) == ("double", 8550, "purchase:CG-9", "三号架")
    assert str(rice.expires_on) == until and (shoes.size, shoes.condition, shoes.note) == ("38", "good", "=1+1")
    assert "棉被" in browser.send(f"{at}/book", 200, at=at, **carried).text and in_store() == 27  # sent twice, taken in once
    for broken in ('[[1e400, ["物品"]]]', '[[1, ["物品", "数量"]], [2, ["quilt", 1e400]]]', '{"a": 1}', "[]"):
        assert browser.send(f"{at}/book", at=at, **{**carried, "sheet": broken}).status_code in (200, 400)
    assert in_store() == 27


def test_one_wrong_row_keeps_the_whole_list_out_and_says_where_and_why(keeper):
    browser, store, _clerk = keeper
    at = f"/charity/stock/stores/{store}/in-list"
    rows = [("棉被", "双人", 20, "全新", "", 85, ""), ("宝剑", "", 1, "", "", "", ""), ("棉被", "44", 1, "", "", "", ""),
            ("大米", "", 1.5, "坏", "", "a", ""), ("大米", "", 3, "", "", "", ""), ("牛奶", "", 3, "", "2020-01-01", "", "")]
    wrong = browser.send(at, 422, **sent(rows)).text
    for row in ("第 3 行", "第 4 行", "第 5 行", "第 6 行", "第 7 行"):
        assert row in wrong
    assert "第 2 行" not in wrong and "物品清单里没有" in wrong and "宝剑" in wrong and "请填写整数" in wrong
    assert in_store() == 0
    answer = browser.send("/charity/stock/in-list/reasons", 200, at=at, **fields(wrong))
    said = [row[-1].value for row in load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(min_row=2)]
    assert said[0] in (None, "") and "尺码" in said[2] and said[3].count(";") == 2
    english = browser.send(f"{at}?lang=en", 422, **sent(rows)).text
    assert "Row 3" in english and "not on the list of goods" in english
    forged = {"sheet": '[[1, ["物品", "数量"]], [2, ["宝剑", 5]]]', "list": "x", "came": "opening", "number": ""}
    browser.send(f"{at}/book", 200, at=at, **forged)
    for broken in ("", "{}", "[[1]]", '[["a", "b"]]', '[[1, {"a": 1}]]'):
        assert browser.send(f"{at}/book", at=at, **{**forged, "sheet": broken}).status_code in (200, 400)
    assert in_store() == 0


def test_files_that_are_no_list_are_refused_kindly(keeper):
    browser, store, _clerk = keeper
    at = f"/charity/stock/stores/{store}/in-list?lang=zh"
    for upload, text in (((io.BytesIO(b"item,units"), "a.csv"), "请另存为 .xlsx"), ((io.BytesIO(b""), ""), "请选择文件"),
                         ((io.BytesIO(b"0" * 1_000_001), "a.xlsx"), "文件太大")):
        assert text in browser.send(at, 422, file=upload, came="opening", number="").text
    assert "缺少这些列：数量 Units" in browser.send(at, 422, **sent([("棉被",)], heads=("物品",))).text
    assert "表头下面没有内容" in browser.send(at, 422, **sent([])).text
    assert "一次最多 200 行" in browser.send(at, 422, **sent([("大米", "", 1, "", "", "", "")] * 201)).text
    assert in_store() == 0


def test_what_is_seen_is_taken_along_and_written_down(keeper, city):
    browser, store, clerk = keeper
    at = f"/charity/stock/stores/{store}/in-list"
    carried = fields(browser.send(at, 200, **sent([("棉被", "双人", 7, "", "", "", "=HYPERLINK(1)")])).text)
    browser.send(f"{at}/book", 200, at=at, **carried)
    for who in (browser, clerk):
        answer = who.send("/charity/stock/export/stock?what=&q=棉被", 200, at="/charity/stock/list")
        rows = list(load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(min_row=2))
        assert rows[0][1].value == "棉被" and rows[0][7].value == 7 and rows[0][-1].data_type == "s"
    moved = browser.send("/charity/stock/export/movements", 200, at="/charity/stock/movements")
    assert [c.value for c in list(load_workbook(io.BytesIO(moved.data)).worksheets[0].rows)[1]][5] == "采购 CG-9"
    stranger = city.app.test_client().sign_in(stock.keeper(city, city.organisation()))
    empty = stranger.send("/charity/stock/export/stock", 200, at="/charity/stock/scan")
    assert load_workbook(io.BytesIO(empty.data)).worksheets[0].max_row == 1
    db.session.remove()
    written = select(AuditEntry.reason).where(AuditEntry.reason.like("%exported%")).order_by(AuditEntry.id)
    assert db.session.scalars(written).all() == [
        "stock exported, 1 rows", "stock exported, 1 rows", "movements exported, 1 rows", "stock exported, 0 rows"]
