"""The local payment server as a process of its own, and a small receiver of its webhooks."""
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.databases import free_port, wait_for_port

KEY, SECRET = "sk_test_local_contract", "whsec_contract"


@dataclass
class Server:
    url: str
    key: str
    webhook_secret: str


@contextmanager
def running(data: Path, webhook: str = "", port: int = 0, key: str = KEY, secret: str = SECRET) -> Iterator[Server]:
    """The server on a free port; stopped by its own process id."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "marketplace.standin.stripe", "--port", str(port), "--data", str(data), "--webhook", webhook],
        env={**os.environ, "STRIPE_API_KEY": key, "STRIPE_WEBHOOK_SECRET": secret}, cwd=Path(__file__).parents[2])
    try:
        wait_for_port(port)
        yield Server(f"http://127.0.0.1:{port}", key, secret)
    finally:
        process.terminate()
        assert process.wait(10) == 0


@dataclass
class Receiver:
    """What arrived: body and signature; `refuse` answers that many with a 500 first."""

    url: str = ""
    refuse: int = 0
    got: list[tuple[bytes, str]] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, count: int, seconds: float = 20) -> list[tuple[bytes, str]]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.got) >= count, seconds), f"only {len(self.got)} arrived"
            return list(self.got)


@contextmanager
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            refused, found.refuse = found.refuse > 0, max(0, found.refuse - 1)
            self.send_response(500 if refused else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            with found.arrived:
                if not refused:
                    found.got.append((body, self.headers["Stripe-Signature"]))
                found.arrived.notify_all()

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
