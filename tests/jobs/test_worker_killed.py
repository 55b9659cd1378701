"""A worker killed in the middle of its work loses nothing and does nothing twice, on either transport."""
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select, update

from marketplace import create_app
from marketplace.core import audit, clock
from marketplace.core.outbox import Job
from marketplace.core.transaction import transaction
from marketplace.extensions import db, queue
from marketplace.market.pledges import service as pledges
from marketplace.money.ledger.models import Booking
from marketplace.money.payments import service as payments
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import Guest
from tests import databases
from tests.city import City, signature
from tests.conftest import FIELD_KEYS, settings_for

ROOT = Path(__file__).parents[2]
GIFTS = 40


@pytest.fixture(scope="session")
def redis_url():
    with databases.redis() as url:
        yield url


@pytest.fixture(params=["folders", "redis"])
def away(request, tmp_path):
    """An application with its own database, whose jobs only a worker process does."""
    url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    app = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path}/city.db", REDIS_URL=url))
    queue._pool = queue.amqp._producer_pool = None  # connections of an earlier test lead to its own broker
    with app.app_context():
        upgrade()
        yield app, tmp_path, url
        db.session.remove()
        db.engine.dispose()


class Worker:
    """A Celery worker as a process group of its own."""

    def __init__(self, folder: Path, redis_url: str):
        self.log = (folder / "worker.log").open("a")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--quiet", "-A", "marketplace.worker", "worker", "-B",
             "--concurrency", "1", "--without-gossip",
             "--without-mingle", "--without-heartbeat", "-s", str(folder / "beat")],
            cwd=ROOT, stdout=self.log, stderr=self.log, start_new_session=True, env=databases.environment(
                APP_ENV="demo", DATA_DIR=str(folder), DATABASE_URL=f"sqlite:///{folder}/city.db", REDIS_URL=redis_url,
                SECRET_KEY="for the tests alone", FIELD_KEYS=FIELD_KEYS, STRIPE_API_KEY="sk_test_local_tests",
                STRIPE_API_BASE="http://127.0.0.1:9", STRIPE_WEBHOOK_SECRET="whsec_of_the_tests"))

    def end(self, number: int) -> None:
        """Kill the whole group at once; or ask the worker, which ends its own children."""
        if number == signal.SIGKILL:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)
        self.log.close()


def undone() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Job).where(Job.state != "done"))


def wait_until(condition, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(away):
    app, folder, redis_url = away
    city = City(app, folder)
    need = city.need(kind="money", category="aid", wanted=400 * GIFTS, item="助听器")
    gifts = [pledges.reserve(need, 400, by=Guest()).pledge for _ in range(GIFTS)]
    refs = [city.payment(gift).ref for gift in gifts]
    first = Worker(folder, redis_url)
    wait_until(lambda: undone() == 0)
    for ref in refs:
        paid = {"payment_status": "paid", "payment_intent": f"pi_{ref}", "metadata": {"payment": ref}}
        body = json.dumps({"id": f"evt_{ref}", "object": "event", "type": "checkout.session.completed",
                           "data": {"object": paid}}).encode()
        payments.store_event(body, signature(body))
    wait_until(lambda: db.session.rollback() or db.session.scalar(select(func.count()).select_from(Booking)) >= 3)
    first.end(signal.SIGKILL)
    assert undone() > 0
    with transaction() as session:  # a minute later
        session.execute(update(Job).where(Job.state == "running").values(leased_until=clock.now() - timedelta(seconds=1)))
    second = Worker(folder, redis_url)
    wait_until(lambda: undone() == 0)
    second.end(signal.SIGTERM)
    db.session.expire_all()
    assert {gift.state for gift in gifts} == {"committed"}
    assert db.session.scalar(select(func.count()).select_from(Booking)) == GIFTS
    assert audit.verify().broken_at is None


def test_what_is_announced_is_done_at_once(away):
    app, folder, redis_url = away
    worker = Worker(folder, redis_url)
    accounts.send_code("13800001110")
    wait_until(lambda: undone() == 0)  # the worker is up
    took = []
    for last in range(4):
        began = time.monotonic()
        accounts.send_code(f"1380000111{last + 1}")
        wait_until(lambda: undone() == 0)
        took.append(time.monotonic() - began)
    worker.end(signal.SIGTERM)
    assert min(took) < 1, took  # without its wake-up it would be the two seconds of the worker's own look
