"""The road every API request takes: key, endpoint, idempotency, parameters, work, expansion."""
import hmac
import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from marketplace.standin.stripe import API_VERSION, endpoints, errors, params
from marketplace.standin.stripe.endpoints import Endpoint
from marketplace.standin.stripe.errors import Refusal
from marketplace.standin.stripe.shown import expand, shown
from marketplace.standin.stripe.store import Store, Transaction, new_id, packed

log = logging.getLogger(__name__)
KEY_LENGTH = 255
KEYS_KEPT = 86_400  # seconds


class Api:
    """Everything under /v1/, for the one account whose secret key this is."""

    def __init__(self, store: Store, key: str):
        self.store, self._key = store, key
        self._flying: set[str] = set()
        self._lock = threading.Lock()

    def respond(self, request: Request) -> Response:
        """The answer; never raises."""
        number = new_id("req_", 14)
        headers: dict[str, str] = {}
        try:
            self.check_key(request)
            endpoint, ids = endpoints.find(request.method, request.path)
            work = self._read if endpoint.method == "GET" else self._write
            status, body, headers = work(request, endpoint, ids, number)
        except Refusal as refusal:
            status, body = refusal.status, refusal.body
        except HTTPException as error:
            status, body = error.code or 400, Refusal(error.description or error.name).body
        except Exception:
            log.exception("%s %s", request.method, request.path)
            status, body = 500, {"error": {"message": "An unknown error occurred.", "type": "api_error"}}
        answer = Response(packed(body) + "\n", status, mimetype="application/json")
        answer.headers.update({"Request-Id": number, "Stripe-Version": API_VERSION, "Cache-Control": "no-store"} | headers)
        if status == 401:
            answer.headers["WWW-Authenticate"] = 'Basic realm="Stripe"'
        return answer

    def check_key(self, request: Request) -> None:
        """Raises Refusal unless the request carries the account's key, as a bearer or as the name of a basic login."""
        given = request.authorization
        if given is None:
            raise errors.key_absent()
        key = given.token if given.type == "bearer" else given.username
        if not key:
            raise errors.key_absent()
        if not hmac.compare_digest(key.encode(), self._key.encode()):
            raise errors.key_wrong(key)

    def _read(self, request: Request, endpoint: Endpoint, ids: tuple, number: str) -> tuple[int, dict, dict]:
        given = params.read(params.unfold(request.args.items(multi=True)), endpoint.fields)
        with self.store.read() as tx:
            return *_perform(tx, endpoint, given, ids), {}

    def _write(self, request: Request, endpoint: Endpoint, ids: tuple, number: str) -> tuple[int, dict, dict]:
        key = request.headers.get("Idempotency-Key")
        if key is not None and not 0 < len(key) <= KEY_LENGTH:
            raise Refusal(f"Idempotency keys must have 1 to {KEY_LENGTH} characters.", kind="idempotency_error")
        given = params.unfold((request.args if endpoint.method == "DELETE" else request.form).items(multi=True))
        with self._alone(key):
            self._spoil(request.path)
            with self.store.write(number, key) as tx:
                before = _before(tx, key, request.path, given) if key else None
                if before:
                    return before
                status, body = _attempt(tx, endpoint, given, ids)
                if key:
                    _keep(tx, key, request.path, given, number, status, body)
                    return status, body, {"Idempotency-Key": key, "Original-Request": number}
                return status, body, {}

    @contextmanager
    def _alone(self, key: str | None) -> Iterator[None]:
        """One request at a time with the same key. Raises Refusal for the second."""
        if key is None:
            yield
            return
        with self._lock:
            if key in self._flying:
                raise errors.key_in_use(key)
            self._flying.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._flying.discard(key)

    def _spoil(self, path: str) -> None:
        """Do to a request what `control` has asked for: keep it waiting, or fail it before it begins."""
        with self.store.read() as tx:
            if not tx.setting("faults") or not _fault(tx, path):
                return
        with self.store.write() as tx:
            fault = _fault(tx, path)
            if fault:
                tx.db.execute("UPDATE fault SET times = times - 1 WHERE id = ?", (fault["id"],))
        if fault and fault["kind"] == "slow":
            time.sleep(fault["seconds"] or 0)
        elif fault:
            raise Refusal("Something went wrong on our end.", status=503, kind="api_error")


def _fault(tx: Transaction, path: str):
    return tx.db.execute("SELECT * FROM fault WHERE target = 'api' AND times > 0 AND (match IS NULL OR match = ?) "
                         "ORDER BY id LIMIT 1", (path,)).fetchone()


def _attempt(tx: Transaction, endpoint: Endpoint, given: dict, ids: tuple) -> tuple[int, dict]:
    """The answer, also when it is a refusal: then nothing of the work is left. Unfit parameters raise Refusal."""
    clean = params.read(given, endpoint.fields)
    tx.db.execute("SAVEPOINT work")
    try:
        return _perform(tx, endpoint, clean, ids)
    except Refusal as refusal:
        tx.db.execute("ROLLBACK TO work")
        return refusal.status, refusal.body


def _perform(tx: Transaction, endpoint: Endpoint, given: dict, ids: tuple) -> tuple[int, dict]:
    paths = given.pop("expand", [])
    made = endpoint.does(tx, given, *ids)
    if made.get("_refused"):
        return 402, {"error": made["_refused"]}
    thing = shown(tx, made)
    declined = thing.get("last_payment_error") if endpoint.confirms else None
    if declined:
        return 402, {"error": declined | {"payment_intent": thing}}
    return 200, expand(tx, thing, paths)


def _before(tx: Transaction, key: str, path: str, given: dict) -> tuple[int, dict, dict] | None:
    """What was answered to this key. Raises Refusal if it was used for something else."""
    row = tx.db.execute("SELECT * FROM answer WHERE key = ? AND created > ?", (key, tx.now - KEYS_KEPT)).fetchone()
    if row is None:
        return None
    if row["path"] != path:
        raise errors.other_endpoint(key, row["path"], path)
    if row["params"] != _canonical(given):
        raise errors.other_parameters(key)
    return row["status"], json.loads(row["body"]), {
        "Idempotency-Key": key, "Idempotent-Replayed": "true", "Original-Request": row["request"]}


def _keep(tx: Transaction, key: str, path: str, given: dict, number: str, status: int, body: dict) -> None:
    tx.db.execute("INSERT OR REPLACE INTO answer (key, path, params, request, status, body, created) "
                  "VALUES (?, ?, ?, ?, ?, ?, ?)",
                  (key, path, _canonical(given), number, status, packed(body), tx.now))


def _canonical(given: dict) -> str:
    return json.dumps(given, sort_keys=True, ensure_ascii=False)
