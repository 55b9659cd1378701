"""Two hundred quilts from a company's offer to the door: 180 received, 12 come back, 8 disputed, and each is told for.

What is done once is done with the mouse; what is done for each household is sent from the same browsers, page by page.
Each household asks for one; EACH=4 has fifty households that ask for four.
"""
import os
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.serving import make_server

from marketplace.core import clock
from marketplace.extensions import db, limiter
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.records import DeliveryProblem
from marketplace.market.offers.models import Offer
from marketplace.market.pledges.models import Pledge
from marketplace.market.runs.models import Run, RunParcel
from marketplace.market.stock import service as goods
from marketplace.market.stock.models import Holding, Reservation
from marketplace.market.wishes.models import Wish
from marketplace.network.registry.models import Household
from marketplace.people.notices import queries as notices
from tests import campaigns, runs, stock
from tests.databases import free_port
from tests.journeys.site import PHONE

EACH = int(os.environ.get("EACH", "1"))
ALL, HOMES = 200, 200 // EACH
REFUSED, BACK, DISPUTED = 8 // EACH, 4 // EACH, 8 // EACH  # households: at the door, after the hand-over, for good


class Person:
    """Somebody with a browser, signed in."""

    def __init__(self, app, browser, url, user, **more):
        self.app, self.url, self.context = app, url, browser.new_context(locale="zh-CN", **more)
        self.become(user)
        self.page = self.context.new_page()

    def become(self, user) -> None:
        """Somebody else takes the same device."""
        session = self.app.test_client().sign_in(user).get_cookie("session").value
        self.context.clear_cookies()
        self.context.add_cookies([{"name": "session", "value": session, "url": self.url}])

    def go(self, path: str) -> "Person":
        assert self.page.goto(self.url + path).ok, path
        return self

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def token(self, path: str) -> str:
        """What a page sends along with its forms."""
        answer = self.context.request.get(self.url + path)
        assert answer.ok, path
        return re.search(r'name="csrf_token" value="([^"]+)"', answer.text())[1]

    def send(self, path: str, token: str, **fields: object) -> None:
        answer = self.context.request.post(self.url + path, form={"csrf_token": token, **fields}, max_redirects=0)
        assert answer.status == 302, (path, answer.status, answer.text()[:2000])


