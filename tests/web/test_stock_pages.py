"""A storekeeper's day through the pages: open, take in, label, move, count, make kits; and what the others see of it."""
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock, places
from marketplace.extensions import db
from marketplace.market.pledges.service import by_hand
from marketplace.market.stock import service
from marketplace.market.stock.models import Batch, Holding, Kit, StockCount, Store
from marketplace.market.wishes.models import Need
from marketplace.network.registry.models import KindCount
from marketplace.people.accounts.models import User
from tests import campaigns, stock
from tests.city import OTHER_TOWN, TOWN

HOME = "/charity/stock/"


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def desks(app, city, charity):
    """A browser for each post, and one of another charity."""
    posts = ("manager", "storekeeper", "clerk")
    found = {post: app.test_client().sign_in(campaigns.clerk(city, charity, post)) for post in posts}
    return found | {"stranger": app.test_client().sign_in(stock.keeper(city, city.organisation()))}


@pytest.fixture
def kept(city, charity):
    """A store with quilts, of which some are set aside, rice that is over soon, and what a kit needs."""
    by, here = stock.keeper(city, charity), stock.store(city, charity)
    quilts = stock.batch(by, here, units=10)
    stock.batch(by, here, "rice", 5, expires_on=clock.today() + timedelta(days=20))
    stock.batch(by, here, "hat_and_gloves", 6)
    service.reserve(quilts.id, here.id, 4, "proposal:7")
    return {"store": here.id, "batch": quilts.id, "ref": quilts.ref}


def test_from_an_empty_desk_to_a_labelled_batch(charity, desks):
    manager, keeper = desks["manager"], desks["storekeeper"]
    assert "还没有仓库" in keeper.page(HOME).text
    fields = {"name": "新湖仓库", "english": "Xinhu store", "place_code": TOWN, "latitude": "37.45", "longitude": "116.3"}
    assert "37.45" in manager.send(f"{HOME}stores/new", 422, **{**fields, "latitude": "137"}).text
    manager.send(f"{HOME}stores/new", 200, **fields)
    assert "新湖仓库" in keeper.page(HOME).text and "棉被" in keeper.page(f"{HOME}stores/1/in").text
    quilts, rice = f"{HOME}stores/1/in?item=quilt", f"{HOME}stores/1/in?item=rice"
    assert 'value="80"' in keeper.get(quilts).text and 'value="double"' in keeper.get(quilts).text
    assert 'name="size"' not in keeper.get(rice).text
    bought = {"units": "200", "condition": "new", "price_fen": "75.50", "came": "purchase", "number": "CG-2026-7"}
    assert "填" in keeper.send(quilts, 422, **bought).text  # no size
    keeper.send(rice, 422, **bought)  # no last day
    keeper.send(quilts, 422, **{**bought, "number": "a:b", "size": "double"})
    done = keeper.send(quilts, 200, **bought, size="double")
    db.session.remove()
    batch = db.session.scalars(select(Batch)).one()
    assert (batch.source, batch.price_fen, batch.size) == ("purchase:CG-2026-7", 7550, "double")
    label = f"{batch.ref[:4]}-{batch.ref[4:]}"
    assert label in done.text
    printed = keeper.get(f"{HOME}labels.pdf?refs={batch.ref}&copies=30&skip=3")
    assert printed.mimetype == "application/pdf" and printed.data.count(b"/Type /Page\n") == 2
    assert keeper.get(f"{HOME}labels.pdf?refs={batch.ref}&copies=9999").status_code == 302
    found = keeper.get(f"{HOME}scan?ref=http://a/charity/stock/batch/{label.lower()}", follow_redirects=True)
    assert label in found.text and "单人" not in found.text and "采购 CG-2026-7" in found.text
    assert "没有标签" in keeper.page(f"{HOME}scan?ref=ZZZZ").text


def test_nobody_else_sees_or_touches_it(kept, desks, browser, app, city):
    batch, store = f"{HOME}batch/{kept['ref']}", f"{HOME}stores/{kept['store']}"
    assert "棉被" in desks["clerk"].page(batch).text and "调到" not in desks["clerk"].page(batch).text
    for path in (f"{batch}/write_off", f"{store}/in", f"{store}/count", f"{store}/in-list"):
        assert desks["clerk"].get(path).status_code == 403
        assert desks["stranger"].get(path).status_code == 404
    for path in (batch, store):
        assert desks["stranger"].get(path).status_code == 404
        assert "/sign-in" in browser.get(path).headers["Location"]
    assert "棉被" not in desks["stranger"].page(f"{HOME}list").text.split("搜索")[0].split("标签或名称")[0]
    assert kept["ref"] not in desks["stranger"].get(f"{HOME}labels?refs={kept['ref']}", follow_redirects=True).text


