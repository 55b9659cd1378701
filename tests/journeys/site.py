"""The whole site as `make run` starts it, and people with browsers."""
import html
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.databases import environment, free_port

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PASSWORD = "a password for trials"


@contextmanager
def running(data: Path, **more: str) -> Iterator["Site"]:
    """The site with an own data directory and these settings, stopped by its process id."""
    port = free_port()
    env = environment(DATA_DIR=str(data), PORT=str(port), **more)
    log = (data / "run.log").open("w+")
    process = subprocess.Popen([sys.executable, "-m", "marketplace.cli.serve"], cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        _wait(process, data / "run.log")
        yield Site(f"http://127.0.0.1:{port}", data, env)
    finally:
        process.terminate()
        code = process.wait(40)
        log.close()
    assert code == 0, (data / "run.log").read_text()


def _wait(process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 400
    while time.monotonic() < end and process.poll() is None:
        if "is open at" in log.read_text():
            return
        time.sleep(0.3)
    raise TimeoutError(log.read_text())


@dataclass
class Site:
    """A running site. `flask` runs one of its commands with its own settings."""

    url: str
    data: Path
    env: dict[str, str] = field(repr=False)
    charity: str = ""

    def flask(self, *command: str, typed: str = "") -> str:
        import json
        secrets = json.loads((self.data / "secrets.json").read_text())
        done = subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *command], cwd=ROOT, text=True,
                              env={"APP_ENV": "demo", **secrets, **self.env}, capture_output=True, input=typed)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


@contextmanager
def chromium() -> Iterator[Browser]:
    binary = shutil.which("chromium")
    assert binary, "chromium is not installed (Debian: apt-get install chromium)"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=binary, args=FLAGS)
        yield browser
        browser.close()


class Visitor:
    """One person with a browser of their own; takes pictures of what they see, on a phone and on a desktop."""

    def __init__(self, browser: Browser, site: Site, lang: str, album: Path):
        self.site, self.lang, self.album = site, lang, album
        self.context = browser.new_context(viewport=PHONE, locale="zh-CN" if lang == "zh" else "en-GB",
                                           timezone_id="Asia/Shanghai")
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: message.type == "error" and "status of 4" not in message.text
                     and self.faults.append(message.text))
        self.go(f"/?lang={lang}")

    def go(self, path: str) -> None:
        address = path if path.startswith("http") else self.site.url + path
        try:
            answer = self.page.goto(address)
        except Error as no:  # the page was just looking for news by itself
            if "ERR_ABORTED" not in str(no):
                raise
            answer = self.page.goto(address)
        assert answer and answer.status < 400, f"{path}: {answer and answer.status}"

    def see(self, name: str) -> None:
        """What must hold on both sizes: no sideways scrolling, no foreign text; and pictures where SCREENSHOTS says."""
        count = len(list(self.album.glob("*-phone.png"))) + 1
        for kind, size in (("desktop", DESKTOP), ("phone", PHONE)):
            self.page.set_viewport_size(size)
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if "SCREENSHOTS" in os.environ:
                self.album.mkdir(parents=True, exist_ok=True)
                self.page.screenshot(path=self.album / f"{count:02}-{name}-{kind}.png", full_page=True)
            assert wide <= 0, f"{name} is {wide} pixels too wide on a {kind}"
        assert not self.faults, self.faults

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.locator(f"[name={name}]:visible").first.fill(value)

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"[name={name}][value='{value}']").first.check(force=True)

    def press(self, form: str = "main form") -> None:
        """Press the first button of a form, and wait for the next page."""
        with self.page.expect_navigation():
            self.page.locator(f"{form} button:not([type=button])").first.click()

    def text(self) -> str:
        return re.sub(r"\s+", " ", self.page.locator("body").inner_text())

    def wait_for(self, path: str, words: str, seconds: float = 20) -> None:
        """Open a page as soon as it says something; jobs run behind the site."""
        end, address = time.monotonic() + seconds, path if path.startswith("http") else self.site.url + path
        while words not in (said := plain(self.page.request.get(address).text())):
            assert time.monotonic() < end, f"{path} never said {words!r}: {said[:800]}"
            time.sleep(0.2)
        self.go(path)

    def sign_in_by_phone(self, phone: str, door: str) -> None:
        self.go(f"/sign-in/{door}")
        self.fill(phone=phone)
        self.press()
        self.fill(code=self.code(phone))
        self.press("form[action*=code]")

    def code(self, phone: str) -> str:
        """The newest six digits on the demo's page of messages to a phone."""
        other = self.context.new_page()
        other.goto(self.site.url + "/demo/messages")
        text = re.sub(r"\s+", " ", other.locator("main").inner_text())
        other.close()
        found = re.search(r"(?<!\d)(\d{6})(?!\d)", text[text.index(phone[-4:]):])
        assert found, text[:500]
        return found.group(1)

    def sign_in_for_work(self, name: str) -> None:
        self.go("/sign-in/staff")
        self.fill(username=name, password=PASSWORD)
        self.press()


def plain(page: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page.partition("<main")[2])))


def album(lang: str) -> Path:
    """Where the pictures of a journey lie."""
    return Path(os.environ.get("SCREENSHOTS", ROOT / "var" / "screenshots")) / lang
