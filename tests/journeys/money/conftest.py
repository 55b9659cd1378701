"""A site for each database, as `make run` starts it, with an empty city; its payments go to the local payment server."""
import json
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser
from sqlalchemy import create_engine, text

from marketplace.core import fen
from marketplace.settings import DEMO_KEY_PREFIX
from tests.databases import free_port
from tests.journeys.site import ROOT, Site, Visitor, album, running

KEY, DATABASE = f"{DEMO_KEY_PREFIX}journeys", "journeys"
LANGUAGES = {"sqlite": "zh", "postgresql": "en"}
GOOD = "4242 4242 4242 4242"


@dataclass
class Town:
    """A site with people and wishes. Its journeys are in one language: each of them is in Chinese on one database and in
    English on the other."""

    site: Site
    browser: Browser
    lang: str
    charity: int
    wishes: dict[str, str]
    staff: dict[str, Visitor] = field(default_factory=dict)

    def say(self, zh: str, en: str) -> str:
        """The words in the language of this town's journeys."""
        return zh if self.lang == "zh" else en

    def visitor(self, name: str = "") -> Visitor:
        """A giver with a fresh browser; or by name somebody at work, who signs in once."""
        if name in self.staff:
            return self.staff[name]
        found = Visitor(self.browser, self.site, self.lang, album(f"money-{self.lang}"))
        if name:
            found.sign_in_for_work(name)
            self.staff[name] = found
        return found

    def provider(self, path: str, **given: object) -> dict:
        """What is done at the payment service itself."""
        request = urllib.request.Request(self.site.env["STRIPE_API_BASE"] + path, urllib.parse.urlencode(given).encode(),
                                         {"Authorization": f"Bearer {KEY}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def town(request, browser, tmp_path_factory) -> Iterator[Town]:
    data, lang = tmp_path_factory.mktemp(f"town-{request.param}"), LANGUAGES[request.param]
    shutil.rmtree(album(f"money-{lang}"), ignore_errors=True)
    more = {"APP_ENV": "development", "STRIPE_API_KEY": KEY, "STRIPE_API_BASE": f"http://127.0.0.1:{free_port()}"}
    if request.param == "postgresql":
        more["DATABASE_URL"] = _database(request.getfixturevalue("postgresql_url"))
    with running(data, **more) as site:
        done = subprocess.run([sys.executable, "-m", "tests.journeys.money.town"], cwd=ROOT, env=site.env, text=True,
                              capture_output=True)
        assert done.returncode == 0, done.stderr
        yield Town(site, browser, lang, **json.loads(done.stdout))


def _database(url: str) -> str:
    """A database of its own beside that of the other tests."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {DATABASE}"))
    engine.dispose()
    return re.sub(r"/postgres(?=\?|$)", f"/{DATABASE}", url)


def pay(visitor: Visitor, card: str = GOOD) -> None:
    """Fill in the page of the payment service."""
    visitor.fill(number=card, expiry="12/34", cvc="123")
    visitor.press("form.card")


def until(visitor: Visitor, words: str) -> None:
    """Wait on the page until it says so by itself."""
    visitor.page.get_by_text(words).first.wait_for(timeout=20_000)


def follow(visitor: Visitor, selector: str, **more: str) -> None:
    """Click on what leads to another page."""
    with visitor.page.expect_navigation():
        visitor.page.locator(selector, **more).first.click()


def sums(visitor: Visitor) -> dict[str, int]:
    """The city's public account, in fen, by its words."""
    visitor.go("/transparency")
    rows = visitor.page.locator("dl.sums > div")
    return {row.locator("dt").inner_text(): fen.from_yuan(row.locator("dd").inner_text().strip("¥￥"))
            for row in rows.all()}
