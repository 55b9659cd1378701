"""Hand-over, what goes wrong, receipts and the exceptions desk, as people see them in a browser."""
import base64
import io
import json
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from marketplace.core import clock, signatures
from marketplace.extensions import db
from marketplace.market.deliveries import calls, problems, replies, visits
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery, Thanks
from marketplace.market.deliveries.records import Acknowledgement, ProofPicture
from marketplace.market.pledges import service as pledges
from marketplace.market.stock.models import Batch
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Wish
from marketplace.people.accounts.models import Guest, User
from marketplace.people.notices import queries as notices
from marketplace.people.organisations.models import Organisation
from tests import stock
from tests.city import OTHER_TOWN, SMS_SECRET, TOWN, VILLAGE, picture


@pytest.fixture
def worker(city):
    return city.person("social_worker", TOWN)


def handed(city, worker, home):
    delivery, code = city.arrived(city.promise(city.wish(home, worker=worker).needs[0]), worker)
    deliveries.hand_over(delivery, code, by=worker)
    city.settle()
    return delivery


def reply_digits() -> str:
    text = next(m.text for m in notices.newest(3) if "回复" in m.text)
    return next(g for g in "".join(c if c.isdigit() else " " for c in text).split() if len(g) == replies.DIGITS)


def state(number: int) -> str:
    db.session.remove()
    return db.session.get_one(Delivery, number).state


def photo():
    return (io.BytesIO(picture()), "photo.jpg")


def test_a_picture_is_looked_at_before_it_is_kept(city, browser, worker):
    delivery, code = city.arrived(city.promise(city.wish().needs[0]), worker)
    number, path = delivery.id, f"/desk/deliveries/{delivery.id}"
    browser.sign_in(worker)
    db.session.remove()
    answer = browser.send(path, 200, proof=code, photo=photo())
    assert f"{path}/picture" in answer.text and f'value="{code}"' in answer.text and state(number) == "arrived"
    assert browser.get(f"{path}/picture").mimetype == "image/webp"
    browser.send(path, 422, proof=code)  # nobody has said yet that there is no face on it
    assert state(number) == "arrived"
    browser.send(path, 200, proof=code, drop="yes")
    assert state(number) == "arrived" and db.session.query(ProofPicture).count() == 0
    browser.send(path, 200, proof=code, photo=photo())
    browser.send(path, 200, proof=code, clean="y")
    assert state(number) == "handed_over" and browser.get(f"{path}/photo").mimetype == "image/webp"


def test_two_witnesses_and_then_part_of_it_goes_back(city, app, browser, worker):
    need = city.wish(wanted=3, price_fen=5000).needs[0]
    delivery, _code = city.arrived(city.promise(need, 3), worker)
    number, second = delivery.id, city.person("social_worker", TOWN)
    colleague = second.username
    browser.sign_in(worker)
    db.session.remove()
    at = f"/desk/deliveries/{number}"
    browser.send(f"{at}/problem", 422, outcome="refused", units="4", reason="只要两条", wanted="no", condition="good",
                 goes_to="giver")
    browser.send(f"{at}/problem", 200, outcome="refused", units="1", reason="只要两条", wanted="no", condition="good",
                 goes_to="giver")
    assert state(number) == "arrived" and db.session.get_one(Delivery, number).units == 2
    fields = {"reason": "手机坏了", "username_1": colleague, "name_2": "李大妈", "relation_2": "neighbour", "relation_1": ""}
    browser.send(f"{at}/witnesses", 422, **fields)
    assert "李大妈" in browser.send(f"{at}/witnesses", 200, **fields, photo=photo()).text
    assert "李大妈" in browser.send(f"{at}/witnesses", 200, **fields, clean="y").text
    assert state(number) == "handed_over" and "见证人尚未确认" in browser.get("/desk/exceptions/").text
    desk = app.test_client().sign_in(second)
    assert "您被列为见证人" in desk.get("/desk/").text
    desk.send(f"{at}/witness/seen", at=at)
    assert "您被列为见证人" not in desk.get("/desk/").text and "尚未确认" not in desk.get(at).text


def test_a_wish_that_ends_on_the_way_is_decided_about_and_what_goes_back_is_fetched(city, browser, worker):
    home = city.home()
    wish = city.wish(home)
    delivery = db.session.get_one(Delivery, city.promise(wish.needs[0]).delivery_id)
    deliveries.dispatch(delivery, "parcel", by=db.session.get_one(User, delivery.giver_id))
    wishes.withdraw(wish, by=city.beneficiary(home))
    deliveries.arrive(delivery, by=worker)
    city.settle()
    number, at = delivery.id, f"/desk/deliveries/{delivery.id}"
    browser.sign_in(worker)
    db.session.remove()
    assert "途中心愿已经结束" in browser.get(at).text and 'name="proof"' not in browser.get(at).text
    assert "途中心愿已结束" in browser.get("/desk/exceptions/").text
    browser.send(f"{at}/go-on", at=at, reason="误撤回，家里仍然需要")
    city.settle()
    assert 'name="proof"' in browser.get(at).text
    browser.send(f"{at}/problem", 200, outcome="refused", reason="不要了", wanted="no", condition="good", goes_to="giver")
    assert state(number) == "returned" and "在驿站等待捐赠人取回" in browser.get("/desk/exceptions/").text
    browser.send(f"{at}/back/fetched", at=at)
    assert "等待捐赠人取回" not in browser.get("/desk/exceptions/").text