def test_units_of_a_batch_go_elsewhere_and_only_free_ones(kept, city, charity, desks):
    there = stock.store(city, charity).id
    keeper, at = desks["storekeeper"], f"{HOME}batch/{kept['ref']}"
    db.session.remove()
    many = {"store_id": kept["store"], "units": "7", "to": there}
    assert "只有 6 件" in keeper.send(f"{at}/transfer", 422, **many).text
    keeper.send(f"{at}/transfer", 200, **{**many, "units": "2"})
    keeper.send(f"{at}/write_off", 422, store_id=kept["store"], units="1", reason="other", words="")
    keeper.send(f"{at}/write_off", 200, store_id=kept["store"], units="1", reason="pest", words="")
    changed = keeper.send(f"{at}/condition", 200, store_id=kept["store"], units="1", condition="worn")
    worn = re.search(r"refs\" value=\"(\w{8})", changed.text)[1]
    text = keeper.page(at).text
    assert "7 床" not in text and "已报损：受潮、发霉或虫蛀" in text and "匹配方案 7" in text
    assert "不能再发放" in keeper.page(f"{HOME}batch/{worn}").text
    db.session.remove()
    holding = db.session.get_one(Holding, (kept["batch"], f"store:{kept['store']}"))
    assert (holding.units, holding.reserved) == (6, 4)
    moved = keeper.page(f"{HOME}movements").text
    assert "账目相符" in moved and "已报损" in moved


def test_a_count_is_blind_looked_at_twice_and_never_takes_what_is_promised(kept, city, charity, desks):
    keeper, at = desks["storekeeper"], f"{HOME}stores/{kept['store']}/count"
    field = f"found-{kept['batch']}"
    blank = keeper.get(at).text
    assert not re.search(r">\s*10\s*<", blank) and field in blank
    assert "清点人" in keeper.page(f"{HOME}stores/{kept['store']}/sheet").text
    assert keeper.send(at, 422).status_code == 422
    assert "整数" in keeper.send(at, 422, **{field: "many"}).text
    below = keeper.send(at, 422, **{field: "3"}).text
    assert "匹配方案 7" in below and "已留出 4 件" in below
    looked = keeper.send(at, 200, **{field: "9"})
    assert "-1" in looked.text and "账面数" in looked.text
    numbers = {field: "9", f"seen-{kept['batch']}": "10"}
    assert "请填写" in keeper.send(f"{at}/book", 422, at=at, **numbers).text  # a difference needs a reason
    stale = {**numbers, f"seen-{kept['batch']}": "12", "reason": "少一床"}
    assert "又有变动" in keeper.send(f"{at}/book", 422, at=at, **stale).text
    done = keeper.send(f"{at}/book", 200, at=at, **numbers, reason="借给了隔壁").text
    assert "借给了隔壁" in done and "−1" in done
    db.session.remove()
    assert db.session.get_one(Holding, (kept["batch"], "missing")).units == 1


def test_a_kit_is_written_made_and_taken_apart(kept, desks):
    keeper = desks["storekeeper"]
    parts = {"parts-0-item_code": "quilt", "parts-0-size": "", "parts-0-units": "1", "parts-1-item_code": "hat_and_gloves",
             "parts-1-size": "", "parts-1-units": "2"}
    draft = {"name": "过冬包", "english": "Winter parcel", "category": "bedding"}
    keeper.send(f"{HOME}kits/new", 422, **draft, **{**parts, "parts-0-size": "44"})
    keeper.send(f"{HOME}kits/new", 422, **draft, **{**parts, "parts-1-units": "0"})
    keeper.send(f"{HOME}kits/new", 200, **draft, **parts)
    assert "已有" in keeper.send(f"{HOME}kits/new", 422, **draft, **parts).text
    db.session.remove()
    kit = f"{HOME}kits/{db.session.scalars(select(Kit.id)).one()}"
    assert "帽子手套" in keeper.send(kit, 422, store_id=kept["store"], units="4").text  # 8 are needed, 6 are there
    made = keeper.send(kit, 200, store_id=kept["store"], units="2")
    ref = re.search(r"refs\" value=\"(\w{8})", made.text)[1]
    assert "Winter parcel" in keeper.page(f"{HOME}batch/{ref}?lang=en").text
    keeper.send(f"{HOME}batch/{ref}/apart", 200, store_id=kept["store"], units="1")
    text = keeper.page(f"{HOME}kits?lang=zh").text
    assert "已备好 1 份" in text and "还够做 2 份" in text
    assert keeper.get(f"{HOME}batch/{kept['ref']}/apart").status_code == 404
    assert "账目相符" in keeper.page(f"{HOME}movements").text


