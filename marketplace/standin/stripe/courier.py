"""Webhooks, delivered until they arrive: each lane in its order, several lanes at once."""
import hashlib
import hmac
import logging
import queue
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import urllib3

from marketplace.standin.stripe.shown import shown
from marketplace.standin.stripe.store import Store, Transaction, packed

log = logging.getLogger(__name__)
PATIENCE = 10  # seconds until an unanswered delivery counts as failed
LONGEST = 3600  # seconds between two attempts
GIVE_UP = 3 * 86_400  # seconds after which an event is delivered no more
IDLE = 5.0  # seconds; a forgotten wake costs no more than this
BATCH = 100  # deliveries looked at, at once
NOTHING: tuple[str, list] = ("", [])  # something was committed
DUE = "SELECT id, event, created, tries, lane FROM delivery WHERE state = 'waiting' AND due <= ? ORDER BY due, id LIMIT ?"


@dataclass(frozen=True)
class Delivery:
    """One attempt; `status` and `error` tell how it ended."""

    id: int
    event: str
    created: float
    tries: int
    body: bytes
    status: int | None = None
    error: str = ""

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def delay(attempts: int) -> int:
    """Seconds until the next attempt: 1, 2, 4, … up to an hour."""
    return min(2 ** min(attempts - 1, 20), LONGEST)


def signature(body: bytes, secret: str, moment: int) -> str:
    """The Stripe-Signature header."""
    mac = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


class Webhook:
    """An address that hears of events. Connections are kept for the next ones."""

    def __init__(self, address: str, lanes: int):
        self._address = address
        self._http = urllib3.PoolManager(maxsize=lanes, retries=False, timeout=PATIENCE)

    def __call__(self, body: bytes, signed: str) -> int:
        """The status of its answer. Raises HTTPError when there is none."""
        return self._http.request("POST", self._address, body=body, redirect=False, headers={
            "Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0 (stand-in)",
            "Stripe-Signature": signed}).status


class Courier:
    """Takes what is due to whoever hears it, `lanes` at once."""

    def __init__(self, store: Store, hears: Callable[[bytes, str], int], secret: str, lanes: int):
        self._store, self._hears, self._secret, self._lanes = store, hears, secret, lanes
        self._workers = ThreadPoolExecutor(lanes, "courier")
        self._news: queue.SimpleQueue[tuple[str, list[Delivery]]] = queue.SimpleQueue()  # a lane and what it has carried
        self._flying: set[str] = set()  # lanes
        self._over = False
        store.after_commit.append(lambda: self._news.put(NOTHING))

    def run(self) -> None:
        """Until `stop`."""
        pause = 0.0
        while not self._over:
            try:
                self._note(self._results(pause))
                pause = self._send()
            except Exception:
                log.exception("while delivering")
                pause = 1.0
        self._workers.shutdown()
        self._note(self._results(0))

    def stop(self) -> None:
        self._over = True
        self._news.put(NOTHING)

    def deliver(self) -> int:
        """Take everything that is due, here and now, one after the other; how many attempts that took."""
        tried = 0
        while True:
            with self._store.read() as tx:
                rows = tx.db.execute(DUE, (tx.moment, BATCH)).fetchall()
                due = [_delivery(tx, row) for row in rows]
            if not due:
                return tried
            self._note([self._post(delivery) for delivery in due])
            tried += len(due)

    def _send(self) -> float:
        """Give lanes that are free what is due in them; returns the seconds until something may be due again."""
        room = 2 * self._lanes - len(self._flying)  # each worker has one lane to carry and one to take next
        if room <= 0:
            return IDLE
        with self._store.read() as tx:
            lanes: dict[str, list[Delivery]] = {}
            for row in tx.db.execute(DUE, (tx.moment, BATCH)).fetchall():
                lane = row["lane"]
                if lane not in self._flying and (lane in lanes or len(lanes) < room):
                    lanes.setdefault(lane, []).append(_delivery(tx, row))
            following = tx.db.execute("SELECT MIN(due) FROM delivery WHERE state = 'waiting' AND due > ?",
                                      (tx.moment,)).fetchone()[0]
            pause = IDLE if following is None else max(min(following - tx.moment, IDLE), 0.0)
        for lane, deliveries in lanes.items():
            self._flying.add(lane)
            self._workers.submit(self._carry, lane, deliveries)
        return pause

    def _carry(self, lane: str, deliveries: list[Delivery]) -> None:
        """One lane's, in order."""
        self._news.put((lane, [self._post(delivery) for delivery in deliveries if not self._over]))

    def _post(self, delivery: Delivery) -> Delivery:
        try:
            signed = signature(delivery.body, self._secret, int(time.time()))
            return replace(delivery, status=self._hears(delivery.body, signed))
        except Exception as error:  # whoever hears it may fail in any way; it is told again
            return replace(delivery, error=f"{type(error).__name__}: {error}")

    def _results(self, pause: float) -> list[Delivery]:
        """What has come back, waited for until something happens or the pause is over."""
        found: list[Delivery] = []
        try:
            news = self._news.get(timeout=pause) if pause else self._news.get_nowait()
            while True:
                lane, done = news
                self._flying.discard(lane)
                found += done
                news = self._news.get_nowait()
        except queue.Empty:
            return found

    def _note(self, done: list[Delivery]) -> None:
        """Write down how attempts ended and when the next ones are due."""
        if not done:
            return
        with self._store.write() as tx:
            for delivery in done:
                tries = delivery.tries + 1
                state = "delivered" if delivery.arrived else "waiting"
                if not delivery.arrived and tx.moment - delivery.created > GIVE_UP:
                    state = "given_up"
                tx.db.execute("INSERT INTO attempt (delivery, at, status, error) VALUES (?, ?, ?, ?)",
                              (delivery.id, tx.moment, delivery.status, delivery.error))
                tx.db.execute("UPDATE delivery SET state = ?, tries = ?, due = ? WHERE id = ?",
                              (state, tries, tx.moment + (0 if delivery.arrived else delay(tries)), delivery.id))
                if not delivery.arrived:
                    log.warning("webhook for %s: %s; attempt %d, %s", delivery.event, delivery.status or delivery.error,
                                tries, state)


def _delivery(tx: Transaction, row) -> Delivery:
    body = packed(shown(tx, tx.get("event", row["event"]))).encode()
    return Delivery(row["id"], row["event"], row["created"], row["tries"], body)
