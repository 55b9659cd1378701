"""The stand-in within the process of a test: no port, no thread, webhooks delivered when the test says so."""
import io
import json
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import stripe

from marketplace.standin.stripe import time_passing
from marketplace.standin.stripe.courier import Courier
from marketplace.standin.stripe.server import App
from marketplace.standin.stripe.store import Store

KEY, SECRET = "sk_test_within", "whsec_within"


class Direct(stripe.HTTPClient):
    """Stripe's client, answered by an application without a socket."""

    name = "direct"

    def __init__(self, app: App) -> None:
        super().__init__()
        self._app = app

    def request(self, method, url, headers, post_data=None):
        parts, body = urllib.parse.urlsplit(url), (post_data or "").encode()
        status: list[tuple[str, list[tuple[str, str]]]] = []
        environ = {"REQUEST_METHOD": method.upper(), "SCRIPT_NAME": "", "PATH_INFO": parts.path, "QUERY_STRING": parts.query,
                   "SERVER_NAME": "within", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0),
                   "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(),
                   "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
                   "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/x-www-form-urlencoded"}
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()
                    if name.lower() not in ("content-type", "content-length")}
        answer = b"".join(self._app(environ, lambda line, fields, _=None: status.append((line, fields))))
        line, fields = status[0]
        return answer.decode(), int(line.split()[0]), {name.lower(): value for name, value in fields}

    def close(self) -> None:
        return


class Shop:
    """A whole provider, whose webhooks arrive at `hears`."""

    def __init__(self, store: Store, hears: Callable[[bytes, str], int]) -> None:
        self.store, self._direct = store, Direct(App(store, KEY))
        self.listen(hears)
        self.client = stripe.StripeClient(KEY, base_addresses={"api": "http://within"}, http_client=self._direct)

    def listen(self, hears: Callable[[bytes, str], int]) -> None:
        """From now on `hears` gets (body, signature) of each webhook and answers with a status."""
        self._courier = Courier(self.store, hears, SECRET, lanes=1)

    def control(self, what: str, **given: object) -> dict:
        """As POST /control/… of the server. Raises AssertionError when it is refused."""
        body, status, _ = self._direct.request("post", f"http://within/control/{what}", {"Authorization": f"Bearer {KEY}"},
                                               urllib.parse.urlencode(given))
        assert status == 200, body
        return json.loads(body)

    def settle(self) -> int:
        """What falls due happens, and every webhook that is due is delivered; how many deliveries were tried."""
        time_passing.catch_up(self.store)
        return self._courier.deliver()


@contextmanager
def within(folder: Path, hears: Callable[[bytes, str], int] = lambda body, signature: 200) -> Iterator[Shop]:
    """A provider whose file is in `folder`."""
    store = Store(folder / "stripe.db", "OFF")
    with store.write() as tx:
        for name, value in {"public_url": "http://within", "merchant": "微心愿", "listening": "*"}.items():
            tx.set(name, value)
    try:
        yield Shop(store, hears)
    finally:
        store.close()
