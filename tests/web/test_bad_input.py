"""Bad input gets a clear answer in the reader's language, and changes nothing."""
import json
import re
from contextlib import suppress

import pytest
from werkzeug.exceptions import HTTPException

from marketplace.extensions import db
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.payments.models import ProviderEvent
from tests.browser import Page
from tests.city import TOWN, picture, signature
from tests.core.test_images import bomb

WISH = {"kind": "goods", "category": "bedding", "item": "棉被", "wanted": "1", "unit": "条", "price": "80",
        "words": "夜里冷", "urgency": "normal", "consent": "y"}


@pytest.fixture
def family(city, browser):
    home = city.home()
    browser.sign_in(city.beneficiary(home))
    person = city.people(home)[0].id
    db.session.remove()
    return {"person": person}


def write(browser, family, **changes):
    fields = {**WISH, "person": str(family["person"]), **changes}
    return browser.send("/home/wishes/new", **{k: v for k, v in fields.items() if v is not None})


@pytest.mark.parametrize("changes, said", [
    ({"price": "301"}, "300"), ({"price": "eighty"}, ""), ({"price": ""}, ""), ({"wanted": "0"}, ""), ({"item": ""}, ""),
    ({"item": "两条香烟"}, ""), ({"words": ""}, ""), ({"consent": None}, ""), ({"words": "长" * 1001}, ""),
    ({"kind": "gold"}, ""), ({"category": "weapons"}, ""), ({"item": "被" * 61}, ""),
])
def test_a_wish_that_does_not_fit(browser, family, changes, said):
    answer = write(browser, family, **changes)
    assert answer.status_code == 422 and said in Page(answer.text).text
    assert db.session.query(Wish).count() == 0


@pytest.mark.parametrize("upload", [b"MZ nothing", bomb(20_000, 10_000), b"", picture()[:500]])
def test_a_file_that_is_no_fit_picture(browser, family, upload):
    import io
    answer = write(browser, family, photo=(io.BytesIO(upload), "photo.jpg"))
    if upload:
        assert answer.status_code == 422 and db.session.query(Wish).count() == 0
    else:
        assert answer.status_code == 200


def test_somebody_elses_person_is_nobody(browser, family, city):
    other = city.people(city.home())[0].id
    db.session.remove()
    assert write(browser, {"person": other}).status_code in (404, 422)
    assert db.session.query(Wish).count() == 0


def test_a_good_one_goes_through(browser, family):
    import io
    answer = write(browser, family, photo=(io.BytesIO(picture()), "photo.jpg"))
    assert answer.status_code == 200 and db.session.query(Wish).one().state == "submitted"


def test_a_form_without_its_token_changes_nothing(browser, family):
    answer = browser.post("/home/wishes/new", data={**WISH, "person": family["person"]})
    assert answer.status_code == 400 and db.session.query(Wish).count() == 0


def test_a_wrong_code(browser, city):
    home = city.home()
    phone = city.people(home)[0].phone.reveal()
    db.session.remove()
    answer = browser.send("/sign-in/family", phone=phone)
    code = city.code()
    db.session.remove()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text).group(1)
    for wrong in ("000000" if code != "000000" else "111111", "", "abcdef", "12345678901"):
        answer = browser.post("/sign-in/family/code", data={"csrf_token": token, "phone": phone, "code": wrong})
        assert answer.status_code == 422
    assert browser.get("/home/").status_code == 302
    answer = browser.post("/sign-in/family/code", data={"csrf_token": token, "phone": phone, "code": code})
    assert answer.status_code == 302 and browser.get("/home/").status_code == 200


def test_a_phone_that_nobody_has_gets_the_same_page(browser, city):
    city.home(phone="13000000001")
    db.session.remove()
    known, unknown = (browser.send("/sign-in/family", phone=p) for p in ("13000000001", "13999999999"))
    plain = [re.sub(r'value="[^"]*"|\+?\d{6,}|nonce-\S+', "", a.text) for a in (known, unknown)]
    assert known.status_code == unknown.status_code == 200 and plain[0] == plain[1]


def test_a_promise_on_a_vanished_wish(browser, city):
    home = city.home()
    wish = city.wish(home)
    ref, need = wish.ref, wish.needs[0].id
    page = browser.get(f"/wishes/{ref}")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)
    city.lose(home)
    db.session.remove()
    answer = browser.post(f"/wishes/{ref}", data={"csrf_token": token, "need": need, "units": 1})
    assert answer.status_code == 410 and wish_title_absent(answer)
    assert db.session.query(Pledge).count() == 0 and db.session.get(Need, need).pledged == 0


def wish_title_absent(answer):
    return "棉被" not in Page(answer.text).text


