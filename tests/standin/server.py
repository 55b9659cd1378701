"""The stand-in for Stripe as a process of its own, for as long as a test needs it."""
import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEY = "sk_test_local_contract"
WEBHOOK_SECRET = "whsec_local_contract"
ROOT = Path(__file__).parents[2]
STOPS_WITHIN = 15  # seconds


@dataclass(frozen=True)
class Running:
    """A server that answers at `url` to whoever has `key`, and signs its webhooks with `webhook_secret`."""

    url: str
    key: str
    webhook_secret: str
    pid: int

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def control(self, what: str, **given: object) -> dict:
        """Turn the clock, pay, dispute, hold webhooks back, spoil a request: see marketplace.standin.stripe.control."""
        request = urllib.request.Request(f"{self.url}/control/{what}", urllib.parse.urlencode(given).encode(),
                                         {"Authorization": f"Bearer {self.key}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


@contextmanager
def running(data_dir: Path, webhook_url: str | None = None, port: int = 0, key: str = KEY,
            webhook_secret: str = WEBHOOK_SECRET, more: Sequence[str] = ()) -> Iterator[Running]:
    """Start it on a port of 127.0.0.1 (any free one for 0), wait until it answers, and stop that very process."""
    command = [sys.executable, "-m", "marketplace.standin.stripe", "--port", str(port), "--data", str(data_dir)]
    command += ["--webhook", webhook_url] if webhook_url else []
    command += list(more)
    data_dir.mkdir(parents=True, exist_ok=True)
    with open(data_dir / "server.log", "ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ | {
            "STRIPE_API_KEY": key, "STRIPE_WEBHOOK_SECRET": webhook_secret, "PYTHONWARNINGS": "default"})
        with process:
            try:
                first = process.stdout.readline()  # written once it listens
                if not first:
                    raise RuntimeError(f"the stand-in did not start: {(data_dir / 'server.log').read_text()[-2000:]}")
                yield Running(first.split()[-1], key, webhook_secret, process.pid)
            finally:
                _stop(process)


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
