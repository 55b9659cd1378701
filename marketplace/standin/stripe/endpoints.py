"""Every request the API knows: what it may be given, and who answers it."""
import re
from collections.abc import Callable
from dataclasses import dataclass

from marketplace.standin.stripe import charges, events, intents, listing, params, refunds, sessions
from marketplace.standin.stripe.errors import missing, no_such_url
from marketplace.standin.stripe.store import Transaction


@dataclass(frozen=True)
class Endpoint:
    """`does(tx, given, *ids)` answers with an object; `confirms`: a decline in that object is an error."""

    method: str
    path: re.Pattern
    does: Callable
    fields: dict
    confirms: bool = False


def _on(method: str, path: str, does: Callable, fields: dict, confirms: bool = False) -> Endpoint:
    return Endpoint(method, re.compile(path.replace("<id>", r"([A-Za-z0-9_]{1,255})")), does, fields, confirms)


def _one(kind: str, param: str = "id") -> Callable:
    def retrieve(tx: Transaction, given: dict, ident: str) -> dict:
        thing = tx.find(kind, ident)
        if thing is None:
            raise missing(kind, ident, param)
        return thing
    return retrieve


def _kept(kind: str, path: str, fields: dict, param: str = "id") -> list[Endpoint]:
    """What every kind of object offers: the list, and one."""
    return [_on("GET", path, listing.of(kind, path), fields), _on("GET", f"{path}/<id>", _one(kind, param), params.EXPAND)]


CHECKOUT, INTENTS, REFUNDS = "/v1/checkout/sessions", "/v1/payment_intents", "/v1/refunds"
ENDPOINTS = [
    *_kept("checkout.session", CHECKOUT, sessions.LIST, "session"),
    _on("POST", CHECKOUT, sessions.create, sessions.CREATE),
    _on("POST", f"{CHECKOUT}/<id>/expire", sessions.expire, sessions.EXPIRE),
    _on("GET", f"{CHECKOUT}/<id>/line_items", sessions.line_items, params.PAGE),
    *_kept("payment_intent", INTENTS, intents.LIST, "intent"),
    _on("POST", INTENTS, intents.create, intents.CREATE, confirms=True),
    _on("POST", f"{INTENTS}/<id>", intents.update, intents.UPDATE),
    _on("POST", f"{INTENTS}/<id>/confirm", intents.confirm, intents.CONFIRM, confirms=True),
    _on("POST", f"{INTENTS}/<id>/cancel", intents.cancel, intents.CANCEL),
    *_kept("refund", REFUNDS, refunds.LIST, "refund"),
    _on("POST", REFUNDS, refunds.create, refunds.CREATE),
    _on("POST", f"{REFUNDS}/<id>", refunds.update, refunds.UPDATE),
    *_kept("charge", "/v1/charges", charges.LIST, "charge"),
    *_kept("balance_transaction", "/v1/balance_transactions", charges.LIST_BALANCE),
    *_kept("event", "/v1/events", events.LIST),
    _on("GET", "/v1/payment_methods/<id>", _one("payment_method", "payment_method"), params.EXPAND),
]


def find(method: str, path: str) -> tuple[Endpoint, tuple[str, ...]]:
    """Who answers, and the ids in the path. Raises Refusal."""
    for endpoint in ENDPOINTS:
        match = endpoint.path.fullmatch(path)
        if match and endpoint.method == method:
            return endpoint, match.groups()
    raise no_such_url(method, path)
