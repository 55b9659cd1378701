"""Jobs: kept with their cause, run once, taken over when a worker dies."""
from dataclasses import dataclass
from datetime import timedelta

import pytest

from marketplace.core import audit, clock, outbox
from marketplace.core.outbox import Job, announce, reacts_to
from marketplace.core.transaction import transaction
from marketplace.extensions import db


@dataclass(frozen=True)
class Rang:
    number: int


ran: list[int] = []
trouble: list[Exception] = []


@reacts_to(Rang)
def answer(event: Rang) -> None:
    """Counts, or fails as the test says, after having written something."""
    audit.record(event.number, "test.rang", f"bell:{event.number}")
    if trouble:
        raise trouble.pop()
    ran.append(event.number)


@dataclass(frozen=True)
class Long:
    keeps: bool


@reacts_to(Long, outside=True)
def labour(event: Long) -> None:
    """Works for 100 seconds, longer than a lease; nobody else may take the job if it says that it is still at work."""
    began = clock.now()
    with clock.at(began + timedelta(seconds=50)):
        if event.keeps:
            outbox.still_at_work()
    with clock.at(began + timedelta(seconds=100)):
        ran.append(len(outbox._due(10)))


@pytest.fixture(autouse=True)
def quiet(city):
    ran.clear()
    trouble.clear()


def ring(number=1):
    with transaction():
        announce(Rang(number))


def job():
    db.session.expire_all()
    return db.session.query(Job).filter(Job.reaction.endswith("answer")).order_by(Job.id.desc()).first()


def test_a_job_runs_once(city):
    ring()
    assert outbox.drain() == 1 and outbox.drain() == 0 and ran == [1] and job().state == "done"


def test_what_rolled_back_is_not_announced(city):
    with pytest.raises(RuntimeError), transaction():
        announce(Rang(1))
        raise RuntimeError
    assert outbox.drain() == 0


def test_a_failed_job_leaves_no_effect_and_is_tried_again_later(city, hold):
    trouble.append(OSError("away"))
    ring()
    assert outbox.drain() == 0 and job().state == "waiting" and job().error == "OSError"
    assert audit.verify().checked == 0 and outbox.drain() == 0
    with hold(clock.now() + timedelta(seconds=10)):
        assert outbox.drain() == 1
    assert ran == [1] and audit.verify().checked == 1


def test_after_ten_tries_it_waits_for_a_person(city, hold):
    ring()
    moment = clock.now()
    for _ in range(10):
        trouble.append(OSError())
        moment += timedelta(hours=1)
        with hold(moment):
            outbox.drain()
    assert (job().state, job().attempts) == ("failed", 10)
    outbox.retry(job().id)
    with hold(moment):
        assert outbox.drain() == 1


def test_a_job_of_a_dead_worker_is_taken_over_when_its_lease_ends(city, hold):
    ring()
    outbox._claim(job().id)
    assert outbox.drain() == 0
    with hold(clock.now() + timedelta(seconds=61)):
        assert outbox.drain() == 1
    assert ran == [1]


def test_a_worker_that_was_too_slow_leaves_no_effect(city, hold):
    ring()
    number, lease = job().id, outbox._claim(job().id)
    with hold(clock.now() + timedelta(seconds=61)):
        outbox.drain()
    assert not outbox._run(number, lease)
    assert audit.verify().checked == 1


def test_two_workers_claim_one_job_once(city, app):
    from concurrent.futures import ThreadPoolExecutor
    for n in range(10):
        ring(n)

    def work(_n):
        with app.app_context():
            try:
                return outbox.drain()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 10
    assert sorted(ran) == list(range(10))


@pytest.mark.parametrize("keeps, taken", [(True, 0), (False, 1)])
def test_long_work_outside_keeps_its_job_as_long_as_it_says_so(city, keeps, taken):
    with transaction():
        announce(Long(keeps))
    assert outbox.drain() == 1 and ran == [taken]


def test_outside_of_a_job_nothing_is_kept(city):
    outbox.still_at_work()
