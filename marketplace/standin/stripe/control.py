"""For tests: set the clock forward, hold webhooks back, spoil deliveries and requests. Stripe has nothing like it.

POST /control/clock seconds=60 · /control/hold · /control/release · /control/fault target=webhook kind=drop times=1
Faults of a webhook: drop, duplicate, reorder (the next `times`, backwards), delay (by `seconds`); `match` an event type.
Faults of the api: away (503 before anything is done), slow (by `seconds`); `match` a path.
"""
import json

from werkzeug.wrappers import Request, Response

from marketplace.standin.stripe import params
from marketplace.standin.stripe.api import Api
from marketplace.standin.stripe.errors import Refusal, no_such_url
from marketplace.standin.stripe.params import must
from marketplace.standin.stripe.store import Store, Transaction

FAULTS = {"webhook": ("drop", "duplicate", "reorder", "delay"), "api": ("away", "slow")}
FAULT = {"target": must(params.one_of(*FAULTS)), "kind": must(params.text(20)), "match": params.text(200),
         "seconds": params.integer(0), "times": params.integer(1)}


def respond(api: Api, request: Request) -> Response:
    """Do what a test asks, if it has the key."""
    try:
        api.check_key(request)
        given = params.unfold(request.form.items())
        body, status = _do(api.store, request.method, request.path, given), 200
    except Refusal as refusal:
        body, status = refusal.body, refusal.status
    return Response(json.dumps(body), status, mimetype="application/json")


def _do(store: Store, method: str, path: str, given: dict) -> dict:
    if method != "POST":
        raise no_such_url(method, path)
    if path == "/control/clock":
        store.advance(params.read(given, {"seconds": must(params.integer(0))})["seconds"])
        return {"now": store.now()}
    if path == "/control/fault":
        return _spoil(store, params.read(given, FAULT))
    if path not in ("/control/hold", "/control/release"):
        raise no_such_url(method, path)
    with store.write() as tx:
        return _hold(tx, path.endswith("hold"))


def _hold(tx: Transaction, holding: bool) -> dict:
    tx.set("holding", "yes" if holding else "no")
    if not holding:
        tx.db.execute("UPDATE delivery SET state = 'waiting', due = ? WHERE state = 'held'", (tx.moment,))
    return {"holding": holding}


def _spoil(store: Store, given: dict) -> dict:
    if given["kind"] not in FAULTS[given["target"]]:
        raise Refusal(f"Invalid kind: must be one of {', '.join(FAULTS[given['target']])}", param="kind")
    with store.write() as tx:
        tx.db.execute("INSERT INTO fault (target, kind, match, seconds, times) VALUES (?, ?, ?, ?, ?)",
                      (given["target"], given["kind"], given.get("match"), given.get("seconds", 1), given.get("times", 1)))
    return given