def test_the_gateway_is_believed_by_its_signature_and_told_nothing(city, browser, worker):
    delivery = handed(city, worker, city.home(phone="13000077101"))
    number, code = delivery.id, reply_digits()
    db.session.remove()

    def sent(body: dict | str, secret: str = SMS_SECRET, ago: int = 0):
        raw = (body if isinstance(body, str) else json.dumps(body)).encode()
        moment = int(clock.now().timestamp()) - ago
        return browser.post("/messages/inbound", data=raw, headers={"X-Signature": signatures.sign(secret, raw, moment)})

    good = {"id": "m1", "from": "13000077101", "text": f"{code} 5"}
    for wrong in (sent(good, "other"), sent(good, ago=600), sent("[]"), sent({**good, "id": ""}), sent({**good, "text": 5}),
                  *(sent({**good, name: "\ud800"}) for name in good), browser.post("/messages/inbound", json=good)):
        assert wrong.status_code == 400
    assert state(number) == "handed_over"
    answers = [sent({**good, "id": "m0", "from": "13911112222"}), sent(good), sent(good)]
    assert {(a.status_code, a.text) for a in answers} == {(200, answers[0].text)}
    assert state(number) == "confirmed" and db.session.get_one(Acknowledgement, number).satisfaction == 5


def test_a_caller_is_found_by_digits_and_confirmed_after_a_call_back(city, app, browser, worker):
    delivery = handed(city, worker, city.home(phone="13000077102"))
    number, code = delivery.id, reply_digits()
    operator, desk = city.person("operator"), app.test_client().sign_in(city.person("social_worker", TOWN))
    name = operator.display_name
    browser.sign_in(operator)
    db.session.remove()
    at = "/hotline/receipts/"
    assert "8613000077102" not in browser.send(at, proof="00000" if code != "00000" else "11111").text
    assert f"{at}{number}" in browser.send(at, proof=f" {code[:2]} {code[2:]}").text
    assert "+8613000077102" in browser.send(f"{at}{number}", 200, at=at, proof=code).text
    fields = {"proof": code, "well": "yes", "words": "本人来电", "satisfaction": "4", "said": "yes", "at": at}
    browser.send(f"{at}{number}", 422, **fields, callback="no_phone")
    browser.send(f"{at}{number}", 200, **fields, callback="called")
    assert state(number) == "confirmed" and db.session.get_one(Acknowledgement, number).callback == calls.CALLBACKS[0]
    assert name in desk.page("/desk/visits/").text and "已回拨" in desk.page("/desk/visits/").text
    assert "待上门" in desk.send(f"/desk/visits/ask/{number}", at="/desk/visits/").text
    assert "热线" in desk.page("/desk/visits/1").text


def test_a_drawing_reaches_the_giver_once_a_worker_has_seen_it(city, browser, worker, app):
    home = city.home()
    reserved = pledges.reserve(city.wish(home, worker=worker).needs[0], 1, by=Guest())
    pledges.commit(reserved.pledge, by=Guest(pledges.digest(reserved.secret)), phone="13900000000")
    city.settle()
    delivery, code = city.arrived(reserved.pledge, worker)
    deliveries.hand_over(delivery, code, by=worker)
    number, secret = delivery.id, reserved.secret
    desk = app.test_client().sign_in(worker)
    browser.sign_in(city.beneficiary(home))
    db.session.remove()
    rating = browser.send(f"/home/deliveries/{number}/confirm", at="/home/")
    assert rating.request.path == f"/home/deliveries/{number}/rating"
    assert browser.send(f"/home/deliveries/{number}/rating", satisfaction="5").request.path.endswith("/thanks")
    drawn = "data:image/png;base64," + base64.b64encode(picture(kind="PNG")).decode()
    browser.send(f"/home/deliveries/{number}/thanks", 422, drawn="data:image/png;base64,bm8=")
    browser.send(f"/home/deliveries/{number}/thanks", 200, drawn=drawn)
    assert app.test_client().get(f"/gifts/{secret}/drawing").status_code == 404
    thanks = db.session.query(Thanks).one().id
    db.session.remove()
    assert desk.get(f"/desk/deliveries/thanks/{thanks}/drawing").mimetype == "image/webp"
    desk.send(f"/desk/deliveries/thanks/{thanks}/approve", at="/desk/")
    assert f"/gifts/{secret}/drawing" in app.test_client().get(f"/gifts/{secret}").text
    assert app.test_client().get(f"/gifts/{secret}/drawing").mimetype == "image/webp"


