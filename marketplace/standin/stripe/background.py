"""What happens without a request: sessions run out, refunds are decided, webhooks are delivered until they arrive."""
import hashlib
import hmac
import http.client
import json
import logging
import threading
import time
from urllib.parse import urlsplit

from marketplace.standin.stripe import refunds, sessions
from marketplace.standin.stripe.api import KEYS_KEPT
from marketplace.standin.stripe.shown import shown
from marketplace.standin.stripe.store import Store

log = logging.getLogger(__name__)
PATIENCE = 10  # seconds until an unanswered delivery counts as failed
LONGEST = 3600  # seconds between two attempts
GIVE_UP = 3 * 86_400  # seconds after which an event is delivered no more
IDLE = 5.0  # seconds; a forgotten wake costs no more than this


def delay(attempts: int) -> int:
    """Seconds until the next attempt: 1, 2, 4, … up to an hour."""
    return min(2 ** min(attempts - 1, 20), LONGEST)


def signature(body: bytes, secret: str, moment: int) -> str:
    """The Stripe-Signature header."""
    mac = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


class Background:
    """Two threads: one lets time pass, the other delivers. Both take up after a restart what was left."""

    def __init__(self, store: Store, webhook: str | None, secret: str):
        self.store, self._webhook, self._secret = store, webhook, secret
        self._over = False
        self._wakes = [threading.Event(), threading.Event()]
        self._threads = [threading.Thread(target=self._run, args=(step, wake), name=name, daemon=True)
                         for step, wake, name in zip((self.pass_time, self.deliver), self._wakes, ("time", "courier"))]

    def start(self) -> None:
        self.store.after_commit.append(self.wake)
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        for event in self._wakes:
            event.set()

    def stop(self) -> None:
        """End both threads; a delivery that is under way is waited for."""
        self._over = True
        self.wake()
        for thread in self._threads:
            thread.join(PATIENCE + 1)

    def _run(self, step, wake: threading.Event) -> None:
        while not self._over:
            wake.clear()
            try:
                pause = step()
            except Exception:
                log.exception("in the background")
                pause = IDLE
            wake.wait(pause)

    def pass_time(self) -> float:
        """Do what is due, forget old idempotency keys; returns the seconds until something may be due again."""
        with self.store.read() as tx:
            due = tx.due()
            old = tx.db.execute("SELECT 1 FROM answer WHERE created <= ? LIMIT 1", (tx.now - KEYS_KEPT,)).fetchone()
        if due or old:
            with self.store.write() as tx:
                for thing in tx.due():
                    (sessions.close if thing["object"] == "checkout.session" else refunds.decide)(tx, thing)
                tx.db.execute("DELETE FROM answer WHERE created <= ?", (tx.now - KEYS_KEPT,))
        return 1.0

    def deliver(self) -> float:
        """Try everything that is due now; returns the seconds until the next attempt."""
        while self._webhook and not self._over:
            with self.store.read() as tx:
                row = tx.db.execute("SELECT * FROM delivery WHERE state = 'waiting' ORDER BY due, id LIMIT 1").fetchone()
                if row is None:
                    return IDLE
                if row["due"] > tx.moment:
                    return min(row["due"] - tx.moment, IDLE)
                body = json.dumps(shown(tx, tx.get("event", row["event"])), ensure_ascii=False, indent=2).encode()
            self._note(row, *self._post(body))
        return IDLE

    def _post(self, body: bytes) -> tuple[int | None, str]:
        parts = urlsplit(str(self._webhook))
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(str(parts.hostname), parts.port, timeout=PATIENCE)
        try:
            connection.request("POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, {
                "Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0 (stand-in)",
                "Stripe-Signature": signature(body, self._secret, int(time.time()))})
            return connection.getresponse().status, ""
        except (OSError, http.client.HTTPException) as error:
            return None, f"{type(error).__name__}: {error}"
        finally:
            connection.close()

    def _note(self, row, status: int | None, error: str) -> None:
        """Write down how an attempt ended and when the next one is due."""
        done = status is not None and 200 <= status < 300
        with self.store.write() as tx:
            tx.db.execute("INSERT INTO attempt (delivery, at, status, error) VALUES (?, ?, ?, ?)",
                          (row["id"], tx.moment, status, error))
            tries = tx.db.execute("SELECT COUNT(*) FROM attempt WHERE delivery = ?", (row["id"],)).fetchone()[0]
            state = "delivered" if done else "given_up" if tx.moment - row["created"] > GIVE_UP else "waiting"
            tx.db.execute("UPDATE delivery SET state = ?, due = ? WHERE id = ?",
                          (state, tx.moment + (0 if done else delay(tries)), row["id"]))
        if not done:
            log.warning("webhook for %s: %s; attempt %d, %s", row["event"], status or error, tries, state)
