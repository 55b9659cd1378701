"""Celery carries the wake-up; the job table holds the work. Run with `celery -A marketplace.worker worker -B`."""
import logging
from pathlib import Path

from celery import Celery, Task
from kombu.exceptions import OperationalError

from marketplace import folders
from marketplace.extensions import queue
from marketplace.settings import Settings

log = logging.getLogger(__name__)
WAKE, SWEEP, NIGHT = "wake", "sweep", "night"


def configure(celery: Celery, settings: Settings) -> None:
    """Redis when there is one; else folders under the data directory, polled ten times a second."""
    if settings.redis_url:
        transport: dict = {"broker_url": settings.redis_url}
    else:
        folder = Path(settings.data_dir) / "queue"
        for name in ("messages", "control", "processed"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        transport = {"broker_url": folders.URL, "broker_transport_options": {
            "data_folder_in": str(folder / "messages"), "data_folder_out": str(folder / "messages"),
            "control_folder": str(folder / "control"), "processed_folder": str(folder / "processed"),
            "store_processed": False, "polling_interval": 0.1}}
    celery.conf.update(
        task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=1, enable_utc=True,
        broker_connection_retry_on_startup=True, worker_hijack_root_logger=False, task_default_queue="tiny-wishes",
        beat_schedule={
            "look for work": {"task": WAKE, "schedule": 2.0},
            "what time does": {"task": SWEEP, "schedule": 20.0},
            "what days do": {"task": NIGHT, "schedule": 900.0},
        }, **transport)


def wake() -> None:
    """Say that there is work. A broker that is away is no loss: the worker looks every two seconds anyway."""
    try:
        queue.send_task(WAKE, expires=30, retry=False)
    except (OperationalError, OSError):
        log.warning("the broker is away; the work waits for the next look")


class InApp(Task):
    """A task that runs inside the site's application context."""

    abstract = True

    def __call__(self, *args, **kwargs):
        with application().app_context():
            return super().__call__(*args, **kwargs)


_app = None


def application():
    """The site of this worker process, made once."""
    global _app
    if _app is None:
        from marketplace import create_app
        from marketplace.core import logs

        logs.configure()
        _app = create_app()
    return _app


@queue.task(name=WAKE, base=InApp)
def drain_jobs() -> None:
    from marketplace.core import outbox
    while outbox.drain():
        pass


@queue.task(name=SWEEP, base=InApp)
def sweep() -> None:
    from marketplace.core import audit
    from marketplace.market.gifts import service as gifts
    from marketplace.market.pledges import service as pledges
    from marketplace.money.payments import service as payments
    pledges.lapse()
    gifts.lapse()
    payments.ask_open()
    audit.seal()


@queue.task(name=NIGHT, base=InApp)
def night() -> None:
    from marketplace.assistance.policies import service as policies
    from marketplace.core import proof
    from marketplace.market.campaigns import service as campaigns
    from marketplace.market.deliveries import pictures, receiving, visits
    from marketplace.market.gifts import service as gifts
    from marketplace.market.matches import service as matches
    from marketplace.market.matching import service as matching
    from marketplace.market.offers import service as offers
    from marketplace.market.pledges import service as pledges
    from marketplace.market.transparency import news
    from marketplace.market.volunteering import service as volunteering
    from marketplace.market.wishes import service as wishes
    from marketplace.money.payments import service as payments
    from marketplace.money.reconciliation import service as reconciliation
    from marketplace.network.registry import service as registry
    from marketplace.people.accounts import service as accounts
    registry.end_overdue()
    pledges.decide_late()
    gifts.decide_late()
    payments.ask_subscriptions()
    wishes.expire_overdue()
    volunteering.by_time()
    offers.expire_overdue()
    campaigns.by_day()
    matches.end_overdue()
    matching.run_daily()
    receiving.remind()
    visits.open_due()
    news.tell()
    pictures.forget_unwanted()
    accounts.forget_old()
    policies.renew()
    policies.forget()
    reconciliation.reconcile_daily()
    proof.publish()


app = queue


def _as_worker() -> None:
    """Give Celery's own command its settings before it connects."""
    import os
    import sys
    if "celery" in Path(sys.argv[0]).parts:
        configure(queue, Settings.read(os.environ))


_as_worker()