def test_the_desk_says_what_is_missing_and_lists_take_the_same_statements_however_long(kept, city, charity, desks):
    wish = city.wish(item="电热毯", wanted=3, charity=charity, category="home")
    worker, need, number = city.person("social_worker", TOWN), wish.needs[0], wish.id
    keeper, who = desks["storekeeper"], stock.keeper(city, charity)
    need_id, who_id, desk = need.id, who.id, f"/desk/wishes/{number}"
    text = keeper.page(HOME).text
    assert "3 条" in text and "电热毯" in text and "1 批物品 60 天内到期" in text
    page = city.app.test_client().sign_in(worker)
    said = page.send(f"{desk}/needs/{need_id}", at=desk, item_code="electric_blanket", size="double", divisible="y").text
    assert "已保存" in said
    db.session.remove()
    assert "电热毯 · 双人" in keeper.page(HOME).text
    for path in (HOME, f"{HOME}list", f"{HOME}movements", f"{HOME}kits", f"{HOME}stores/{kept['store']}"):
        keeper.page(path)
        few = keeper.statements
        store, who = db.session.get_one(Store, kept["store"]), db.session.get_one(User, who_id)
        for _n in range(3):
            stock.batch(who, store, "rice", 5, expires_on=clock.today() + timedelta(days=20))
        service.count(store, {kept["batch"]: 10}, by=who)
        db.session.remove()
        keeper.page(path)
        assert keeper.statements == few, path
    narrowed = keeper.page(f"{HOME}list?what=reserved&store={kept['store']}&category=bedding&q=棉被").text
    assert "1 批" in narrowed and "大米 袋" not in narrowed
    for nonsense in ("store=x&what=y&category=z&item=w&after=%21", "store=99999999999", "item=kit:9"):
        keeper.page(f"{HOME}list?{nonsense}")


def test_a_form_that_is_sent_twice_does_its_deed_once(kept, desks):
    keeper, one, at = desks["storekeeper"], f"{kept['store']}", f"{HOME}batch/{kept['ref']}"
    intake = {"units": "3", "size": "double", "condition": "new", "price_fen": "80", "came": "purchase", "number": "A-1"}
    first, again = (keeper.send(f"{HOME}stores/{one}/in?item=quilt", 200, **intake, once="1" * 16).text for _n in range(2))
    assert re.search(r"refs\" value=\"(\w{8})", first)[1] == re.search(r"refs\" value=\"(\w{8})", again)[1]
    off = {"store_id": one, "units": "6", "reason": "damaged", "words": ""}
    assert [keeper.send(f"{at}/write_off", 200, **off, once="2" * 16).text.count("已报损。") for _n in range(2)] == [1, 1]
    count = {f"found-{kept['batch']}": "4", f"seen-{kept['batch']}": "4", "once": "3" * 16}
    for _n in range(2):
        keeper.send(f"{HOME}stores/{one}/count/book", 200, at=f"{HOME}stores/{one}/count", **count)
    db.session.remove()
    assert db.session.scalars(select(Batch.item_code)).all().count("quilt") == 2
    assert db.session.get_one(Holding, (kept["batch"], "written_off")).units == 6
    assert len(db.session.scalars(select(StockCount)).all()) == 1
    page = keeper.get(f"{at}/condition").text
    assert len(set(re.findall(r'name="once" [^>]*value="(\w{16})"', page + keeper.get(f"{at}/condition").text))) == 2


