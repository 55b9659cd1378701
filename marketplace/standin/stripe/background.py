"""Two threads beside the requests: one lets time pass, the other is the courier's."""
import logging
import threading

from marketplace.standin.stripe import time_passing
from marketplace.standin.stripe.api import KEYS_KEPT
from marketplace.standin.stripe.courier import Courier, Webhook
from marketplace.standin.stripe.store import Store

log = logging.getLogger(__name__)
PAUSE = 0.5  # seconds until something may be due again


class Background:
    """Both take up after a restart what was left."""

    def __init__(self, store: Store, webhook: str | None, secret: str, lanes: int = 4):
        self.store = store
        self._courier = Courier(store, Webhook(webhook, lanes), secret, lanes) if webhook else None
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._pass_time, name="time", daemon=True)]
        if self._courier:
            self._threads.append(threading.Thread(target=self._courier.run, name="courier", daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both; a delivery that is under way is waited for."""
        self._over.set()
        if self._courier:
            self._courier.stop()
        for thread in self._threads:
            thread.join()

    def _pass_time(self) -> None:
        while not self._over.is_set():
            try:
                if time_passing.waiting(self.store):
                    time_passing.catch_up(self.store)
                self._forget()
            except Exception:
                log.exception("in the background")
                time_passing.postpone(self.store)
            self._over.wait(PAUSE)

    def _forget(self) -> None:
        """Idempotency keys of more than a day ago."""
        with self.store.read() as tx:
            old = tx.db.execute("SELECT 1 FROM answer WHERE created <= ? LIMIT 1", (tx.now - KEYS_KEPT,)).fetchone()
        if old:
            with self.store.write() as tx:
                tx.db.execute("DELETE FROM answer WHERE created <= ?", (tx.now - KEYS_KEPT,))
