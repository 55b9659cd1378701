"""A place for webhooks to arrive at."""
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WAIT = 15  # seconds


class Listener:
    """Keeps (body, signature) of what arrives; answers with `answers` in turn, then with 200."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, str]] = []
        self.answers: list[int] = []
        self.pause = 0.0  # seconds before each answer
        self._arrived = threading.Condition()
        listener = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(listener.pause)
                self.send_response(listener.take(body, self.headers["Stripe-Signature"]))
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def take(self, body: bytes, signature: str) -> int:
        with self._arrived:
            self.got.append((body, signature))
            self._arrived.notify_all()
            return self.answers.pop(0) if self.answers else 200

    def wait(self, many: int) -> list[tuple[bytes, str]]:
        """What has arrived, once it is so many."""
        until = time.monotonic() + WAIT
        with self._arrived:
            while len(self.got) < many:
                assert self._arrived.wait(until - time.monotonic()), f"{len(self.got)} of {many} webhooks arrived"
            return list(self.got)

    def __enter__(self) -> "Listener":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