def test_what_is_in_store_is_given_to_a_wish_and_taken_back_by_hand(kept, city, charity, desks):
    keeper, at = desks["storekeeper"], f"{HOME}batch/{kept['ref']}"
    assert "没有心愿" in keeper.page(f"{at}/give").text
    need = city.need(wanted=2, charity=charity, title="一床过冬的被子")
    number = need.id
    db.session.remove()
    assert "一床过冬的被子" in desks["clerk"].page(f"{at}/give").text
    assert desks["stranger"].get(f"{at}/give").status_code == 404
    keeper.send(f"{at}/give", 422, need="999", store_id=kept["store"], units="1")
    told = keeper.send(f"{at}/give", 200, need=number, store_id=kept["store"], units="2").text
    assert "人工指定" in told
    held = int(re.search(r"promises/(\d+)/take-back", told)[1])
    page = f"{HOME}promises/{held}/take-back"
    below = keeper.send(f"{HOME}stores/{kept['store']}/count", 422, **{f"found-{kept['batch']}": "3"}).text
    assert page in below
    assert desks["clerk"].get(page).status_code == 403 and desks["stranger"].get(page).status_code == 404
    keeper.send(page, 422, reason="")
    taken = {"reason": "受潮", "once": "4" * 16}
    assert [keeper.send(page, 200, **taken).text.count("已撤回。物品") for _n in range(2)] == [1, 1]
    assert "已经发出" in keeper.page(page).text
    db.session.remove()
    holding = db.session.get_one(Holding, (kept["batch"], f"store:{kept['store']}"))
    assert (holding.reserved, db.session.get_one(Need, number).left) == (4, 2)


def test_every_fitting_wish_is_reached_by_its_place_and_page_by_page(kept, city, charity, desks, monkeypatch):
    monkeypatch.setattr(by_hand, "PAGE", 2)
    keeper, at = desks["storekeeper"], f"{HOME}batch/{kept['ref']}/give"
    homes = [city.home(places.children(OTHER_TOWN)[0]), city.home(), city.home()]
    needs = [city.need(charity=charity, home=homes[0], urgency=2), city.need(charity=charity, home=homes[1])]
    for wish in (need.wish for need in needs):
        db.session.merge(KindCount(place_code=wish.town_code, kind=wish.age_band, households=50))
    db.session.commit()
    keeper.get(at)
    few = keeper.statements
    needs.append(city.need(charity=charity, home=homes[2]))
    numbers = [str(need.id) for need in needs]
    db.session.remove()

    def listed(address: str) -> list[str]:
        return re.findall(r'<input[^>]* name="need"[^>]* value="(\d+)"', keeper.get(address).text)

    assert listed(at) == numbers[:2] and keeper.statements == few
    more = re.search(r'href="([^"]+)" rel="next"', keeper.get(at).text)[1]
    assert listed(at + more.replace("&amp;", "&")) == numbers[2:]
    assert listed(f"{at}?area={OTHER_TOWN}") == numbers[:1] and listed(f"{at}?area={TOWN[:6]}") == numbers[1:]
    told = keeper.send(f"{at}?area={TOWN}", 200, need=numbers[2], store_id=kept["store"], units="1").text
    assert "人工指定" in told


def test_an_intake_is_put_right_and_what_was_found_again_is_counted(kept, desks):
    keeper, at, count = desks["storekeeper"], f"{HOME}batch/{kept['ref']}", f"{HOME}stores/{kept['store']}/count"
    assert keeper.get(f"{at}/right").status_code == 404  # some of it is promised
    rice = db.session.scalars(select(Batch).where(Batch.item_code == "rice")).one()
    ref, number = rice.ref, rice.id
    db.session.remove()
    assert "改正" in keeper.page(f"{HOME}batch/{ref}").text
    keeper.send(f"{HOME}batch/{ref}/right", 422, store_id=kept["store"], units="5", reason="打错")
    put = {"store_id": kept["store"], "units": "0", "reason": "没有到货", "once": "5" * 16}
    assert [keeper.send(f"{HOME}batch/{ref}/right", 200, **put).text.count("入库已改正") for _n in range(2)] == [1, 1]
    assert f"found-{number}" not in keeper.get(count).text
    assert "一年内" in keeper.send(count, 200, label="ZZZZ-ZZZZ").text
    sheet = keeper.send(count, 200, label=f"{ref[:4]}-{ref[4:]}").text
    assert f"found-{number}" in sheet and f'name="added" value="{ref}"' in sheet
    looked = keeper.send(count, 200, **{f"found-{number}": "5", "added": ref}).text
    assert "+5" in looked and f'name="added" value="{ref}"' in looked
    keeper.send(f"{count}/book", 200, at=count, **{f"found-{number}": "5", f"seen-{number}": "0", "added": ref,
                                                   "reason": "在门后"})
    db.session.remove()
    assert db.session.get_one(Holding, (number, f"store:{kept['store']}")).units == 5


def test_everybody_reads_what_can_be_given_and_what_cannot(browser):
    chinese, english = browser.page("/goods?lang=zh").text, browser.page("/goods?lang=en").text
    assert "米面粮油" in chinese and "¥80" in chinese and "酒类" in chinese
    assert "Rice cooker" in english and "only when a workshop has checked them" in english