def test_the_exceptions_desk_by_area_charity_and_town_takes_the_same_statements_however_long(city, app, worker, hold):
    far, now = OTHER_TOWN + "001", clock.now()
    with hold(now - timedelta(days=12)):
        charity, other = city.organisation(), city.organisation()
        people = {"worker": worker, "supervisor": city.person("supervisor"), "keeper": stock.keeper(city, charity)}
        clients = {name: app.test_client().sign_in(one) for name, one in people.items()}
    with hold(now - timedelta(days=8)):
        for name, place, of in (("not_sent", VILLAGE, charity), ("not_sent", far, other), ("on_way", VILLAGE, other)):
            pledge = city.promise(city.wish(city.home(place), charity=of).needs[0])
            if name == "on_way":
                deliveries.dispatch(db.session.get_one(Delivery, pledge.delivery_id), "parcel",
                                    by=db.session.get_one(User, pledge.giver_id))
        lost, _code = city.arrived(city.promise(city.wish(charity=charity).needs[0]), worker)
        problems.lose(lost, "丢了", by=worker)
        city.arrived(city.promise(city.wish(charity=charity).needs[0]), worker)
    with hold(now - timedelta(days=11)):
        handed(city, worker, city.home())
    visits.open_due()
    city.settle()

    def seen(who, path="/desk/exceptions/"):
        db.session.remove()
        page = clients[who].get(path).text
        return [kind for kind in ("超过 7 天未寄出", "在途超过 5 天", "退回或丢失，待决定", "在驿站超过 7 天", "需要上门")
                for _row in range(page.count(f"<strong>{kind}</strong>"))]

    charity_id, other_id = charity.id, other.id
    assert seen("worker") == ["超过 7 天未寄出", "在途超过 5 天", "退回或丢失，待决定", "在驿站超过 7 天", "需要上门"]
    assert seen("supervisor").count("超过 7 天未寄出") == 2 and len(seen("supervisor")) == 6
    assert seen("supervisor", f"/desk/exceptions/?town={OTHER_TOWN}") == ["超过 7 天未寄出"]
    assert seen("supervisor", f"/desk/exceptions/?charity={other_id}&kind=on_way") == ["在途超过 5 天"]
    assert seen("keeper", "/charity/exceptions/") == ["超过 7 天未寄出", "退回或丢失，待决定", "在驿站超过 7 天"]
    client = clients["supervisor"]
    before = client.statements
    with hold(now - timedelta(days=9)):
        charity = db.session.get_one(Organisation, charity_id)
        for _n in range(4):
            city.promise(city.wish(charity=charity).needs[0])
    assert len(seen("supervisor")) == 10 and client.statements == before
    sheet = load_workbook(io.BytesIO(client.get("/desk/exceptions/sheet.xlsx?kind=not_sent").data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 7 and {r[1] for r in rows[1:]} == {"超过 7 天未寄出"}
    assert [r[2] for r in rows[1:]] == sorted(r[2] for r in rows[1:])  # the oldest first


def test_a_charity_decides_about_what_was_lost_and_what_came_back(city, browser, worker):
    charity = city.organisation()
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    need = city.wish(charity=charity, wanted=2, price_fen=5000).needs[0]
    need.item_code, need.size = "quilt", "double"
    db.session.commit()
    delivery, _code = city.arrived(city.promise(need, 2), worker)
    problem = problems.turn_back(delivery, problems.Back("wrong", "颜色不对", goes_to="charity"), by=worker).id
    stock.batch(keeper, store, units=4)
    store_id, organisation_id = store.id, charity.id
    browser.sign_in(keeper)
    db.session.remove()
    at = f"/charity/exceptions/{problem}"
    page = browser.get(at).text
    assert "改为认领这一件" in page and "收入仓库" in page
    browser.send(at, 200, store=str(store_id), item_code="quilt", size="double", condition="new")
    db.session.remove()
    purchased = db.session.query(Batch).filter_by(source="purchase:1").one().id
    db.session.remove()
    browser.send(f"{at}/instead", at=at, batch=str(purchased), store=str(store_id))
    city.settle()
    made = db.session.query(Delivery).order_by(Delivery.id.desc()).first()
    assert (made.state, made.units, made.organisation_id) == ("planned", 2, organisation_id)
    assert "待决定" not in browser.get("/charity/exceptions/").text


def test_what_a_family_does_not_want_any_more_stands_on_the_desk_until_its_wish_is_closed(city, browser, worker):
    wish = city.wish()
    delivery, _code = city.arrived(city.promise(wish.needs[0]), worker)
    at, number = f"/desk/deliveries/{delivery.id}", wish.id
    browser.sign_in(worker)
    db.session.remove()
    assert "不再需要" not in browser.get("/desk/").text
    told = browser.send(f"{at}/problem", 200, outcome="refused", reason="已经有了", wanted="no", condition="good",
                        goes_to="giver").text
    assert f"/desk/wishes/{number}/end" in told and f"/desk/wishes/{number}/end" in browser.get("/desk/").text
    assert "不再需要" not in browser.send(f"/desk/wishes/{number}/end", at="/desk/").text
    assert db.session.get_one(Wish, number).state == "withdrawn" and "/end" not in browser.get(at).text