@pytest.mark.parametrize("fields", [{"units": "0"}, {"units": "-1"}, {"units": "x"}, {"units": "99999999999"}, {"units": ""},
                                    {"need": "0"}, {"need": "x"}])
def test_a_promise_that_does_not_fit(browser, city, fields):
    wish = city.wish()
    ref, need = wish.ref, wish.needs[0].id
    db.session.remove()
    answer = browser.send(f"/wishes/{ref}", **{"need": need, "units": "1", **fields})
    assert answer.status_code in (200, 422) and db.session.query(Pledge).count() == 0


def test_more_than_is_left_is_said_so(browser, city):
    wish = city.wish()
    ref, need = wish.ref, wish.needs[0].id
    db.session.remove()
    assert browser.send(f"/wishes/{ref}", need=need, units="2").status_code == 422
    assert db.session.query(Pledge).count() == 0


def test_a_stale_form_of_a_worker(browser, city):
    wish = city.submitted()
    worker, charity = city.person("social_worker", TOWN), city.organisation()
    fields = {"title": "厚棉被", "alias": "菊花奶奶", "story": "想要一床被子", "urgency": "normal",
              "organisation_id": charity.id, "version": 0}
    number = wish.id
    browser.sign_in(worker)
    db.session.remove()
    assert browser.send(f"/desk/wishes/{number}", **fields).status_code == 422
    assert db.session.get(Wish, number).title == "棉被"


@pytest.mark.parametrize("header", ["", "t=1,v1=00", "nonsense", None])
def test_a_webhook_with_a_bad_signature(browser, city, header):
    body = json.dumps({"id": "evt_1", "object": "event", "type": "x", "data": {"object": {}}})
    headers = {} if header is None else {"Stripe-Signature": header}
    answer = browser.post("/payments/stripe/webhook", data=body, headers=headers)
    assert answer.status_code == 400 and db.session.query(ProviderEvent).count() == 0


def test_a_good_webhook_is_taken_without_a_token_and_once(browser, city):
    body = json.dumps({"id": "evt_1", "object": "event", "type": "x", "data": {"object": {}}}).encode()
    for _ in range(2):
        answer = browser.post("/payments/stripe/webhook", data=body, headers={"Stripe-Signature": signature(body)})
        assert answer.status_code == 200
    assert db.session.query(ProviderEvent).count() == 1


def test_hostile_text_stays_text(browser, city):
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
    wish = city.wish(story=nasty)
    ref = wish.ref
    db.session.remove()
    for path in (f"/wishes/{ref}", "/wishes?q=" + nasty, "/wishes"):
        text = browser.get(path).text
        assert "<script>alert" not in text and "<img src=x" not in text
        assert "49" not in re.findall(r"onerror=alert\(1\)&gt;(\d+)", text)


def test_a_sign_in_that_leads_elsewhere_does_not(browser, city):
    from marketplace.people.accounts import service as accounts
    accounts.create("social_worker", username="w", password="long enough password", area_code=TOWN)
    db.session.remove()
    for way in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        browser.get("/sign-in/", query_string={"next": way})
        answer = browser.send("/sign-in/staff", follow=False, username="w", password="long enough password")
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/desk")
        browser.send("/sign-in/out", at="/", follow=False)


def test_every_answer_is_guarded(browser, city):
    for path in ("/", "/wishes", "/nothing", "/sign-in/"):
        answer = browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/wishes?q=%00", "/sign-in/staff?next=a%00b", "/transparency/?category=%00"])
def test_a_text_that_nobody_can_type_is_refused_with_a_page(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 400 and "<h1" in answer.text


def test_a_number_that_no_table_can_hold_is_no_address(app):
    site, numbered = app.url_map.bind("localhost"), [rule for rule in app.url_map.iter_rules() if "<int:" in rule.rule]
    assert len(numbered) > 50
    for rule in numbered:
        for number in ("9999999999", "9" * 25):
            path = re.sub(r"<\w+:?\w*>", "x", re.sub(r"<int:\w+>", number, rule.rule))
            with suppress(HTTPException):
                assert site.match(path, method=next(iter(rule.methods - {"OPTIONS"})))[0] != rule.endpoint


@pytest.mark.parametrize("asked", ["9" * 25, "9999999999", "²", "-1"])
def test_a_filter_that_is_no_number_narrows_nothing(browser, city, asked):
    assert browser.send("/basket", at="/sign-in/staff", then=f"out-{asked}").status_code == 200
    assert browser.get("/campaigns", query_string={"charity": asked}).status_code == 200
    browser.sign_in(city.person("administrator"))
    assert browser.get("/operations/audit", query_string={"before": asked}).status_code == 200
    browser.sign_in(city.person("social_worker", TOWN))
    assert browser.get("/desk/households/", query_string={"page": asked}).status_code == 200
