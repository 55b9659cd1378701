"""For tests: turn the clock, pay, dispute, hold webhooks back, spoil deliveries and requests. Stripe has nothing like it.

POST /control/clock seconds=60: everything that falls due until then has happened, at its own time, before the answer.
POST /control/pay session=cs_… card=4242… (or method=alipay): as a payer on the page would; agree=false: says no.
POST /control/dispute charge=ch_… reason=fraudulent (or inquiry) amount=…: the payer's bank disputes it.
POST /control/payouts schedule=daily (or manual) · /control/payout payout=po_… failure=account_closed: it comes back.
POST /control/billing retries=3,5 after=cancel (or unpaid, past_due): days between attempts, and what then.
POST /control/hold · /control/release: webhooks wait. POST /control/waiting: how many do.
POST /control/fault target=webhook kind=drop times=1: drop, duplicate, reorder (the next `times`, backwards), delay (by
`seconds`); `match` an event type, * as any word. target=api: away (503 before anything is done), slow; `match` a path.
POST /control/faults duplicate=0.2 delay=0.1 drop=0.02 seed=1: each event by chance, late by up to `seconds` (30).
"""
import json
from collections.abc import Callable

from werkzeug.wrappers import Request, Response

from marketplace.standin.stripe import billing, cards, disputes, outcomes, params, payouts, sessions, time_passing
from marketplace.standin.stripe.api import Api
from marketplace.standin.stripe.errors import Refusal, missing, no_such_url
from marketplace.standin.stripe.params import must
from marketplace.standin.stripe.shown import shown
from marketplace.standin.stripe.store import Store, Transaction

FAULTS = {"webhook": ("drop", "duplicate", "reorder", "delay"), "api": ("away", "slow")}
FAULT = {"target": must(params.one_of(*FAULTS)), "kind": must(params.text(20)), "match": params.text(200),
         "seconds": params.integer(0), "times": params.integer(1)}
CHANCES = {"drop": params.share(), "duplicate": params.share(), "delay": params.share(), "seed": params.text(50),
           "seconds": params.integer(0), "match": params.text(200)}
PAY = {"session": must(params.text()), "card": params.text(30), "method": params.one_of(*cards.WALLETS),
       "agree": params.boolean()}
DISPUTE = {"charge": must(params.text()), "reason": params.one_of(*disputes.REASONS, "inquiry"), "amount": params.amount()}
BILLING = {"retries": params.text(50), "after": params.one_of("cancel", "unpaid", "past_due")}


def respond(api: Api, request: Request) -> Response:
    """Do what a test asks, if it has the key."""
    try:
        api.check_key(request)
        body, status = _do(api.store, request), 200
    except Refusal as refusal:
        body, status = refusal.body, refusal.status
    return Response(json.dumps(body), status, mimetype="application/json")


def _do(store: Store, request: Request) -> dict:
    name = request.path.removeprefix("/control/")
    given = params.unfold(request.form.items())
    if request.method != "POST" or name != "clock" and name not in DOES:
        raise no_such_url(request.method, request.path)
    if name == "clock":
        store.advance(params.read(given, {"seconds": must(params.integer(0))})["seconds"])
        return {"now": store.now(), "happened": time_passing.catch_up(store)}
    does, fields = DOES[name]
    with store.write() as tx:
        return does(tx, params.read(given, fields))


def _pay(tx: Transaction, given: dict) -> dict:
    session = sessions.found(tx, given["session"])
    if session["status"] == "open" and session["expires_at"] <= tx.now:
        sessions.close(tx, session)
    if session["status"] != "open":
        raise Refusal(f"This session is {session['status']}.", param="session")
    method = cards.WALLETS[given["method"]] if "method" in given else cards.by_number(given.get("card", "4242424242424242"))
    if method.kind not in session["payment_method_types"]:
        raise Refusal(f"This session cannot be paid by {method.kind}.", param="method")
    intent = outcomes.pay(tx, session, method, given.get("agree", True))
    return {"session": session["id"], "payment_intent": intent["id"], "status": intent["status"]}


def _dispute(tx: Transaction, given: dict) -> dict:
    charge = tx.find("charge", given["charge"])
    if charge is None:
        raise missing("charge", given["charge"], "charge")
    return shown(tx, disputes.open_for(tx, charge, given.get("reason", "fraudulent"), given.get("amount")))


def _schedule(tx: Transaction, given: dict) -> dict:
    return {"next": payouts.schedule(tx, given["schedule"] == "daily")["_due"]}


def _return(tx: Transaction, given: dict) -> dict:
    return shown(tx, payouts.fail(tx, payouts.found(tx, given["payout"]), given.get("failure", "account_closed")))


def _plan(tx: Transaction, given: dict) -> dict:
    policy = billing.POLICY | {name: given[name] for name in ("after",) if name in given}
    if "retries" in given:
        policy["retries"] = [int(days) for days in given["retries"].split(",") if days.isdigit()]
    tx.set("billing", json.dumps(policy))
    return policy


def _hold(tx: Transaction, given: dict) -> dict:
    tx.set("holding", "yes")
    return {"holding": True}


def _release(tx: Transaction, given: dict) -> dict:
    tx.set("holding", "no")
    tx.db.execute("UPDATE delivery SET state = 'waiting', due = ? WHERE state = 'held'", (tx.moment,))
    return {"holding": False}


def _waiting(tx: Transaction, given: dict) -> dict:
    counts = tx.db.execute("SELECT state, COUNT(*) AS many FROM delivery WHERE state != 'delivered' GROUP BY state")
    return {"waiting": 0, "held": 0} | {row["state"]: row["many"] for row in counts}


def _spoil(tx: Transaction, given: dict) -> dict:
    if given["kind"] not in FAULTS[given["target"]]:
        raise Refusal(f"Invalid kind: must be one of {', '.join(FAULTS[given['target']])}", param="kind")
    tx.db.execute("INSERT INTO fault (target, kind, match, seconds, times) VALUES (?, ?, ?, ?, ?)",
                  (given["target"], given["kind"], given.get("match"), given.get("seconds", 1), given.get("times", 1)))
    tx.set("faults", "yes")
    return given


def _by_chance(tx: Transaction, given: dict) -> dict:
    chances = {"seed": "1", "seconds": 30} | given
    tx.set("chances", json.dumps(chances) if given else "")
    return chances if given else {}


DOES: dict[str, tuple[Callable[[Transaction, dict], dict], dict]] = {
    "pay": (_pay, PAY), "dispute": (_dispute, DISPUTE), "billing": (_plan, BILLING),
    "payouts": (_schedule, {"schedule": must(params.one_of("daily", "manual"))}),
    "payout": (_return, {"payout": must(params.text()), "failure": params.one_of(*payouts.FAILED)}),
    "hold": (_hold, {}), "release": (_release, {}), "waiting": (_waiting, {}), "fault": (_spoil, FAULT),
    "faults": (_by_chance, CHANCES)}
