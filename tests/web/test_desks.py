"""What a worker and a family do at their pages, beyond opening them."""
import html
import re

import pytest

from marketplace.extensions import db
from marketplace.market.deliveries import labels, queries, shelves
from marketplace.market.deliveries.models import Delivery
from marketplace.market.wishes import public
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Wish
from marketplace.network.registry import service as registry
from tests import runs
from tests.city import OTHER_TOWN, TOWN

TEXT = {"title": "加厚棉被", "alias": "菊花奶奶", "story": "冬天快到了，想要一床暖和的被子。", "urgency": "soon"}


@pytest.fixture
def worker(city, browser):
    worker = city.person("social_worker", TOWN)
    browser.sign_in(worker)
    return worker


@pytest.mark.parametrize("typed", ["{}", " {} ", "spaces", "together", "wide"])
def test_a_card_is_known_however_its_number_is_typed(city, browser, worker, typed):
    wish = city.wish()
    delivery, _code = city.arrived(city.promise(wish.needs[0]), worker)
    number, home, card = delivery.id, delivery.household_id, ""
    card = registry.new_card(db.session.get_one(registry.Household, home), by=worker)
    ways = {"spaces": card.replace("-", " "), "together": card.replace("-", ""),
            "wide": card.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})}
    db.session.remove()
    browser.send(f"/desk/deliveries/{number}", proof=ways.get(typed, typed.format(card)))
    found = db.session.get_one(Delivery, number)
    assert (found.state, found.proof) == ("handed_over", "card")


def test_a_refused_publication_can_be_mended_and_sent_again(city, browser, worker):
    charity, wish = city.organisation(), city.submitted()
    wishes.withdraw_consent(wish, by=city.beneficiary(db.session.get_one(registry.Household, wish.household_id)))
    number, version = wish.id, wish.version
    fields = {**TEXT, "organisation_id": str(charity.id), "version": str(version), "then": "publish"}
    db.session.remove()
    assert browser.send(f"/desk/wishes/{number}", **fields).status_code == 422
    kept = db.session.get_one(Wish, number)
    assert (kept.state, kept.version, kept.alias) == ("submitted", version, "")
    wishes.consent(kept, by=city.beneficiary(db.session.get_one(registry.Household, kept.household_id)))
    db.session.remove()
    assert browser.send(f"/desk/wishes/{number}", **fields).status_code == 200
    assert db.session.get_one(Wish, number).state == "published"


def test_an_agreement_taken_back_is_given_again(city, browser):
    home = city.home()
    wish = city.wish(home)
    number, ref = wish.id, wish.ref
    browser.sign_in(city.beneficiary(home))
    db.session.remove()
    browser.send(f"/home/wishes/{number}/withdraw_consent")
    assert public.one(ref) is None
    db.session.remove()
    browser.send(f"/home/wishes/{number}/consent")
    assert public.one(ref) is not None


def test_a_returned_wish_asks_again_for_an_agreement_that_was_taken_back(city, browser, worker):
    home = city.home()
    wish = city.submitted(home)
    wishes.return_(wish, "哪种尺寸？", by=worker)
    me, person, number = city.beneficiary(home), city.people(home)[0].id, wish.id
    wishes.withdraw_consent(wish, by=me)
    browser.sign_in(me)
    db.session.remove()
    fields = {"person": str(person), "kind": "goods", "category": "bedding", "item": "棉被", "wanted": "1", "price": "80",
              "words": "两米的", "urgency": "normal"}
    assert browser.send(f"/home/wishes/{number}/edit", **fields).status_code == 422
    assert db.session.get_one(Wish, number).state == "returned"
    db.session.remove()
    assert browser.send(f"/home/wishes/{number}/edit", **fields, consent="y").status_code == 200
    assert db.session.get_one(Wish, number).state == "submitted"


def test_a_household_is_found_by_a_number_in_the_own_area_only(city, browser, worker):
    near, far = city.home(phone="13000077001"), city.home(place=OTHER_TOWN + "001", phone="13000077002")
    identity = city.people(near)[0].resident_id.reveal()
    near_id = near.id
    assert far.id != near_id
    db.session.remove()
    for number in ("130 0007 7001", "+86 13000077001", identity.lower()):
        assert browser.send("/desk/households/find", number=number).request.path == f"/desk/households/{near_id}"
    for number in ("13000077002", "nobody", ""):
        assert browser.send("/desk/households/find", number=number).request.path == "/desk/households/"


def test_a_new_code_reaches_the_household_and_ends_the_old_one(city, browser, worker):
    delivery, old = city.arrived(city.promise(city.wish().needs[0]), worker)
    number = delivery.id
    db.session.remove()
    browser.send(f"/desk/deliveries/{number}/ask_code")
    city.settle()
    new = city.code()
    assert new != old
    db.session.remove()
    browser.send(f"/desk/deliveries/{number}", proof=old)
    assert db.session.get_one(Delivery, number).state == "arrived"
    db.session.remove()
    browser.send(f"/desk/deliveries/{number}", proof=new)
    assert db.session.get_one(Delivery, number).state == "handed_over"


def test_the_list_of_wishes_is_narrowed_and_paged_by_its_address(city, browser, worker):
    for number in range(53):
        city.submitted(item=f"棉被{number:02}号")
    city.submitted(item="理发", kind="service", price_fen=0, category="haircut")
    db.session.remove()

    def titles(query):
        return re.findall(r'href="/(?:desk|home)/wishes/\d+">([^<]+)<', browser.get(f"/desk/wishes/?{query}").text)

    assert titles("kind=service") == ["理发"] and titles("q=52") == ["棉被52号"] and titles("q=%25") == []
    assert len(titles("state=submitted")) == 50 and titles("state=published") == []
    first = browser.get("/desk/wishes/?sort=oldest").text
    after = re.search(r"after=([\w-]+)", first).group(1)
    assert titles(f"sort=oldest&after={after}") == ["棉被50号", "棉被51号", "棉被52号", "理发"]


def test_long_lists_of_deliveries_have_pages(city, browser, worker, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 1)
    monkeypatch.setattr(shelves, "PAGE", 1)
    here = runs.station(city)
    delivered = [city.arrived(city.promise(city.wish().needs[0]), worker)[0] for _n in range(2)]
    refs, number = [labels.said(one.ref) for one in delivered], here.id
    browser.sign_in(worker)
    db.session.remove()
    for at in ("/desk/deliveries/", f"/desk/stations/{number}/shelf"):
        first = browser.get(at).text
        onward = html.unescape(re.search(r'href="([^"]+)" rel="next"', first).group(1))
        second = browser.get(at + onward).text
        assert [[ref in page for ref in refs] for page in (first, second)] == [[True, False], [False, True]]
    assert "全部 2 件" in browser.get("/desk/").text
