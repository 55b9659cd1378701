"""The process: one address on this machine, one folder, one key."""
import argparse
import fcntl
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from marketplace.standin.stripe import control
from marketplace.standin.stripe.api import Api
from marketplace.standin.stripe.background import Background
from marketplace.standin.stripe.pages import Pages
from marketplace.standin.stripe.store import Store

HOST = "127.0.0.1"
LARGEST = 1 << 20  # bytes of a request
log = logging.getLogger(__name__)


class Handler(WSGIRequestHandler):
    """Keeps a connection for the next request, which werkzeug's own does not; writes no line for every one."""

    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds that a connection may be idle
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answer one request, which the application reads whole and to which its answer has a length."""
        environ = self.make_environ()
        request = Request(environ)
        request.max_content_length = LARGEST
        try:
            request.get_data()
            answer = self.server.app.respond(request)  # type: ignore[attr-defined]
        except HTTPException as error:  # too large; read a part so that the sender listens, and end it
            self.rfile.read(min(request.content_length or 0, 16 * LARGEST))
            answer, self.close_connection = error.get_response(environ), True
        body, status, fields = answer.get_app_iter(environ), answer.status_code, answer.get_wsgi_headers(environ)
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"".join(body))

    def log_request(self, code="-", size="-") -> None:
        return


class App:
    """The WSGI application."""

    def __init__(self, store: Store, key: str):
        self.api, self.pages = Api(store, key), Pages(store)

    def __call__(self, environ, start_response):
        return self.respond(Request(environ))(environ, start_response)

    def respond(self, request: Request) -> Response:
        """The answer of whoever the path belongs to. Raises HTTPException for a body that is too large."""
        try:
            return self._answer(request)
        except HTTPException:
            raise
        except Exception:
            log.exception("%s %s", request.method, request.path)
            return Response("Something went wrong.\n", 500, mimetype="text/plain")

    def _answer(self, request: Request) -> Response:
        if request.path == "/health":
            return Response("ok\n", mimetype="text/plain")
        if request.path.startswith("/v1/"):
            return self.api.respond(request)
        if request.path.startswith("/control/"):
            return control.respond(self.api, request)
        return self.pages.respond(request)


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT."""
    asked = _arguments(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    key, secret = os.environ.get("STRIPE_API_KEY", ""), os.environ.get("STRIPE_WEBHOOK_SECRET", "")
    if not key or asked.webhook and not secret:
        return _refuse("set STRIPE_API_KEY, and STRIPE_WEBHOOK_SECRET if there is a webhook")
    asked.data.mkdir(parents=True, exist_ok=True)
    with open(asked.data / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return _refuse(f"another one already works in {asked.data}")
        _serve(asked, key, secret)
    return 0


def _serve(asked: argparse.Namespace, key: str, secret: str) -> None:
    store = Store(asked.data / "stripe.db", "OFF" if asked.quick else "FULL")
    server = make_server(HOST, asked.port, App(store, key), threaded=True, request_handler=Handler)
    url = f"http://{HOST}:{server.server_port}"
    with store.write() as tx:
        tx.set("public_url", asked.public_url or url)
        tx.set("merchant", asked.merchant)
        tx.set("listening", asked.events if asked.webhook else "")
    background = Background(store, asked.webhook, secret, asked.lanes)
    background.start()
    for name in (signal.SIGTERM, signal.SIGINT):  # shutdown waits for serve_forever, which this thread runs
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown, daemon=True).start())
    sys.stdout.write(f"Stripe stand-in at {url}\n")
    sys.stdout.flush()
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        server.server_close()
        background.stop()
        store.close()


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m marketplace.standin.stripe",
                                     description="A local server that speaks Stripe's API. No money moves.")
    parser.add_argument("--port", type=int, default=0, help="0: any free one, named on the first line of the output")
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds its state")
    parser.add_argument("--webhook", type=_web_address, help="where events are sent")
    parser.add_argument("--events", default="*", help="which events are sent, such as 'checkout.session.*,charge.dispute.*'")
    parser.add_argument("--lanes", type=int, default=4, help="how many webhooks are under way at once; each payer's keep "
                                                             "their order")
    parser.add_argument("--quick", action="store_true", help="do not wait for the disk; for tests of many payments")
    parser.add_argument("--public-url", type=_web_address, help="how a payer's browser reaches it, if not by the port")
    parser.add_argument("--merchant", default="微心愿 Tiny Wishes", help="who is paid, as the page says it")
    return parser.parse_args(argv)


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError(f"no web address: {text}")
    return text.rstrip("/") if parts.path == "/" else text


def _refuse(reason: str) -> int:
    sys.stderr.write(f"Stripe stand-in: {reason}\n")
    return 2
