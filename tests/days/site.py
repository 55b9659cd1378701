"""A site for one day: its webhooks on a port, its jobs done by processes of their own, its payments by the local server."""
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select
from werkzeug.serving import WSGIRequestHandler, make_server

from marketplace import bind_core, create_app
from marketplace.core.outbox import Job
from marketplace.extensions import db
from tests import databases
from tests.conftest import FIELD_KEYS, settings_for
from tests.standin.server import KEY, WEBHOOK_SECRET, Running, running

ROOT = Path(__file__).parents[2]
EVENTS = "checkout.session.*,payment_intent.payment_failed,refund.*,charge.dispute.*"
DRAIN = """
import os, signal, time
from marketplace import create_app
from marketplace.core import outbox
going = True
def stop(*_):
    global going
    going = False
signal.signal(signal.SIGTERM, stop)
app = create_app()
with app.app_context():
    while going:
        if not outbox.drain():
            time.sleep(0.1)
"""


class Quiet(WSGIRequestHandler):
    def log_request(self, code="-", size="-") -> None:
        return


@dataclass(frozen=True)
class Site:
    app: Flask
    provider: Running

    def waits(self) -> int:
        """Webhooks that the provider still wants to deliver, and jobs that are not done."""
        said = self.provider.control("waiting")
        db.session.rollback()
        undone = db.session.scalar(select(func.count()).select_from(Job).where(Job.state != "done"))
        return said["waiting"] + said["held"] + undone

    def settle(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while left := self.waits():
            assert time.monotonic() < end, f"{left} things wait"
            time.sleep(0.2)


@contextmanager
def open_site(folder: Path, database_url: str, app_before: Flask) -> Iterator[Site]:
    """All of it, from an empty database, until the block ends."""
    port = databases.free_port()
    webhook = f"http://127.0.0.1:{port}/payments/stripe/webhook"
    with running(folder / "provider", webhook, more=("--quick", "--events", EVENTS)) as provider:
        more = {"STRIPE_API_KEY": KEY, "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET, "STRIPE_API_BASE": provider.url}
        app = create_app(settings_for(folder, database_url, **more))
        app.config["RATELIMIT_ENABLED"] = False
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        with app.app_context():
            upgrade()
            worker = subprocess.Popen([sys.executable, "-c", DRAIN], cwd=ROOT, env=databases.environment(
                APP_ENV="demo", DATA_DIR=str(folder), DATABASE_URL=database_url, SECRET_KEY="for the tests alone",
                FIELD_KEYS=FIELD_KEYS, **more))
            try:
                yield Site(app, provider)
            finally:
                worker.terminate()
                worker.wait(20)
                server.shutdown()
                server.server_close()
                db.session.remove()
                db.engine.dispose()
    bind_core(app_before, app_before.config["SETTINGS"])
