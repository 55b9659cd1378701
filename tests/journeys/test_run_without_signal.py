"""A driver scans parcels where there is no signal; back in reach each is counted once, also when an answer got lost, and the
driver reads what was refused."""
import threading

import pytest
from werkzeug.serving import make_server

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery, DeliveryStep
from marketplace.market.runs import service
from marketplace.market.runs.models import RunScan
from tests import runs
from tests.databases import free_port
from tests.journeys.site import PHONE


class Signal:
    """The site on a port of its own, which can be away for a while."""

    def __init__(self, app):
        self.app, self.port = app, free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def come(self) -> None:
        self.server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def go(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def signal(app, kind):
    if kind != "sqlite":
        pytest.skip("the phone is the same on both databases")
    signal = Signal(app)
    signal.come()
    yield signal
    signal.go()


@pytest.fixture
def phone(browser, city):
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    yield context
    context.close()


def test_what_is_scanned_without_signal_is_counted_once_and_refused_in_words(city, app, signal, phone):
    runs.station(city)
    charity = city.organisation()
    parcels = [runs.bought(city, charity), runs.bought(city, charity)]
    other = runs.bought(city, charity).ref
    run, driver = runs.run(city, charity, parcels, day=clock.today())
    refs, address, stop = [d.ref for d in parcels], f"{signal.url}/runs/{run.id}", run.stops[0].id
    db.session.commit()
    client = app.test_client().sign_in(driver)
    phone.add_cookies([{"name": "session", "value": client.get_cookie("session").value, "url": signal.url}])
    page, faults = phone.new_page(), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(address)
    page.wait_for_selector("[data-run][data-kept=yes]")

    signal.go()
    page.reload()
    page.locator("form[data-scan=on] [name=ref]").fill(other)
    page.locator("form[data-scan=on] [name=ref]").press("Enter")
    for form in ("form[data-scan=on]", f"form[data-scan=off][data-stop='{stop}']"):
        for ref in refs:
            page.locator(f"{form} [name=ref]").fill(f"{ref[:4]}-{ref[4:].lower()}")
            page.locator(f"{form} [name=ref]").press("Enter")
    page.wait_for_selector("[data-run][data-waiting='5']")
    assert "没有信号" in page.locator("[data-sending]").inner_text()
    assert page.locator("[data-shown=off]").count() == 2
    page.reload()
    page.wait_for_selector("[data-run][data-waiting='5']")
    kept = page.evaluate("localStorage.getItem('run:' + document.querySelector('[data-run]').dataset.run)")

    signal.come()
    for _time in range(2):  # the second time as if the first answer had never come
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_selector("[data-run][data-waiting='0']")
        db.session.rollback()
        assert runs.states(run) == ["off", "off"] and db.session.query(RunScan).count() == 5
        told = page.locator("[data-news]").inner_text()
        assert f"{other[:4]}-{other[4:]} 不在这一趟车上" in told and "已登记" in told
        assert {d.state for d in db.session.query(Delivery) if d.ref != other} == {"dispatched"}
        assert db.session.query(DeliveryStep).filter_by(state="dispatched").count() == 2
        page.evaluate("kept => localStorage.setItem('run:' + document.querySelector('[data-run]').dataset.run, kept)", kept)
    page.goto(address)
    page.wait_for_selector("[data-run][data-waiting='0']")
    service.assign(run, runs.driver_of(city, charity), runs.keeper(city, charity))
    page.locator("form[data-scan=on] [name=ref]").fill(refs[0])
    page.locator("form[data-scan=on] [name=ref]").press("Enter")
    page.wait_for_selector("[data-sending].pill--trouble")
    assert "已不由您负责" in page.locator("[data-sending]").inner_text()
    page.evaluate("localStorage.clear()")
    assert not faults and page.evaluate("caches.keys().then(names => names.join())") == "runs-1"
    with page.expect_navigation():
        page.locator("[data-leaves] button").click()
    assert page.evaluate("caches.keys().then(names => names.join())") == ""