@pytest.fixture
def open_site(app, kind, city):
    if kind != "sqlite":
        pytest.skip("the way of a single thing is the same on both databases, and the year of chance runs on both")
    limiter.enabled, url = False, f"127.0.0.1:{free_port()}"
    server = make_server(*url.split(":"), app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{url}"
    server.shutdown()
    server.server_close()
    limiter.enabled = True


def test_two_hundred_quilts_from_the_offer_to_the_door(city, app, browser, open_site):
    charity, worker = city.organisation(), city.person("social_worker", "371402001")
    station = runs.station(city, trusts_drivers=True)
    store = stock.store(city, charity)
    for _n in range(HOMES):
        city.wish(charity=charity, worker=worker, wanted=EACH, price_fen=5_000)
    people = {"giver": city.person("donor"), "keeper": campaigns.clerk(city, charity, "manager"), "worker": worker,
              "colleague": city.person("social_worker", "371402")}
    db.session.commit()
    at = {name: Person(app, browser, open_site, user) for name, user in people.items()}
    offered_and_taken_in(city, at, charity)
    matched(city, at["keeper"])
    driven(city, at["keeper"], Person(app, browser, open_site, people["keeper"], viewport=PHONE))
    handed_over(city, at["worker"])
    answered(city, app, browser, open_site, at["colleague"])
    on_its_way = REFUSED + BACK
    assert held("way") == 12 and held("store") == 0  # nobody can be given what is on its way back
    came_back(city, at["keeper"], on_its_way)
    exact(city, store, station)
    shown = at["giver"].go("/offers").page
    shown.locator("a[href*='/offers/follow/']").first.click()
    assert "180" in shown.locator("main").inner_text()


def offered_and_taken_in(city, at, charity) -> None:
    giver, keeper = at["giver"].page, at["keeper"].page
    at["giver"].go("/offers/new/quilt?area=3714")
    giver.locator("[name=units]").fill(str(ALL))
    giver.locator("[name=size][value=double]").check(force=True)
    giver.locator("[name=ends_on]").fill((clock.today() + timedelta(days=30)).isoformat())
    giver.locator(f"[name=organisation_id][value='{charity.id}']").check(force=True)
    at["giver"].press("main form .button--wide")
    db.session.rollback()  # what the browser did is seen
    offer = db.session.scalars(select(Offer.id)).one()
    at["keeper"].go(f"/charity/offers/{offer}").press("form[action$='/accept'] button")
    for units in (120, 80):
        at["keeper"].go(f"/charity/offers/{offer}/take-in")
        keeper.locator("[name=units]").fill(str(units))
        at["keeper"].press("main form .button:not(.button--quiet)")
    db.session.rollback()
    assert db.session.get_one(Offer, offer).state == "ended"


def matched(city, keeper: Person) -> None:
    keeper.go("/charity/matching/").press("form[action$='/run'] button")
    for _page in range(HOMES // 50):
        keeper.page.locator("[data-tick=proposal]").click()
        keeper.press("form[action*='/confirm'] .panel .button:not(.button--quiet)")
    city.settle()
    assert db.session.scalar(select(func.count()).where(Delivery.state == "planned")) == HOMES


def driven(city, keeper: Person, phone: Person) -> None:
    """One run over the station, planned at the desk, scanned on the phone."""
    keeper.go("/charity/runs/plan").page.locator("[name=capacity]").fill(str(ALL))
    keeper.press("main form button:not([type=button])")
    db.session.rollback()
    run = db.session.scalars(select(Run)).one()
    keeper.page.locator("[name=driver]").select_option(str(run.planned_by))
    keeper.press("form[action$='/driver'] button")
    refs, stop = list(db.session.scalars(select(Delivery.ref).order_by(Delivery.id))), run.stops[0].id
    phone.go(f"/runs/{run.id}").page.wait_for_selector("[data-run][data-kept=yes]")
    for form in ("form[data-scan=on]", f"form[data-scan=off][data-stop='{stop}']"):
        phone.page.evaluate("""([form, refs]) => { const found = document.querySelector(form);
            for (const ref of refs) { found.elements.ref.value = ref; found.requestSubmit(); } }""", [form, refs])
    phone.page.wait_for_selector("[data-run][data-waiting='0']", timeout=120_000)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(RunParcel.state == "off")) == HOMES
    city.settle()
    assert db.session.scalar(select(func.count()).where(Delivery.state == "arrived")) == HOMES


def handed_over(city, worker: Person) -> None:
    """Against the code that each household was sent; six do not want it after all."""
    codes = {message.recipient.removeprefix("+86"): message.text for message in reversed(notices.newest(3 * HOMES))}
    arrived = list(db.session.scalars(select(Delivery).order_by(Delivery.id)))
    refused, taken = arrived[:REFUSED], arrived[REFUSED:]
    worker.go(f"/desk/deliveries/{refused[0].id}/problem").page.locator("[name=outcome][value=refused]").check(force=True)
    worker.page.locator("[name=wanted][value=no]").check(force=True)
    worker.page.locator("[name=condition][value=good]").check(force=True)
    if EACH > 1:
        worker.page.locator("[name=units]").fill(str(EACH))
    worker.page.locator("[name=reason]").fill("说家里已经有了")
    worker.press("main form.problem-form .button")
    worker.go(f"/desk/deliveries/{taken[0].id}")
    token = worker.token(f"/desk/deliveries/{taken[0].id}")
    for delivery in refused[1:]:
        worker.send(f"/desk/deliveries/{delivery.id}/problem", token, outcome="refused", condition="good", goes_to="giver",
                    wanted="no", reason="说家里已经有了")
    worker.page.locator("[name=proof]").fill(code_of(city, taken[0], codes))
    worker.press("form:has([name=proof]) .button")
    for delivery in taken[1:]:
        worker.send(f"/desk/deliveries/{delivery.id}", token, proof=code_of(city, delivery, codes))
    city.settle()


def code_of(city, delivery: Delivery, codes: dict[str, str]) -> str:
    """The six digits that the household's phone was sent."""
    phone = city.people(db.session.get_one(Household, delivery.household_id))[0].phone.reveal().removeprefix("+86")
    return next(word for word in "".join(c if c.isdigit() else " " for c in codes[phone]).split() if len(word) == 6)


def answered(city, app, browser, url, worker: Person) -> None:
    """Households say that they have it, or that something is wrong; of the wrong ones six come back."""
    given = list(db.session.scalars(select(Delivery).where(Delivery.state == "handed_over").order_by(Delivery.id)))
    wrong, right = given[:BACK + DISPUTED], given[BACK + DISPUTED:]
    phone = Person(app, browser, url, city.person("donor"), viewport=PHONE)
    for delivery in given:
        phone.become(city.beneficiary(db.session.get_one(Household, delivery.household_id)))
        if delivery is right[0]:
            phone.go("/home").press(f"form[action$='/deliveries/{delivery.id}/confirm'] button")
        elif delivery in right:
            phone.send(f"/home/deliveries/{delivery.id}/confirm", phone.token("/home"))
        else:
            phone.send(f"/home/deliveries/{delivery.id}/problem", phone.token("/home"), reason="被套破了")
    token = worker.token(f"/desk/deliveries/{wrong[0].id}/problem")
    for delivery in wrong[:BACK]:
        worker.send(f"/desk/deliveries/{delivery.id}/problem", token, outcome="damaged", condition="damaged",
                    goes_to="giver", wanted="no", reason="被套破了")
    city.settle()


def came_back(city, keeper: Person, parcels: int) -> None:
    """The storekeeper has what came back, and looks at each."""
    for left in range(parcels, 0, -1):
        keeper.go("/charity/exceptions/?kind=to_take_in").press("main table a[href*='/charity/exceptions/']")
        assert keeper.page.locator("[name=condition]:checked").count() == 1  # as the worker saw it
        keeper.press("form[action$='/back'] .button")
        city.settle()
        assert db.session.scalar(select(func.count()).where(DeliveryProblem.done_at.is_(None),
                                                            DeliveryProblem.goes_to == "store")) == left - 1


def held(kind: str) -> int:
    """How many units lie at places of a kind."""
    db.session.rollback()
    return db.session.scalar(select(func.coalesce(func.sum(Holding.units), 0)).where(Holding.place.startswith(f"{kind}:")))


def exact(city, store, station) -> None:
    db.session.expire_all()
    states = dict(db.session.execute(select(Delivery.state, func.sum(Delivery.units)).group_by(Delivery.state)).all())
    assert states == {"confirmed": 180, "returned": 12, "disputed": 8}
    assert goods.verify().wrong == []
    places: dict[str, int] = {}
    for place, units in db.session.execute(select(Holding.place, func.sum(Holding.units)).group_by(Holding.place)):
        places[place.partition(":")[0]] = places.get(place.partition(":")[0], 0) + int(units)
    assert (places["offer"], places["store"], places["household"], places["way"]) == (-ALL, 12, 188, 0)
    assert db.session.scalar(select(func.sum(Holding.reserved))) == 0
    reserved = dict(db.session.execute(
        select(Reservation.state, func.sum(Reservation.units)).group_by(Reservation.state)).all())
    assert reserved == {"given": 188, "returned": 12}
    promised = dict(db.session.execute(select(Pledge.state, func.sum(Pledge.units)).group_by(Pledge.state)).all())
    assert promised == {"fulfilled": 180, "failed": 12, "delivering": 8}
    assert db.session.scalar(select(func.count()).where(Wish.state == "closed")) == 180 // EACH
